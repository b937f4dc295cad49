import { SECOND_MS } from '../../domain/time.ts';
import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConnectedVenue } from '../../ports/connect-venue.ts';
import type { ControlStore } from '../../ports/stores/control-store.ts';
import type { EventBus } from '../../ports/event-bus.ts';
import type { HedgeStore } from '../../ports/stores/hedge-store.ts';
import type { Ledger } from '../../ports/stores/ledger.ts';
import type { Log } from '../../ports/log.ts';
import type { Metrics } from '../../ports/metrics.ts';

export interface HedgeDeps {
  readonly clock: Clock;
  readonly venue: ConnectedVenue;
  readonly hedges: HedgeStore;
  readonly control: ControlStore;
  readonly ledger: Ledger;
  readonly events: EventBus;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Part of every order's name. */
  readonly deployment: string;
}

export const HEDGE_BOUNDS = {
  /** No order leaves later than this after the claim. */
  workMs: 60 * SECOND_MS,
  /** Orders of one invocation at most. */
  attempts: 5,
  /** Before the next look, times the attempt. */
  pauseMs: SECOND_MS,
} as const;

/**
 * Nobody else works on the intent for this long: whatever left has arrived by then, and the venue's
 * lists show it.
 */
export const claimTtlMs = (can: VenueAbilities): number =>
  HEDGE_BOUNDS.workMs + can.requestTimeoutMs + can.arrivesWithinMs + can.listsLagMs;
