import { createSimulatedVenue } from '#shared/adapters/simulated/simulated-venue.ts';
import type { HedgeDeps } from '#shared/cycles/hedge/hedge-deps.ts';
import { runSession } from '#shared/cycles/requote/run-session.ts';
import type { SessionDeps } from '#shared/cycles/requote/session-deps.ts';
import type { SessionReport } from '#shared/cycles/requote/session-report.ts';
import type { MarketSpec } from '#shared/domain/market.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import type { DomainEvent } from '#shared/ports/event-bus.ts';
import type { LogFields } from '#shared/ports/log.ts';
import type { Venue } from '#shared/ports/venue.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { createVirtualClock, type VirtualClock } from '../../shared/simulation/virtual-clock.ts';
import { aSpec, BTC, START } from '#test/builders/market.ts';
import { aFeed } from '#test/builders/feeds.ts';
import { createMemoryControlStore } from '#shared/adapters/memory/control-store.ts';
import { createMemoryHaltStore, type MemoryHaltStore } from '#shared/adapters/memory/halt-store.ts';
import { createMemoryHedgeStore } from '#shared/adapters/memory/hedge-store.ts';
import { createMemoryLeaseStore } from '#shared/adapters/memory/lease-store.ts';
import { createMemoryLedger } from '#shared/adapters/memory/ledger.ts';
import {
  createMemoryParameterStore,
  type MemoryParameterStore,
} from '#shared/adapters/memory/parameter-store.ts';
import { createMemorySessionStore } from '#shared/adapters/memory/session-store.ts';
import { createMemoryTiltStore } from '#shared/adapters/memory/tilt-store.ts';
import type { LedgerEntry } from '#shared/domain/ledger-entry.ts';
import type { Session } from '#shared/domain/session.ts';
import type { FundingCheckDeps } from '#shared/cycles/funding-check/run-funding-check.ts';

/** The market of the floor, and what its exchange calls it. */
export const MARKET = BTC;
export const SYMBOL = 'BTC-PERP';
export const KEY = 'pf_test_floor';

interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/**
 * One market on the simulated exchange with stores in memory and simulated time: everything a
 * session touches, in one process.
 */
export interface TradingFloor {
  readonly clock: VirtualClock;
  readonly exchange: Exchange;
  readonly deps: SessionDeps & HedgeDeps & FundingCheckDeps;
  /** The venue without what `wrapVenue` made of it. */
  readonly healthyVenue: Venue;
  /** What the ledger holds, in the order it was appended. */
  readonly entries: () => readonly LedgerEntry[];
  readonly halts: MemoryHaltStore;
  readonly parameters: MemoryParameterStore;
  readonly events: readonly DomainEvent[];
  readonly logs: readonly LogLine[];
  readonly metrics: readonly { readonly name: string; readonly value: number }[];
  readonly reports: readonly SessionReport[];
  /** Starts a session at `atMs` after the start, as its own invocation. */
  invoke(
    atMs: number,
    owner: string,
    over?: Partial<SessionDeps> & { readonly sessionMs?: number },
  ): void;
  /** Does something at that time. */
  doAt(atMs: number, act: () => void | Promise<void>): void;
  runFor(ms: number): Promise<void>;
}

export interface FloorOptions {
  readonly events: readonly FeedEvent[];
  readonly spec?: MarketSpec;
  readonly latencyMs?: number;
  readonly wrapVenue?: (venue: Venue, exchange: Exchange, clock: VirtualClock) => Venue;
  /** Attributes of the Parameters items. */
  readonly written?: Readonly<Record<string, unknown>>;
  readonly fundingIntervalHours?: number;
}

/** What was saved of the market; undefined before the first time. */
export async function savedSession({ deps }: TradingFloor): Promise<Session | undefined> {
  const loaded = await deps.sessions.load(MARKET);
  return loaded.kind === 'loaded' ? loaded.session : undefined;
}

export const after = (ms: number): EpochMs => epochMs(START + ms);

export function openFloor(options: FloorOptions): TradingFloor {
  const clock = createVirtualClock({ startsAt: START });
  const spec = options.spec ?? aSpec({ tick: 1, lot: 0.00001 });
  const exchange = createExchange({
    feeds: [aFeed(options.events, spec, options.fundingIntervalHours)],
    fillModel: 'queue',
    startsAt: START,
    depositUsd: 100_000,
    maxLeverage: 20,
  });
  const simulated = createSimulatedVenue({
    exchange,
    accountKey: KEY,
    clock,
    latencyMs: options.latencyMs ?? 50,
  });
  const venue = options.wrapVenue?.(simulated, exchange, clock) ?? simulated;
  const ledger = createMemoryLedger();
  const halts = createMemoryHaltStore();
  const tilts = createMemoryTiltStore();
  const parameters = createMemoryParameterStore();
  parameters.put('DEFAULT', {
    requoteIntervalMs: 1000,
    sizeMultipliers: [1, 1, 1],
    ...options.written,
  });
  const events: DomainEvent[] = [];
  const logs: LogLine[] = [];
  const metrics: { name: string; value: number }[] = [];
  const reports: SessionReport[] = [];
  const logAt =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) =>
      void logs.push({ level, message, fields });
  const deps: SessionDeps & HedgeDeps & FundingCheckDeps = {
    deployment: 'test',
    clock,
    peerMarkets: [],
    venue,
    parameters,
    leases: createMemoryLeaseStore(),
    sessions: createMemorySessionStore(),
    ledger,
    hedges: createMemoryHedgeStore(),
    tilts,
    halts,
    controls: createMemoryControlStore({ parameters, tilts, halts }),
    events: { put: async (event) => void events.push(event) },
    log: { info: logAt('info'), warn: logAt('warn'), error: logAt('error') },
    metrics: {
      add: (name, _unit, value) => void metrics.push({ name, value }),
      flush: () => undefined,
    },
  };
  return {
    clock,
    exchange,
    deps,
    healthyVenue: simulated,
    entries: () => ledger.all().map(({ entry }) => entry),
    halts,
    parameters,
    events,
    logs,
    metrics,
    reports,
    invoke(atMs, owner, over = {}) {
      const { sessionMs = 840_000, ...overDeps } = over;
      clock.at(after(atMs), owner, async () => {
        reports.push(
          await runSession(
            { ...deps, ...overDeps },
            { group: MARKET, market: MARKET, owner, deadline: epochMs(clock.now() + sessionMs) },
          ),
        );
      });
    },
    doAt: (atMs, act) => clock.at(after(atMs), 'test', async () => act()),
    runFor: (ms) => clock.runUntil(after(ms)),
  };
}

/** A quiet market: a quote every second around a mid that moves as told, sizes far beyond ours. */
export function quietMarket(
  seconds: number,
  midAt: (second: number) => number = () => 100_000,
): readonly FeedEvent[] {
  return Array.from({ length: seconds * 2 }, (_, index): FeedEvent => {
    const mid = Math.round(midAt(index / 2));
    return {
      type: 'bbo',
      at: after(index * 500),
      bid: mid - 1,
      bidSize: 50,
      ask: mid + 1,
      askSize: 50,
    };
  });
}
