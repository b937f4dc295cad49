import type { Book } from '../../domain/book.ts';
import { plain } from '../shown.ts';
import { NOTHING_KEPT, type Said, type Signal } from './signal.ts';

/**
 * Where the price will be next, by what rests at the touch (A11): (ask x bidSize + bid x askSize) /
 * (bidSize + askSize), nearer to the side where less rests. The weighted mid, first step of S.
 * Stoikov, "The micro-price: a high-frequency estimator of future prices", Quantitative Finance 18
 * (2018). Within [bid, ask]; the mid when a size is unknown or both are 0. O(1).
 */
export function microprice(book: Book): number {
  const [bid] = book.bids;
  const [ask] = book.asks;
  if (bid.size === undefined || ask.size === undefined || (bid.size === 0 && ask.size === 0))
    return book.mid;
  return Math.min(ask.price, bid.price + (ask.price - bid.price) / (1 + ask.size / bid.size));
}

export const micro: Signal<undefined, Said & { readonly price: number }> = {
  ...NOTHING_KEPT,
  read: (_, { book }) => ({ price: microprice(book), reasons: [] }),
  explain: ({ price }) => [['microprice', plain(price)]],
};
