import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type EpochMs, epochMs } from '#shared/domain/units.ts';
import type { directHost } from '#shared/simulation/direct-host.ts';
import type { simulate } from '#shared/simulation/simulate.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { parametersIn } from '../../functions/cli/local-cloud/parameters-file.ts';

/** Trades a market with the built-in defaults from its first event to `until`. */
export type Trade = (feed: MarketFeed, until: EpochMs) => Promise<{ readonly fills: number }>;

const LATENCY_MS = 50;
const KEY = 'pf_test_local';
/** The market is switched off, or the session ends, so long before the end. */
export const BEFORE_END_MS = 60_000;

/** How a checkout trades in process: its direct host, or the one session of older ones. */
export const tradeOf = (checkout: string): Promise<Trade> =>
  existsSync(join(checkout, 'shared/simulation/direct-host.ts'))
    ? tradeOnHost(checkout)
    : tradeInSession(checkout);

async function tradeOnHost(checkout: string): Promise<Trade> {
  const load = loaderOf(checkout);
  const run = (await load('shared/simulation/simulate.ts'))['simulate'] as typeof simulate;
  const host = (await load('shared/simulation/direct-host.ts'))['directHost'] as typeof directHost;
  return async (feed, until) => {
    const { total } = await run(
      {
        feeds: [feed],
        stopAt: epochMs(until - BEFORE_END_MS),
        parameters: {},
        parametersOf: (market) => parametersIn({}, market, 'defaults'),
        fillModel: 'queue',
        latencyMs: LATENCY_MS,
      },
      host,
    );
    return { fills: total.fills };
  };
}

/** What an older checkout exports is known by name alone. */
type Older = Readonly<Record<string, (options?: unknown, more?: unknown) => unknown>>;

interface OlderClock {
  at(time: number, name: string, run: () => Promise<void>): void;
  runUntil(until: number): Promise<void>;
}

interface OlderExchange {
  account(key: string): { fills(market: string): readonly unknown[] };
}

async function tradeInSession(checkout: string): Promise<Trade> {
  const load = loaderOf(checkout);
  const { createExchange } = (await load('shared/simulator/exchange.ts')) as Older;
  const { createVirtualClock } = (await load(
    'functions/cli/local-cloud/virtual-clock.ts',
  )) as Older;
  const { createSimulatedVenue } = (await load(
    'shared/adapters/simulated/simulated-venue.ts',
  )) as Older;
  const { runSession } = (await load('shared/cycles/requote/run-session.ts')) as Older;
  const stores = (await load('test/support/in-memory-stores.ts')) as Older;
  return async (feed, until) => {
    const { startsAt } = feed;
    const { symbol } = feed.spec;
    const clock = createVirtualClock?.({ startsAt }) as OlderClock;
    const exchange = createExchange?.({
      feeds: [feed],
      fillModel: 'queue',
      startsAt,
      depositUsd: 100_000,
      maxLeverage: 10,
    }) as OlderExchange;
    const deps = {
      clock,
      peerMarkets: [],
      venue: createSimulatedVenue?.({ exchange, accountKey: KEY, clock, latencyMs: LATENCY_MS }),
      parameters: stores['createInMemoryParameterStore']?.(),
      leases: stores['createInMemoryLeaseStore']?.(),
      sessions: stores['createInMemorySessionStore']?.(),
      ledger: stores['createInMemoryLedger']?.(),
      hedges: stores['createInMemoryHedgeStore']?.(),
      halts: stores['createInMemoryHaltStore']?.(),
      tilts: stores['createInMemoryTiltStore']?.(),
      events: { put: async () => undefined },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: { add: () => undefined, flush: () => undefined },
    };
    const request = { market: symbol, owner: 'bench', deadline: until - BEFORE_END_MS };
    clock.at(startsAt, 'session', async () => void (await runSession?.(deps, request)));
    await clock.runUntil(until);
    return { fills: exchange.account(KEY).fills(symbol).length };
  };
}

const loaderOf =
  (checkout: string) =>
  async (path: string): Promise<Readonly<Record<string, unknown>>> =>
    (await import(pathToFileURL(join(checkout, path)).href)) as Readonly<Record<string, unknown>>;
