import { atIndex, type Grid, nearestIndex } from '../../domain/order/grid.ts';
import { epochMs, type EpochMs } from '../../domain/units.ts';
import { excerpt, isDeep, MOST_DEPTH, refusal, shown, type TapePlace } from './tape-refusal.ts';

type Json = Readonly<Record<string, unknown>>;

/** One row as a JSON object, its fields not yet looked at. @throws InputError */
export function parseObject(line: string, place: TapePlace): Json {
  const value = parseJson(line, place);
  if (!isObject(value)) throw refusal(place, `is ${shown(value)}; every row must be a JSON object`);
  for (const field in value) {
    const inner = value[field];
    if (typeof inner === 'object' && !LEVELS.has(field) && isDeep(inner, MOST_DEPTH - 1))
      throw refusal(
        place,
        `is nested too deep in ${shown(field)}; at most ${MOST_DEPTH} levels are allowed`,
      );
  }
  return value;
}

/** Looked into level by level where they are read. */
const LEVELS: ReadonlySet<string> = new Set(['bids', 'asks']);

function parseJson(line: string, place: TapePlace): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw refusal(
      place,
      `is not JSON: ${excerpt(line)}; every line must be one JSON object, and the file must not be cut`,
    );
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws InputError */
export function positiveNumber(value: unknown, field: string, place: TapePlace): number {
  if (typeof value === 'number' && value > 0 && value < Infinity) return value;
  throw refusal(place, `${field} is ${shown(value)}; it must be a finite number above zero`);
}

/** @throws InputError */
export function timestamp(value: unknown, field: string, place: TapePlace): EpochMs {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return epochMs(value);
  throw refusal(
    place,
    `${field} is ${shown(value)}${inUnit(value)}; it must be a whole number of milliseconds since 1970`,
  );
}

/**
 * A time that a recording of our years can have.
 * @throws InputError naming the unit, where it would be one in another unit
 */
export function recordedTime(value: unknown, field: string, place: TapePlace): EpochMs {
  if (inUnit(value) === '') return timestamp(value, field, place);
  throw refusal(
    place,
    `${field} is ${shown(value)}${inUnit(value)}; every time of a tape must be in milliseconds since 1970`,
  );
}

const YEAR_2000_SECONDS = 946_684_800;
const YEAR_2100_SECONDS = 4_102_444_800;
const UNITS = [
  ['seconds', 1],
  ['microseconds', 1e6],
  ['nanoseconds', 1e9],
] as const;

/** `, in seconds` for a number that is a time of this century in another unit than ours. */
function inUnit(value: unknown): string {
  if (typeof value !== 'number') return '';
  const unit = UNITS.find(
    ([, perSecond]) =>
      value >= YEAR_2000_SECONDS * perSecond && value <= YEAR_2100_SECONDS * perSecond,
  );
  return unit === undefined ? '' : `, in ${unit[0]} as it seems`;
}

/** @throws InputError */
export function text(value: unknown, field: string, place: TapePlace): string {
  if (typeof value === 'string' && value !== '') return value;
  throw refusal(place, `${field} is ${shown(value)}; it must be a text that is not empty`);
}

/**
 * Exact, without a tolerance: a decimal on the grid reads as the double nearest to it, and that is
 * what `atIndex` gives.
 * @throws InputError
 */
export function requireOnGrid(
  on: Grid,
  value: number,
  field: string,
  step: 'tick' | 'lot',
  place: TapePlace,
): void {
  if (atIndex(on, nearestIndex(on, value)) === value) return;
  throw refusal(
    place,
    `${field} ${value} is not on the ${step}; it must be a multiple of ${on.step}`,
  );
}
