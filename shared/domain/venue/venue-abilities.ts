/** What a venue's adapter promises, from which the trading works out what proves what. */
export interface VenueAbilities {
  /** A request given up cannot arrive later than this after it was sent. */
  readonly arrivesWithinMs: number;
  /** What its lists of orders, fills and positions may lag. */
  readonly listsLagMs: number;
  /** The longest a request of the adapter takes. */
  readonly requestTimeoutMs: number;
  /** Orders carry our ids back. */
  readonly ids: boolean;
  readonly modify: ModifyAbility;
}

/** What becomes of a quote's place in the queue when it takes another's. */
export type ModifyAbility =
  /** Quotes cannot be modified. */
  | 'none'
  /** It goes behind every other at its price. */
  | 'to-the-back'
  /** The same, but at the same price and no larger than what was left it keeps the place. */
  | 'shrinks-in-place';
