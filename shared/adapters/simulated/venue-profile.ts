import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';

/** What a venue shows and allows: no more than the face it stands for. */
export interface VenueProfile {
  /** Levels of the book on each side. */
  readonly bookLevels: number;
  /** Whether it shows the trades of others. */
  readonly trades: boolean;
  /** Requests an account may make, at once and again each minute. */
  readonly requestsPerMinute: number;
  /**
   * How old what its lists of orders, fills and positions show is; it promises no more than `can`
   * says.
   */
  readonly listsLagMs: number;
  readonly can: VenueAbilities;
}

/** What the adapter of Purple Flea sees through the exchange's face. */
export const PURPLE_FLEA: VenueProfile = {
  bookLevels: 1,
  trades: false,
  requestsPerMinute: 1000,
  listsLagMs: 0,
  can: {
    arrivesWithinMs: 10_000,
    listsLagMs: 75_000,
    requestTimeoutMs: 5000,
    ids: true,
    modify: 'none',
  },
};
