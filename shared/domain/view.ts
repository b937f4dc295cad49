import type { Book } from './book.ts';
import type { Outcome } from './failure.ts';
import type { Fees, MarketSpec } from './market.ts';
import type { WorkingOrder } from './order.ts';
import type { Position } from './position.ts';
import type { FundingTilt } from './tilt.ts';
import type { EpochMs } from './units.ts';

/** One captured, serialisable picture of a market: everything a decision may look at, and nothing else. */
export interface MarketView {
  readonly now: EpochMs;
  readonly spec: MarketSpec;
  /** The venue's fees, or the parameters' where they override them. */
  readonly fees: Fees;
  /** The failure says why there is no book that anybody should quote on. */
  readonly book: Outcome<Book, string>;
  readonly position: Position;
  readonly orders: readonly WorkingOrder[];
  /** The venue's own volatility over the last hour as a fraction (0.015 is 1.5 %), if it gives one. */
  readonly venueHourlyVolatility: number | undefined;
  readonly tilt: FundingTilt | undefined;
  /** Share of the venue's request allowance that is left, 0 to 1. */
  readonly requestsLeftRatio: number;
}
