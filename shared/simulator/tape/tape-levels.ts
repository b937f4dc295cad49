import type { FeedLevel, FeedLevels } from '../feed/feed.ts';
import { positiveNumber } from './tape-fields.ts';
import { refusal, shown, type TapePlace } from './tape-refusal.ts';
import { requirePrice, type TapeRules } from './tape-rules.ts';

type SideOfBook = 'bids' | 'asks';

const MAX_LEVELS = 20;

/** The pairs of a JSON row as one list. @throws InputError for anything but pairs of numbers. */
export function listedLevels(value: unknown, field: SideOfBook, place: TapePlace): FeedLevels {
  if (!Array.isArray(value) || !value.every(isLevel))
    throw refusal(place, `${field} is ${shown(value)}; it must be a list of [px,sz]`);
  return value.flat();
}

const isLevel = (value: unknown): value is FeedLevel =>
  Array.isArray(value) &&
  value.length === 2 &&
  typeof value[0] === 'number' &&
  typeof value[1] === 'number';

/** Bids must fall, asks must rise. @throws InputError */
export function requireLevels(levels: FeedLevels, field: SideOfBook, rules: TapeRules): void {
  const { place } = rules;
  const count = levels.length / 2;
  if (count === 0 || count > MAX_LEVELS)
    throw refusal(place, `${field} has ${count} levels; there must be 1 to ${MAX_LEVELS}`);
  const direction = field === 'asks' ? 1 : -1;
  let previous = direction === 1 ? 0 : Infinity;
  for (let index = 0; index < levels.length; index += 2) {
    const price = requirePrice(levels[index], field, rules);
    if ((price - previous) * direction <= 0) {
      throw refusal(
        place,
        `${field} has ${price} after ${previous}; levels must be strictly ordered, best first`,
      );
    }
    rules.requireLots(positiveNumber(levels[index + 1], field, place), price, field);
    previous = price;
  }
}
