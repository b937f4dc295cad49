import { type MarkoutCell, MARKOUT_HORIZONS_MS } from '../domain/books/markouts.ts';
import { adverseSelectionRatio, markoutFigures } from '../accounting/markout-figures.ts';
import { type MarketFigures, marketFigures } from '../accounting/market-figures.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import type { MarketSymbol } from '../domain/venue/market.ts';
import { movesMoney } from '../domain/books/ledger-entry.ts';
import { type MarketId, symbolOf } from '../domain/venue/market-id.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import { DAY_MS } from '../domain/time.ts';
import { epochMs, type EpochMs } from '../domain/units.ts';
import { marketEquityUsd } from '../simulator/exchange/account.ts';
import type { Exchange } from '../simulator/exchange/exchange.ts';
import type { SimulatedMarket } from '../simulator/exchange/simulated-market.ts';
import type { RunningHost } from './host.ts';
import type { Observed, RunObserver } from './observer.ts';

/** What the price did after our quotes were filled; undefined before there was enough to tell. */
interface MarkoutResult {
  /** Average by horizon, positive in our favour, before fees (E4). */
  readonly markoutBps: Readonly<Record<'1s' | '5s' | '30s' | '60s', number | undefined>>;
  /** Share of the fills with a 30 s markout below zero (E6). */
  readonly adverseSelectionRatio: number | undefined;
}

export interface MarketResult extends MarketFigures, Omit<Observed, 'markouts'>, MarkoutResult {
  /** `purple-flea/BTC-PERP`. */
  readonly market: MarketId;
  readonly hedges: number;
  readonly fundingChecks: number;
  readonly marketMinutes: number;
  /**
   * That its requote function sent the exchange; those of hedges and funding checks are in the
   * total alone.
   */
  readonly requests: number;
  readonly eventsPerSecond: number;
  /** Of the wall clock, for all markets together. */
  readonly seconds: number;
}

export interface RunResult {
  readonly markets: Readonly<Record<MarketSymbol, MarketResult>>;
  readonly total: RunTotal;
  /** What must not happen in a run; empty when all is well. */
  readonly problems: readonly string[];
}

/** Sums over the markets; of what cannot be summed what its name says, of all markets together. */
export interface RunTotal extends MarkoutResult {
  readonly netPnlUsd: number;
  readonly spreadIncomeUsd: number;
  readonly makerFeesUsd: number;
  readonly takerFeesUsd: number;
  readonly inventoryPnlUsd: number;
  readonly hedgeCostUsd: number;
  readonly fundingUsd: number;
  readonly residualUsd: number;
  readonly maxDrawdownUsd: number;
  readonly volumeUsd: number;
  readonly fills: number;
  readonly quotesPlaced: number;
  readonly fillRate: number;
  readonly realizedSpreadBps: number | undefined;
  readonly inventoryTurnoverPerDay: number | undefined;
  /** The largest of any market. */
  readonly maxAbsInventoryUsd: number;
  readonly twoSidedUptime: number;
  readonly hedges: number;
  readonly fundingChecks: number;
  readonly invocations: number;
  /** That the exchange was sent. */
  readonly requests: number;
  readonly events: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
  readonly decisionsHash: string;
}

export interface RunFacts {
  readonly host: RunningHost;
  readonly exchange: Exchange;
  readonly markets: readonly MarketId[];
  readonly observer: RunObserver;
  readonly accountKey: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly wallMs: number;
}

/** Above this the books do not close. */
const MAX_RESIDUAL_USD = 1e-6;

/**
 * The figures of a run, from its ledger and from what the exchange says of the account: two sources
 * that must agree.
 */
export async function runResult(facts: RunFacts): Promise<RunResult> {
  const markets: Record<MarketSymbol, MarketResult> = {};
  for (const id of facts.markets) {
    const market = facts.exchange.market(symbolOf(id));
    if (market !== undefined) markets[symbolOf(id)] = await marketResult(facts, id, market);
  }
  const results = Object.values(markets);
  return { markets, total: totalOf(results, facts), problems: problemsOf(markets, facts) };
}

async function marketResult(
  facts: RunFacts,
  id: MarketId,
  market: SimulatedMarket,
): Promise<MarketResult> {
  const { host, exchange, observer, accountKey, from, to, wallMs } = facts;
  const symbol = symbolOf(id);
  const stored = await host.facts(id, from, epochMs(to + 1));
  const finalMid = market.mid();
  const figures = marketFigures({
    entries: stored.map(({ entry }) => entry).filter(movesMoney),
    session: await host.session(id),
    lot: market.feed.spec.lot,
    from,
    to,
    finalMid,
    equityChangeUsd:
      finalMid === undefined
        ? 0
        : marketEquityUsd(exchange.account(accountKey).holding(symbol), finalMid),
  });
  const { markouts, ...observed } = observer.of(symbol);
  return {
    market: id,
    ...figures,
    ...observed,
    ...markoutResult(markouts),
    hedges: host.events().filter((event) => isHedge(event, id)).length,
    fundingChecks: host
      .events()
      .filter(({ type, market: of }) => type === 'FundingTiltSet' && of === id).length,
    marketMinutes: (to - from) / 60_000,
    requests: host.requestsOf(id),
    eventsPerSecond: observed.events / (wallMs / 1000),
    seconds: wallMs / 1000,
  };
}

