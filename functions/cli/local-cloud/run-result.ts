import { type MarketFigures, marketFigures } from '#shared/cycles/report/market-figures.ts';
import { fingerprint } from '#shared/domain/fingerprint.ts';
import type { MarketSymbol } from '#shared/domain/market.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import { marketEquityUsd } from '#shared/simulator/account.ts';
import type { Exchange } from '#shared/simulator/exchange.ts';
import type { SimulatedMarket } from '#shared/simulator/simulated-market.ts';
import { openState } from '#shared/wiring/open-state.ts';
import type { LocalCloud } from './local-cloud.ts';
import type { ObservedMarket, RunObserver } from './run-observer.ts';

export interface MarketResult extends MarketFigures, ObservedMarket {
  readonly hedges: number;
  readonly fundingChecks: number;
  readonly marketMinutes: number;
}

export interface RunResult {
  readonly markets: Readonly<Record<MarketSymbol, MarketResult>>;
  readonly total: RunTotal;
  /** What must not happen in a run; empty when all is well. */
  readonly problems: readonly string[];
}

export interface RunTotal {
  readonly netPnlUsd: number;
  readonly spreadIncomeUsd: number;
  readonly makerFeesUsd: number;
  readonly takerFeesUsd: number;
  readonly inventoryPnlUsd: number;
  readonly hedgeCostUsd: number;
  readonly fundingUsd: number;
  readonly residualUsd: number;
  readonly volumeUsd: number;
  readonly fills: number;
  readonly quotesPlaced: number;
  readonly hedges: number;
  readonly fundingChecks: number;
  readonly invocations: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
  readonly decisionsHash: string;
}

export interface RunFacts {
  readonly cloud: LocalCloud;
  readonly exchange: Exchange;
  readonly observer: RunObserver;
  readonly accountKey: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly wallMs: number;
}

/** Above this the books do not close. */
const MAX_RESIDUAL_USD = 1e-6;

/** The figures of a run, from its ledger and from what the exchange says of the account: two sources that must agree. */
export async function runResult(facts: RunFacts): Promise<RunResult> {
  const markets: Record<MarketSymbol, MarketResult> = {};
  for (const symbol of facts.exchange.symbols()) {
    const market = facts.exchange.market(symbol);
    if (market !== undefined) markets[symbol] = await marketResult(facts, symbol, market);
  }
  const results = Object.values(markets);
  return { markets, total: totalOf(results, facts), problems: problemsOf(markets, facts) };
}

async function marketResult(facts: RunFacts, symbol: MarketSymbol, market: SimulatedMarket): Promise<MarketResult> {
  const { cloud, exchange, observer, accountKey, from, to } = facts;
  const { ledger, sessions } = openState({ state: cloud.table('State'), ledger: cloud.table('Ledger') });
  const finalMid = market.mid();
  const figures = marketFigures({
    entries: await ledger.read(symbol, from, epochMs(to + 1)),
    session: await sessions.load(symbol),
    lot: market.feed.spec.lot,
    from,
    to,
    finalMid,
    equityChangeUsd: finalMid === undefined ? 0 : marketEquityUsd(exchange.account(accountKey).holding(symbol), finalMid),
  });
  return {
    ...figures,
    ...observer.of(symbol),
    hedges: countEvents(cloud, symbol, 'HedgeCompleted', (detail) => detail['outcome'] === 'hedged'),
    fundingChecks: countEvents(cloud, symbol, 'FundingTiltSet', () => true),
    marketMinutes: (to - from) / 60_000,
  };
}

function countEvents(
  cloud: LocalCloud,
  symbol: MarketSymbol,
  type: string,
  counts: (detail: Readonly<Record<string, unknown>>) => boolean,
): number {
  return cloud.events().filter(({ detailType, detail }) => {
    if (detailType !== type || typeof detail !== 'object' || detail === null) return false;
    const fields: Readonly<Record<string, unknown>> = { ...detail };
    return fields['market'] === symbol && counts(fields);
  }).length;
}

const SUMMED = [
  'netPnlUsd',
  'spreadIncomeUsd',
  'makerFeesUsd',
  'takerFeesUsd',
  'inventoryPnlUsd',
  'hedgeCostUsd',
  'fundingUsd',
  'residualUsd',
  'volumeUsd',
  'fills',
  'quotesPlaced',
  'hedges',
  'fundingChecks',
  'events',
] as const;

function totalOf(results: readonly MarketResult[], { cloud, wallMs }: RunFacts): RunTotal {
  const sum = (name: (typeof SUMMED)[number]): number => results.reduce((total, result) => total + result[name], 0);
  const seconds = wallMs / 1000;
  return {
    netPnlUsd: sum('netPnlUsd'),
    spreadIncomeUsd: sum('spreadIncomeUsd'),
    makerFeesUsd: sum('makerFeesUsd'),
    takerFeesUsd: sum('takerFeesUsd'),
    inventoryPnlUsd: sum('inventoryPnlUsd'),
    hedgeCostUsd: sum('hedgeCostUsd'),
    fundingUsd: sum('fundingUsd'),
    residualUsd: sum('residualUsd'),
    volumeUsd: sum('volumeUsd'),
    fills: sum('fills'),
    quotesPlaced: sum('quotesPlaced'),
    hedges: sum('hedges'),
    fundingChecks: sum('fundingChecks'),
    invocations: cloud.invocations().length,
    events: sum('events'),
    eventsPerSecond: sum('events') / seconds,
    seconds,
    decisionsHash: fingerprint(results.map(({ decisionsHash }) => decisionsHash).join(' ')),
  };
}

function problemsOf(markets: Readonly<Record<MarketSymbol, MarketResult>>, { cloud, exchange, accountKey }: RunFacts): readonly string[] {
  const failed = cloud
    .invocations()
    .flatMap(({ functionName, outcome }) => (outcome.kind === 'failed' ? [`${functionName}: ${outcome.error}`] : []));
  const perMarket = Object.entries(markets).flatMap(([symbol, { residualUsd, fillsBeyondCap }]) => [
    ...(Math.abs(residualUsd) > MAX_RESIDUAL_USD ? [`${symbol}: ${residualUsd} USD of the change in equity are not explained`] : []),
    ...(fillsBeyondCap > 0 ? [`${symbol}: ${fillsBeyondCap} fills left more than the inventory cap`] : []),
    ...(exchange.openOrders(accountKey, symbol).length > 0 ? [`${symbol}: orders rest after the end`] : []),
  ]);
  return [...perMarket, ...new Set(failed), ...cloud.deadLetters().map(({ why }) => `dead letter: ${why}`)];
}
