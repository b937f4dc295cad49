import { InvariantError } from '../../../domain/failure.ts';

/**
 * A number attribute holds 38 digits from 1e-130 to 9.9e125; the margin is for readers that reckon
 * the exponent otherwise.
 */
const SMALLEST_AS_NUMBER = 1e-100;

/**
 * Every finite double survives bit for bit: as a number attribute where that is exact, as its
 * shortest decimal text where it is not (-0, below 1e-100, above 2^53). @throws InvariantError for
 * NaN and infinities, naming `where`.
 */
export function storedNumber(value: number, where: string): number | string {
  if (!Number.isFinite(value))
    throw new InvariantError(`${where}: ${value} cannot be stored; allowed: a finite number`);
  return isExactAsNumber(value) ? value : exactText(value);
}

/**
 * What storedNumber wrote, as the double it was. Undefined for anything else, also for a text
 * somebody typed, like "5".
 */
export function doubleOf(stored: unknown): number | undefined {
  if (typeof stored === 'number') return Number.isFinite(stored) ? stored : undefined;
  if (typeof stored !== 'string') return undefined;
  const value = Number(stored);
  return Number.isFinite(value) && !isExactAsNumber(value) && exactText(value) === stored
    ? value
    : undefined;
}

function isExactAsNumber(value: number): boolean {
  if (value === 0) return !Object.is(value, -0);
  return Math.abs(value) >= SMALLEST_AS_NUMBER && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

const exactText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));
