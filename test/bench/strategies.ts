/**
 * The spread models side by side on recorded markets, each with the built-in defaults, the fees of
 * `VENUE_FEES` and both fill models: `npm run bench:strategies -- TAPE...`. Sessions run as they do
 * everywhere, on the exchange in process and stores in memory; nobody hedges, so that the figures
 * are the quotes' own.
 */
import Table from 'cli-table3';
import { basename } from 'node:path';
import { createSimulatedVenue } from '#shared/adapters/simulated/simulated-venue.ts';
import { adverseSelectionRatio, markoutFigures } from '#shared/accounting/markout-figures.ts';
import { marketFigures, type MarketFigures } from '#shared/accounting/market-figures.ts';
import { runSession } from '#shared/cycles/requote/run-session.ts';
import type { SessionDeps } from '#shared/cycles/requote/session-deps.ts';
import { inventoryCapUsd } from '#shared/domain/inventory-cap.ts';
import type { Parameters } from '#shared/domain/parameters.ts';
import { epochMs } from '#shared/domain/units.ts';
import { parseParameters } from '#shared/schema/parameters.ts';
import { marketEquityUsd } from '#shared/simulator/exchange/account.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import { createMemoryControlStore } from '#shared/adapters/memory/control-store.ts';
import { createMemoryHaltStore } from '#shared/adapters/memory/halt-store.ts';
import { createMemoryHedgeStore } from '#shared/adapters/memory/hedge-store.ts';
import { createMemoryLeaseStore } from '#shared/adapters/memory/lease-store.ts';
import { createMemoryLedger } from '#shared/adapters/memory/ledger.ts';
import { createMemoryParameterStore } from '#shared/adapters/memory/parameter-store.ts';
import { createMemorySessionStore } from '#shared/adapters/memory/session-store.ts';
import { createMemoryTiltStore } from '#shared/adapters/memory/tilt-store.ts';
import { endOf, tapeFeeds, VENUE_FEES } from '../../functions/cli/exchange-feeds.ts';
import { createVirtualClock } from '../../shared/simulation/virtual-clock.ts';
import { observeRun } from '../../functions/cli/local-cloud/run-observer.ts';
import { describeProblems } from '#shared/domain/parameter-reading.ts';
import { marketId } from '#shared/domain/market-id.ts';

const MODELS: readonly Parameters['spreadModel'][] = [
  'fixed',
  'additive',
  'avellaneda-stoikov',
  'glft',
];
const FILL_MODELS: readonly FillModel[] = ['trade-through', 'queue'];
const KEY = 'pf_test_bench';
const LATENCY_MS = 100;

interface Outcome {
  readonly figures: MarketFigures;
  readonly maxDrawdownUsd: number;
  readonly markoutBps: number | undefined;
  readonly adverse: number | undefined;
}

const extra: unknown = JSON.parse(process.env['QUOTEMILL_PARAMETERS'] ?? '{}');
const attributes: Readonly<Record<string, unknown>> =
  typeof extra === 'object' && extra !== null ? { ...extra } : {};
const tapes = process.argv.slice(2);
if (tapes.length === 0) throw new Error('usage: npm run bench:strategies -- TAPE...');
for (const tape of tapes) {
  const table = new Table({
    head: [
      'fills by',
      'model',
      'quotes',
      'fills',
      'volume',
      'spread inc.',
      'fees',
      'inventory',
      'net USD',
      'bps of vol.',
      '30 s markout',
      'adverse',
      'max |inv|',
      'drawdown',
      'residual',
    ],
    style: { head: [], border: [], compact: true },
  });
  for (const fillModel of FILL_MODELS)
    for (const spreadModel of MODELS)
      table.push([
        fillModel,
        spreadModel,
        ...row(await play(tape, fillModel, { ...attributes, spreadModel })),
      ]);
  console.log(`${basename(tape)}\n${table.toString()}`);
}

