import type { MarketEvent } from '../../domain/market-event.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { DecisionRecord, Output } from '../../market/output.ts';
import type { MarketState } from '../../market/state.ts';
import type { Rules } from '../../market/rules.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConnectedVenue } from '../../ports/connect-venue.ts';
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

/** Everything a quoting group needs from outside. */
export interface GroupDeps {
  readonly clock: Clock;
  readonly venue: ConnectedVenue;
  readonly leases: Omit<LeaseStore, 'list'>;
  readonly sessions: SessionStore;
  readonly ledger: Ledger;
  readonly parameters: Pick<ParameterStore, 'recorded' | 'record'>;
  readonly control: ControlStore;
  readonly hedges: Pick<HedgeStore, 'open' | 'read'>;
  readonly halts: Pick<HaltStore, 'put'>;
  readonly events: EventBus;
  readonly log: Log;
  /** Figures of one market each. */
  readonly metrics: (market: MarketId) => Metrics;
  /** For whoever explains, replays or measures a run; nobody on AWS. */
  readonly watch?: GroupWatch | undefined;
}

/** Told of everything a market's trading hears and wants. */
export interface GroupWatch {
  onDecision?: ((market: MarketId, record: DecisionRecord) => void) | undefined;
  onStep?: ((market: MarketId, stepped: StepRecord) => void) | undefined;
}

export interface StepRecord {
  readonly event: MarketEvent;
  readonly at: EpochMs;
  readonly before: MarketState;
  readonly outputs: readonly Output[];
  readonly rules: Rules;
}

/** What one invocation is asked to do. */
export interface GroupRequest {
  readonly group: string;
  readonly markets: readonly MarketId[];
  readonly deployment: string;
  /** Other quoted markets whose mids are watched for joint moves (C8). */
  readonly peers: readonly MarketId[];
  /** Names this invocation, as no other is named. */
  readonly owner: string;
  /** Trading ends here: without a successor the group leaves by a stop. */
  readonly deadline: EpochMs;
  /** What is not proven empty by then is left to the next start. */
  readonly giveUpAt: EpochMs;
}

export type GroupReport =
  /** Somebody else trades the group: this invocation was only a look whether anybody does. */
  | { readonly kind: 'already-held'; readonly by: string }
  /** Nothing could be traded, and why. */
  | { readonly kind: 'stood-aside'; readonly why: string }
  | {
      readonly kind: 'ran';
      readonly ended: GroupEnding;
      readonly decisions: number;
      readonly quotesPlaced: number;
      readonly fills: number;
    };

/** Only a hand-over leaves quotes on the book. */
export type GroupEnding =
  | { readonly kind: 'handed-over' }
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'lost-lease' }
  /** Something may rest: unless it was struck off, the lease is kept until it expires. */
  | { readonly kind: 'not-proven' };

/** Bounds of the shell. Named here so that no number hides in a body. */
export const GROUP_BOUNDS = {
  /** A holder older than this is asked to hand over. */
  handoverAfterMs: 12 * MINUTE_MS,
  /** How long a successor waits for the holder, and how long its asking counts. */
  yieldWaitMs: 30 * SECOND_MS,
  yieldPollMs: 500,
  /** Parameters, tilt, halt and the mids of other markets are read this often. */
  controlEveryMs: 8 * SECOND_MS,
  /** And the row of a breach this often, while one is open. */
  hedgeEveryMs: 2 * SECOND_MS,
  /** Nothing is sent before the session is saved; a store that takes longer has failed the start. */
  firstSaveMs: 8 * SECOND_MS,
  /** Quotes are left to a successor once they are saved: in a store that takes longer they are not. */
  handOverSaveMs: 5 * SECOND_MS,
  /** After a stop nothing rests: only the others of the group wait for it. */
  stopSaveMs: MINUTE_MS,
  saveEveryMs: 15 * SECOND_MS,
  brainEveryMs: MINUTE_MS,
  reportEveryMs: MINUTE_MS,
  /** The venue's equity is compared with the books this often, and with every report while it cannot be. */
  compareEveryMs: 5 * MINUTE_MS,
  /** A store call that takes longer has failed; never more than a quarter of the lease's life. */
  storeLimitMs: 4 * SECOND_MS,
  /** A store call that fails is tried again after this, then ever later. */
  storeRetryMs: 500,
  storeRetryMaxMs: 10 * SECOND_MS,
  /** A market that threw begins again after this, doubling. */
  restartMs: 10 * SECOND_MS,
  /** A start that failed is tried again up to this wait: then the next invocation may. */
  retryStartMs: 20 * SECOND_MS,
  restartMaxMs: 5 * MINUTE_MS,
  /** One that is not seen empty for this long after it could be is struck off the lease. */
  strikeAfterMs: MINUTE_MS,
  /** A hand-over needs this long beyond what may still arrive: who asks for less is not heard. */
  handoverSlackMs: 2 * SECOND_MS,
  /** Events of so long are kept for the log, and so many at most. */
  ringMs: MINUTE_MS,
  ringEvents: 2000,
  ringChars: 200_000,
  /** An event the bus did not take is put again after this. */
  announceRetryMs: 5 * SECOND_MS,
  /** Facts of so long back are read at a start, so that none is booked twice. */
  factsBackMs: 26 * HOUR_MS,
  /** Two executions in a row of the pump further apart than this: the clock has jumped. */
  jumpMs: 5 * SECOND_MS,
} as const;

/** Every send is made under a lease that outlives the arrival of what is sent. */
export const leaseTtlMs = (arrivesWithinMs: number): number => 2 * arrivesWithinMs + 5 * SECOND_MS;
