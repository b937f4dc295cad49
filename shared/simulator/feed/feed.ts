import type { MarketSpec } from '../../domain/venue/market.ts';
import type { Side } from '../../domain/order/side.ts';
import type { EpochMs } from '../../domain/units.ts';

/**
 * Price and size in turn, best level first. One list: a pair for each of 40 levels is most of what
 * the collector of garbage would have to do.
 */
export type FeedLevels = readonly number[];

/** Price and size, for people. */
export type FeedLevel = readonly [price: number, size: number];

/** The levels as a list of pairs. */
export const levelPairs = (levels: FeedLevels): readonly FeedLevel[] =>
  Array.from({ length: levels.length / 2 }, (_, level) => [
    levels[2 * level] ?? Number.NaN,
    levels[2 * level + 1] ?? Number.NaN,
  ]);

/**
 * What happens in the outside market, in the order it happens. At equal times a trade comes before
 * the quotes: a quote stamped t already contains the trades of t.
 */
export type FeedEvent =
  /** `side` is the taker's. */
  | {
      readonly type: 'trade';
      readonly at: EpochMs;
      readonly price: number;
      readonly size: number;
      readonly side: Side;
    }
  | {
      readonly type: 'bbo';
      readonly at: EpochMs;
      readonly bid: number;
      readonly bidSize: number;
      readonly ask: number;
      readonly askSize: number;
    }
  /** A full snapshot of 1 to 20 levels. */
  | {
      readonly type: 'book';
      readonly at: EpochMs;
      readonly bids: FeedLevels;
      readonly asks: FeedLevels;
    }
  /** The rate that the next boundary settles at, as a fraction per interval. */
  | {
      readonly type: 'funding';
      readonly at: EpochMs;
      readonly rate: number;
      readonly intervalHours: number;
    }
  /** Nothing was seen in [at, to). For the exchange only: a strategy must never learn `to`. */
  | { readonly type: 'gap'; readonly at: EpochMs; readonly to: EpochMs };

export type TradeEvent = Extract<FeedEvent, { type: 'trade' }>;
export type QuoteEvent = Extract<FeedEvent, { type: 'bbo' | 'book' }>;

/** One market's outside world. */
export interface MarketFeed {
  readonly spec: MarketSpec;
  readonly fundingIntervalHours: number;
  /** Time of the first event. */
  readonly startsAt: EpochMs;
  /** Time of the last event; undefined: it never ends. */
  readonly endsAt: EpochMs | undefined;
  /** Sorted by time. Read once, lazily. */
  readonly events: Iterator<FeedEvent>;
}
