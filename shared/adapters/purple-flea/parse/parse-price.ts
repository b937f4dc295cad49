import * as z from 'zod/mini';
import { type Book, checkedBook, type RawLevel } from '../../../domain/venue/book.ts';
import { done, failed, type Outcome, type VenueOutcome } from '../../../domain/failure.ts';
import type { EpochMs } from '../../../domain/units.ts';
import { readAs, toEpochMs, toNumber } from '../wire.ts';

export interface SeenPrice {
  readonly book: Outcome<Book, string>;
  /** Whose clock dates the book. */
  readonly datedBy: 'venue' | 'us';
  /** The middle of the book, else what the venue calls mid, price or mark price. */
  readonly mid: number | undefined;
}

/**
 * What is not a number stays visible as NaN, for the book to refuse with its reason; null is
 * nothing said.
 */
const looseNumber = z.pipe(
  z.optional(z.unknown()),
  z.transform((value): number | null =>
    value === undefined || value === null ? null : (toNumber(value) ?? Number.NaN),
  ),
);

const priceSchema = z.object({
  best_bid: looseNumber,
  best_ask: looseNumber,
  best_bid_size: looseNumber,
  best_ask_size: looseNumber,
  mid: looseNumber,
  mid_price: looseNumber,
  price: looseNumber,
  mark_price: looseNumber,
  timestamp: z.optional(z.unknown()),
});
type WirePrice = z.infer<typeof priceSchema>;

/**
 * GET /v1/markets/{symbol}/price. An answer without a usable two-sided price is still an answer:
 * its book says why not. `asked` dates a book the venue does not date: when the request began, so
 * that it looks older rather than fresher than it is.
 */
export function parsePrice(body: unknown, asked: EpochMs): VenueOutcome<SeenPrice> {
  const read = readAs(priceSchema, body, 'price');
  if (!read.ok) return read;
  const book = bookFrom(read.value, asked);
  const datedBy = isDated(read.value) ? 'venue' : 'us';
  return done({ book, datedBy, mid: book.ok ? book.value.mid : statedMid(read.value) });
}

const isDated = ({ timestamp }: WirePrice): boolean =>
  timestamp !== undefined && timestamp !== null;

function bookFrom(wire: WirePrice, asked: EpochMs): Outcome<Book, string> {
  if (wire.best_bid === null && wire.best_ask === null)
    return failed('the venue gave no best bid and no best ask');
  const at = isDated(wire) ? toEpochMs(wire.timestamp) : asked;
  if (at === undefined)
    return failed('the timestamp of the price is unreadable, so its age is unknown');
  return checkedBook(
    at,
    levels(wire.best_bid, wire.best_bid_size),
    levels(wire.best_ask, wire.best_ask_size),
  );
}

const levels = (price: number | null, size: number | null): readonly RawLevel[] =>
  price === null ? [] : [{ price, size: size ?? undefined }];

const statedMid = (wire: WirePrice): number | undefined =>
  [wire.mid, wire.mid_price, wire.price, wire.mark_price].find(
    (value) => value !== null && value > 0,
  ) ?? undefined;
