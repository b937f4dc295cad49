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
import { aSpec, START } from '#test/builders/market.ts';
import { aFeed } from '#test/builders/feeds.ts';
import {
  createInMemoryHaltStore,
  createInMemoryHedgeStore,
  createInMemoryLeaseStore,
  createInMemoryLedger,
  createInMemoryParameterStore,
  createInMemorySessionStore,
  createInMemoryTiltStore,
  type InMemoryHaltStore,
  type InMemoryLedger,
  type InMemoryParameterStore,
} from '#test/floors/in-memory-stores.ts';

export const MARKET = 'BTC-PERP';
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
  readonly deps: SessionDeps & HedgeDeps;
  /** The venue without what `wrapVenue` made of it. */
  readonly healthyVenue: Venue;
  readonly ledger: InMemoryLedger;
  readonly halts: InMemoryHaltStore;
  readonly parameters: InMemoryParameterStore;
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

export const after = (ms: number): EpochMs => epochMs(START + ms);

export function openFloor(options: FloorOptions): TradingFloor {
  const clock = createVirtualClock({ startsAt: START });
  const spec = options.spec ?? aSpec({ tick: 1, lot: 0.00001 });
  const exchange = createExchange({
    feeds: [
      aFeed(options.events, { spec, fundingIntervalHours: options.fundingIntervalHours ?? 8 }),
    ],
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
  const ledger = createInMemoryLedger();
  const halts = createInMemoryHaltStore();
  const parameters = createInMemoryParameterStore();
  parameters.write('DEFAULT', {
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
  const deps: SessionDeps & HedgeDeps = {
    clock,
    peerMarkets: [],
    venue,
    parameters,
    leases: createInMemoryLeaseStore(),
    sessions: createInMemorySessionStore(),
    ledger,
    hedges: createInMemoryHedgeStore(),
    tilts: createInMemoryTiltStore(),
    halts,
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
    ledger,
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
            { market: MARKET, owner, deadline: epochMs(clock.now() + sessionMs) },
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
