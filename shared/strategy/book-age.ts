import type { Book } from '../domain/venue/book.ts';
import { CLOCKS_APART_MS } from '../domain/time.ts';
import type { MarketView } from '../domain/venue/view.ts';

type Clocks = Pick<MarketView, 'now' | 'clockSkewMs'>;

/** When the book was true, by our clock. */
export const trueAt = ({ at }: Book, { clockSkewMs = 0 }: Pick<Clocks, 'clockSkewMs'>): number =>
  Math.abs(clockSkewMs) <= CLOCKS_APART_MS ? at - clockSkewMs : at;

/** Below zero: from the future. */
export const bookAgeMs = (book: Book, clocks: Clocks): number => clocks.now - trueAt(book, clocks);

/** What the clocks have to do with it, if they have. */
export function skewText({ clockSkewMs = 0 }: Pick<Clocks, 'clockSkewMs'>): string {
  if (clockSkewMs === 0) return '';
  const apart = Math.round(Math.abs(clockSkewMs));
  const text = `; the venue's clock is ${apart} ms ${clockSkewMs > 0 ? 'ahead of' : 'behind'} ours`;
  return Math.abs(clockSkewMs) <= CLOCKS_APART_MS
    ? text
    : `${text}, more than the ${CLOCKS_APART_MS} ms that are allowed for`;
}
