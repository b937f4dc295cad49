import type { Book } from '../../domain/venue/book.ts';
import { plain } from '../shown.ts';
import { NOTHING_KEPT, type Said, type Signal } from './signal.ts';

/**
 * Where the price will be next, nearer to the side of the touch where less rests (A11); the mid
 * when a size is unknown or both are 0.
 * Source: the weighted mid, first step of S. Stoikov, "The micro-price", Quantitative Finance 18
 * (2018).
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
