import type { Clock } from '../../ports/clock.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { HedgeStore } from '../../ports/hedge-store.ts';
import type { Ledger } from '../../ports/ledger.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';
import type { Venue } from '../venue.ts';

export interface HedgeDeps {
  readonly clock: Clock;
  readonly venue: Venue;
  readonly hedges: HedgeStore;
  readonly ledger: Ledger;
  readonly events: EventBus;
  readonly log: Log;
  readonly metrics: Metrics;
}

export const HEDGE_BOUNDS = {
  /** Nobody else works on the intent for this long: longer than the work can take. */
  claimTtlMs: 90_000,
  workMs: 60_000,
  /** Looks at the position; all but the last may be followed by an order. */
  attempts: 5,
  /** Before the next look, times the attempt. */
  pauseMs: 1000,
  /**
   * An order without an answer cannot arrive later than this many request timeouts after it was
   * sent.
   */
  settledAfterTimeouts: 2,
} as const;
