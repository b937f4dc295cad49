import type { MarketId } from '../../domain/market-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ControlStore } from '../../ports/control-store.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { HaltStore } from '../../ports/halt-store.ts';
import type { HedgeStore } from '../../ports/hedge-store.ts';
import type { LeaseStore } from '../../ports/lease-store.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { ParameterStore } from '../../ports/parameter-store.ts';
import type { SessionStore } from '../../ports/session-store.ts';
import type { Venue } from '../../ports/venue.ts';
import type { DecisionWatch } from './decision-record.ts';

/** Everything a requote session needs from outside. */
export interface SessionDeps {
  /** Whose orders these are: a part of every order id. */
  readonly deployment: string;
  /** Other markets that are quoted: their mids are watched for joint moves (C8). */
  readonly peerMarkets: readonly MarketId[];
  readonly clock: Clock;
  readonly venue: Venue;
  readonly parameters: ParameterStore;
  readonly controls: ControlStore;
  readonly leases: LeaseStore;
  readonly sessions: SessionStore;
  readonly ledger: Ledger;
  readonly hedges: HedgeStore;
  readonly halts: HaltStore;
  readonly events: EventBus;
  readonly log: Log;
  readonly metrics: Metrics;
  /** For whoever explains or replays a run; nobody on AWS. */
  readonly onDecision?: DecisionWatch | undefined;
}

/** Bounds of the loop. Named here so that no number hides in a body. */
export const SESSION_BOUNDS = {
  /** A holder that vanished is replaced this long after its last renewal. */
  leaseTtlMs: 10_000,
  /** Renewed when it is older than this, after the send and never before it. */
  renewAfterMs: 2000,
  /** The longest sleep: after it the lease still outlives a request. */
  choresEveryMs: 4000,
  /** A holder older than this is asked to hand over. */
  handoverAfterMs: 12 * 60_000,
  /** How long a successor waits for the holder to yield. */
  yieldWaitMs: 30_000,
  yieldPollMs: 500,
  /** Parameters and tilt are re-read this often. */
  parametersEveryMs: 5000,
  saveEveryMs: 10_000,
  /** What the brain learned is saved this often, and on leaving. */
  brainEveryMs: 60_000,
  /** Figures for dashboard and alarms. */
  reportEveryMs: 60_000,
  /** Other markets' mids are read this often: as often as they are saved. */
  peersEveryMs: 10_000,
  /** The venue's own volatility figure is read this often. */
  volatilityEveryMs: 5 * 60_000,
  /**
   * A command without an answer cannot arrive later than this many request timeouts after it was
   * sent.
   */
  settledAfterTimeouts: 2,
  /** Executions are read again this far back, because a venue may list them late. */
  fillOverlapMs: 60_000,
  /** A funding payment may be listed this late. */
  fundingLateMs: 10 * 60_000,
  fundingPollMs: 30_000,
  /**
   * Position and fills must disagree on this many looks in a row before the venue's word is taken
   * over.
   */
  mismatchLooks: 3,
  /**
   * Orders that rest this soon after a halt are the halted session's and are cancelled; later ones
   * are a person's.
   */
  haltCleanupMs: 5 * 60_000,
  /** A hedge that nobody finished is announced again after this long. */
  hedgeRetryMs: 60_000,
  /** An announcement that the bus did not take is tried again after this long. */
  announceRetryMs: 5000,
  /** After failed looks: about this long, then twice as long, at most the second figure (C12). */
  backOffBaseMs: 1000,
  backOffMaxMs: 10_000,
  /** Looks in a row that may follow each other without a pause. */
  promptLooks: 3,
  /** Attempts to see an empty order list when leaving. */
  cancelAttempts: 5,
} as const;
