import type { Book } from '../../domain/venue/book.ts';
import type { Doubt } from '../../domain/trading/session.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import { MARKET_BOUNDS } from '../rules.ts';
import type { MarketState } from '../state.ts';

type Seen = Pick<Book, 'mid' | 'at'>;

/** The mid is too far from the last one to be believed yet: one wrong price is no market (D4). */
export function isDoubtful({ sight }: MarketState, book: Seen, now: EpochMs): boolean {
  if (sight.mid === undefined || isConfirmed(sight.doubted, book, now)) return false;
  const tens = Math.max(1, (now - sight.mid.at) / TEN_SECONDS_MS);
  return !isNear(book.mid, sight.mid.mid, MARKET_BOUNDS.doubtRatio * Math.sqrt(tens));
}

/** A doubt of the same mid goes on from when it began; any other begins one. */
export const doubtOf = (before: Doubt | undefined, { mid, at }: Seen, now: EpochMs): Doubt =>
  before !== undefined && isSame(before, mid) ? before : { mid, bookAt: at, since: now };

/** From then on a look may confirm it. */
export const confirmFrom = ({ since }: Doubt): EpochMs =>
  epochMs(since + MARKET_BOUNDS.confirmAfterMs);

/** The same picture, shown twice, confirms nothing: only a later one does, after some seconds. */
const isConfirmed = (doubt: Doubt | undefined, { mid, at }: Seen, now: EpochMs): boolean =>
  doubt !== undefined && isSame(doubt, mid) && at > doubt.bookAt && now >= confirmFrom(doubt);

const isSame = (doubt: Doubt, mid: number): boolean =>
  isNear(mid, doubt.mid, MARKET_BOUNDS.confirmRatio);

const TEN_SECONDS_MS = 10_000;

const isNear = (a: number, b: number, ratio: number): boolean => Math.abs(a / b - 1) <= ratio;
