import type { Book } from './book.ts';
import type { Outcome } from '../failure.ts';
import type { Fees, MarketSpec, MarketSymbol } from './market.ts';
import type { WorkingOrder } from '../order/working-order.ts';
import type { Position } from '../books/position.ts';
import type { Side } from '../order/side.ts';
import type { FundingTilt } from '../trading/tilt.ts';
import type { EpochMs, Price, Size, Usd } from '../units.ts';

/**
 * One captured, serialisable picture of a market: everything a decision may look at, and nothing
 * else.
 */
export interface MarketView {
  readonly now: EpochMs;
  readonly spec: MarketSpec;
  /** The venue's fees, or the parameters' where they override them. */
  readonly fees: Fees;
  /** The failure says why there is no book that anybody should quote on. */
  readonly book: Outcome<Book, string>;
  /** How far the clock that dates it is ahead of ours, in ms; undefined while nobody knows. */
  readonly clockSkewMs: number | undefined;
  readonly position: Position;
  readonly orders: readonly WorkingOrder[];
  /** Executions of our quotes that the decision before did not know of, each shown once. */
  readonly fills: readonly QuoteFill[];
  /**
   * Trades of takers with anybody since the last decision, each shown once; undefined where the
   * venue does not show them.
   */
  readonly trades: readonly MarketTrade[] | undefined;
  /** The mid of a venue that leads this one, if one is followed. */
  readonly reference: TimedMid | undefined;
  /**
   * The venue's own volatility over the last hour as a fraction (0.015 is 1.5 %), if it gives one.
   */
  readonly venueHourlyVolatility: number | undefined;
  /**
   * Average 30 s markout of our quotes' recent fills, a loss is negative; undefined while there are
   * too few to tell.
   */
  readonly averageMarkoutBps: number | undefined;
  readonly tilt: FundingTilt | undefined;
  readonly profit: ProfitSoFar;
  /** The latest mid known of each other market that is quoted, and when it was true (C8). */
  readonly peers: Readonly<Record<MarketSymbol, TimedMid>>;
  /** Share of the venue's request allowance that is left, 0 to 1. */
  readonly requestsLeftRatio: number;
  readonly cadence: Cadence;
}

/** An execution of one of our quotes. */
export interface QuoteFill {
  /** The venue's, unique per market. */
  readonly id: string;
  readonly at: EpochMs;
  readonly side: Side;
  readonly price: Price;
  readonly size: Size;
  /** What the fee did to our cash: a cost is negative. */
  readonly feeUsd: Usd;
  readonly orderId: string;
  /** When the quote was sent; undefined when that is not known any more. */
  readonly placedAt: EpochMs | undefined;
}

/** An execution between others. It has no identity: whoever makes a view shows each once. */
export interface MarketTrade {
  readonly at: EpochMs;
  /** The taker's. */
  readonly side: Side;
  readonly price: Price;
  readonly size: Size;
}

/** A mid and when it was true. */
export interface TimedMid {
  readonly mid: number;
  /** Epoch ms. */
  readonly at: number;
}

/** Net P&L in USD: what the loss limits look at (C4, C5). All count anew once a halt was lifted. */
export interface ProfitSoFar {
  readonly sessionUsd: Usd;
  /** Since the UTC day began. */
  readonly dayUsd: Usd;
  /** How far it is below the highest it has been: zero or above. */
  readonly belowPeakUsd: Usd;
}

/** When what is decided now can next be changed. */
export interface Cadence {
  readonly secondsToNextRequote: number;
  /** From a look to its orders being at the venue. */
  readonly latencySeconds: number;
}
