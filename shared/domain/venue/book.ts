import { failed, done, type Outcome } from '../failure.ts';
import { type EpochMs, price, type Price, size, type Size } from '../units.ts';

/** `size` is undefined where the venue shows a price but not how much. */
interface Level {
  readonly price: Price;
  readonly size: Size | undefined;
}

/**
 * Best first on both sides, at least one level each, bid below ask: only `checkedBook` makes one.
 */
export interface Book {
  /** Venue time of the picture. */
  readonly at: EpochMs;
  /** Halfway between the best bid and the best ask. */
  readonly mid: Price;
  readonly bids: readonly [Level, ...Level[]];
  readonly asks: readonly [Level, ...Level[]];
}

export interface RawLevel {
  readonly price: number;
  readonly size?: number | undefined;
}

/**
 * Refuses a book that nobody should quote on: empty, not finite, crossed, of zero width or out of
 * order. The reason is one phrase.
 */
export function checkedBook(
  at: EpochMs,
  bids: readonly RawLevel[],
  asks: readonly RawLevel[],
): Outcome<Book, string> {
  const problem = sideProblem('bid', bids, -1) ?? sideProblem('ask', asks, 1);
  if (problem !== undefined) return failed(problem);
  const [bid, ...lowerBids] = bids.map(toLevel);
  const [ask, ...higherAsks] = asks.map(toLevel);
  if (bid === undefined || ask === undefined) return failed('the book is empty');
  if (bid.price > ask.price)
    return failed(`the book is crossed: bid ${bid.price} above ask ${ask.price}`);
  if (bid.price >= ask.price)
    return failed(`the book has zero width: bid and ask are both ${bid.price}`);
  const mid = price((bid.price + ask.price) / 2);
  return done({ at, mid, bids: [bid, ...lowerBids], asks: [ask, ...higherAsks] });
}

/** The market's own spread as a share of mid, in bps. */
export const spreadBpsOf = ({ mid, bids, asks }: Book): number =>
  ((asks[0].price - bids[0].price) / mid) * 10_000;

const toLevel = (raw: RawLevel): Level => ({
  price: price(raw.price),
  size: raw.size === undefined ? undefined : size(raw.size),
});

/** `direction`: prices must move away from the touch, down for bids (-1), up for asks (1). */
function sideProblem(
  name: 'bid' | 'ask',
  levels: readonly RawLevel[],
  direction: 1 | -1,
): string | undefined {
  if (levels.length === 0) return `the book has no ${name}`;
  let previous: number | undefined;
  for (const level of levels) {
    if (!Number.isFinite(level.price) || level.price <= 0)
      return `${name} price is ${level.price}, not a number above zero`;
    if (level.size !== undefined && (!Number.isFinite(level.size) || level.size < 0))
      return `${name} size is ${level.size}, not a number`;
    if (previous !== undefined && (level.price - previous) * direction <= 0)
      return `${name} levels are out of order at ${level.price}`;
    previous = level.price;
  }
  return undefined;
}