function row({ figures, maxDrawdownUsd, markoutBps, adverse }: Outcome): readonly string[] {
  const usd = (value: number): string => value.toFixed(2);
  return [
    String(figures.quotesPlaced),
    String(figures.fills),
    figures.volumeUsd.toFixed(0),
    usd(figures.spreadIncomeUsd),
    usd(figures.makerFeesUsd + figures.takerFeesUsd),
    usd(figures.inventoryPnlUsd),
    usd(figures.netPnlUsd),
    figures.volumeUsd > 0 ? ((figures.netPnlUsd / figures.volumeUsd) * 10_000).toFixed(2) : '-',
    markoutBps?.toFixed(2) ?? '-',
    adverse === undefined ? '-' : `${(adverse * 100).toFixed(0)} %`,
    figures.maxAbsInventoryUsd.toFixed(0),
    usd(-maxDrawdownUsd),
    figures.residualUsd.toExponential(0),
  ];
}

async function play(
  tape: string,
  fillModel: FillModel,
  written: Readonly<Record<string, unknown>>,
): Promise<Outcome> {
  const [feed] = tapeFeeds([tape], undefined, VENUE_FEES);
  const parsed = parseParameters([written]);
  if (feed === undefined || parsed.kind === 'refused')
    throw new Error(parsed.kind === 'refused' ? describeProblems(parsed).join('; ') : 'no market');
  const { symbol, lot } = feed.spec;
  const { startsAt } = feed;
  const stopAt = endOf([feed]) ?? startsAt;
  const clock = createVirtualClock({ startsAt });
  const exchange = createExchange({
    feeds: [feed],
    fillModel,
    startsAt,
    depositUsd: 100_000,
    maxLeverage: 10,
  });
  const observer = observeRun(exchange, KEY, () => inventoryCapUsd(parsed.values));
  const { deps, ledger } = depsOf(exchange, clock, written);
  clock.at(
    startsAt,
    'session',
    async () =>
      void (await runSession(deps, {
        group: symbol,
        market: marketId('purple-flea', symbol),
        owner: 'bench',
        deadline: epochMs(stopAt - 60_000),
      })),
  );
  await clock.runUntil(stopAt);
  const finalMid = exchange.market(symbol)?.mid();
  const loaded = await deps.sessions.load(marketId('purple-flea', symbol));
  const figures = marketFigures({
    entries: ledger.all().map(({ entry }) => entry),
    session: loaded.kind === 'loaded' ? loaded.session : undefined,
    lot,
    from: startsAt,
    to: stopAt,
    finalMid,
    equityChangeUsd: marketEquityUsd(exchange.account(KEY).holding(symbol), finalMid ?? 0),
  });
  const { markouts, maxDrawdownUsd } = observer.of(symbol);
  return {
    figures,
    maxDrawdownUsd,
    markoutBps: markoutFigures(markouts, 30_000, { liquidity: 'maker' }).averageBps,
    adverse: adverseSelectionRatio(markouts),
  };
}

function depsOf(
  exchange: Exchange,
  clock: ReturnType<typeof createVirtualClock>,
  written: Readonly<Record<string, unknown>>,
) {
  const ledger = createMemoryLedger();
  const parameters = createMemoryParameterStore();
  const halts = createMemoryHaltStore();
  parameters.put('DEFAULT', written);
  const deps: SessionDeps = {
    deployment: 'bench',
    clock,
    peerMarkets: [],
    venue: createSimulatedVenue({ exchange, accountKey: KEY, clock, latencyMs: LATENCY_MS }),
    parameters,
    leases: createMemoryLeaseStore(),
    sessions: createMemorySessionStore(),
    ledger,
    hedges: createMemoryHedgeStore(),
    halts,
    controls: createMemoryControlStore({ parameters, halts, tilts: createMemoryTiltStore() }),
    events: { put: async () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metrics: { add: () => undefined, flush: () => undefined },
  };
  return { deps, ledger };
}
