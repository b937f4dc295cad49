import { createMemoryControlStore } from '../adapters/memory/control-store.ts';
import { createMemoryHaltStore, type MemoryHaltStore } from '../adapters/memory/halt-store.ts';
import { createMemoryHedgeStore } from '../adapters/memory/hedge-store.ts';
import { createMemoryLeaseStore } from '../adapters/memory/lease-store.ts';
import { createMemoryLedger, type MemoryLedger } from '../adapters/memory/ledger.ts';
import {
  createMemoryParameterStore,
  type MemoryParameterStore,
} from '../adapters/memory/parameter-store.ts';
import { createMemorySessionStore } from '../adapters/memory/session-store.ts';
import { createMemoryTiltStore } from '../adapters/memory/tilt-store.ts';
import { connectSimulated } from '../adapters/simulated/connect.ts';
import type { VenueProfile } from '../adapters/simulated/venue-profile.ts';
import type { FundingCheckDeps } from '../cycles/funding-check/run-funding-check.ts';
import type { HedgeDeps } from '../cycles/hedge/hedge-deps.ts';
import type { GroupDeps, GroupWatch } from '../cycles/requote/group-deps.ts';
import type { WatchdogDeps } from '../cycles/watchdog/watchdog-deps.ts';
import { isQuoteOf } from '../domain/order/client-order-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { ConnectedVenue } from '../ports/connect-venue.ts';
import type { DomainEvent } from '../domain/domain-event.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Exchange } from '../simulator/exchange/exchange.ts';

/** What every function of a deployment needs, on memory stores and the simulated exchange. */
export interface DirectDeps {
  readonly group: GroupDeps;
  readonly hedge: HedgeDeps;
  readonly fundingCheck: FundingCheckDeps;
  readonly watchdog: WatchdogDeps;
  readonly parameters: MemoryParameterStore;
  readonly ledger: MemoryLedger;
  readonly halts: MemoryHaltStore;
}

export interface DirectOptions {
  readonly clock: Clock;
  readonly exchange: Exchange;
  readonly accountKey: string;
  readonly deployment: string;
  /** Each way, in ms. */
  readonly latencyMs: number;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly onEvent: (event: DomainEvent) => void;
  readonly watch?: GroupWatch | undefined;
  /** What the venue shows and can do. */
  readonly profile: VenueProfile;
  /** Stands between the functions and the exchange. */
  readonly wrapVenue?: (venue: ConnectedVenue) => ConnectedVenue;
}

export function createDirectDeps(options: DirectOptions): DirectDeps {
  const { clock, exchange, accountKey, deployment, latencyMs, log, metrics, watch } = options;
  const connected = connectSimulated({
    exchange,
    accountKey,
    clock,
    latencyMs,
    isOurs: isQuoteOf(deployment),
    profile: options.profile,
  });
  const venue = options.wrapVenue?.(connected) ?? connected;
  const parameters = createMemoryParameterStore();
  const tilts = createMemoryTiltStore();
  const halts = createMemoryHaltStore();
  const hedges = createMemoryHedgeStore();
  const ledger = createMemoryLedger();
  const control = createMemoryControlStore({ parameters, tilts, halts });
  const events = { put: async (event: DomainEvent) => options.onEvent(event) };
  const leases = createMemoryLeaseStore();
  const sessions = createMemorySessionStore();
  const shared = { clock, venue, hedges, control, ledger, events, log };
  return {
    parameters,
    ledger,
    halts,
    group: {
      ...shared,
      parameters,
      halts,
      leases,
      sessions,
      metrics: () => metrics,
      watch,
    },
    hedge: { ...shared, metrics, deployment },
    fundingCheck: { clock, data: venue.data, control, tilts, events, log, metrics },
    watchdog: { ...shared, leases, sessions, halts, metrics, deployment },
  };
}
