import type { VenueAbilities } from '../../domain/venue-abilities.ts';

/** What a venue shows and allows: no more than the face it stands for. */
export interface VenueProfile {
  /** Levels of the book on each side. */
  readonly bookLevels: number;
  /** Whether it shows the trades of others. */
  readonly trades: boolean;
  /** Requests an account may make, at once and again each minute. */
  readonly requestsPerMinute: number;
  readonly can: VenueAbilities;
}

/** What the adapter of Purple Flea sees through the exchange's face. */
export const PURPLE_FLEA: VenueProfile = {
  bookLevels: 1,
  trades: false,
  requestsPerMinute: 1000,
  can: {
    arrivesWithinMs: 10_000,
    listsLagMs: 75_000,
    requestTimeoutMs: 5000,
    ids: true,
    modify: 'none',
  },
};