const HORIZON_NAMES = { 1000: '1s', 5000: '5s', 30_000: '30s', 60_000: '60s' } as const;

function markoutResult(cells: readonly MarkoutCell[]): MarkoutResult {
  const averages = MARKOUT_HORIZONS_MS.map(
    (horizon) =>
      [HORIZON_NAMES[horizon], markoutFigures(cells, horizon, { liquidity: 'maker' })] as const,
  );
  const markoutBps: MarkoutResult['markoutBps'] = {
    '1s': undefined,
    '5s': undefined,
    '30s': undefined,
    '60s': undefined,
  };
  return {
    markoutBps: averages.reduce(
      (all, [name, { averageBps }]) => ({ ...all, [name]: averageBps }),
      markoutBps,
    ),
    adverseSelectionRatio: adverseSelectionRatio(cells),
  };
}

const isHedge = (event: DomainEvent, market: MarketId): boolean =>
  event.type === 'HedgeCompleted' && event.market === market && event.outcome === 'hedged';

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
  'quotesFilled',
  'averageAbsInventoryUsd',
  'roundTrips',
  'hedges',
  'fundingChecks',
  'events',
] as const;

function totalOf(
  results: readonly MarketResult[],
  { host, observer, from, to, wallMs }: RunFacts,
): RunTotal {
  const sum = (name: (typeof SUMMED)[number]): number =>
    results.reduce((total, result) => total + result[name], 0);
  const seconds = wallMs / 1000;
  const { markouts, maxDrawdownUsd, twoSidedUptime } = observer.total();
  const [placed, trips, heldUsd] = [
    sum('quotesPlaced'),
    sum('roundTrips'),
    sum('averageAbsInventoryUsd'),
  ];
  const tripBps = results.reduce(
    (total, { realizedSpreadBps = 0, roundTrips }) => total + realizedSpreadBps * roundTrips,
    0,
  );
  return {
    netPnlUsd: sum('netPnlUsd'),
    spreadIncomeUsd: sum('spreadIncomeUsd'),
    makerFeesUsd: sum('makerFeesUsd'),
    takerFeesUsd: sum('takerFeesUsd'),
    inventoryPnlUsd: sum('inventoryPnlUsd'),
    hedgeCostUsd: sum('hedgeCostUsd'),
    fundingUsd: sum('fundingUsd'),
    residualUsd: sum('residualUsd'),
    maxDrawdownUsd,
    volumeUsd: sum('volumeUsd'),
    fills: sum('fills'),
    quotesPlaced: placed,
    fillRate: placed === 0 ? 0 : sum('quotesFilled') / placed,
    realizedSpreadBps: trips === 0 ? undefined : tripBps / trips,
    ...markoutResult(markouts),
    inventoryTurnoverPerDay:
      heldUsd > 0 ? (sum('volumeUsd') / heldUsd) * (DAY_MS / (to - from)) : undefined,
    maxAbsInventoryUsd: Math.max(0, ...results.map(({ maxAbsInventoryUsd }) => maxAbsInventoryUsd)),
    twoSidedUptime,
    hedges: sum('hedges'),
    fundingChecks: sum('fundingChecks'),
    invocations: host.invocations(),
    requests: host.requests(),
    events: sum('events'),
    eventsPerSecond: sum('events') / seconds,
    seconds,
    decisionsHash: fingerprint(results.map(({ decisionsHash }) => decisionsHash).join(' ')),
  };
}

function problemsOf(
  markets: Readonly<Record<MarketSymbol, MarketResult>>,
  { host, exchange, accountKey }: RunFacts,
): readonly string[] {
  const perMarket = Object.entries(markets).flatMap(([symbol, { residualUsd, fillsBeyondCap }]) => [
    ...(Math.abs(residualUsd) > MAX_RESIDUAL_USD
      ? [`${symbol}: ${residualUsd} USD of the change in equity are not explained`]
      : []),
    ...(fillsBeyondCap > 0
      ? [`${symbol}: ${fillsBeyondCap} fills left more than the inventory cap`]
      : []),
    ...(exchange.openOrders(accountKey, symbol).length > 0
      ? [`${symbol}: orders rest after the end`]
      : []),
  ]);
  return [...perMarket, ...host.problems()];
}
