import { InvariantError } from '../failure.ts';
import { type Price, price, type Size, size } from '../units.ts';

/**
 * A price tick or a size lot as an exact decimal: step = numerator / scale, both integers.
 * Everything that is rounded in this product is rounded here, on whole steps, so that 3 x 0.1 is
 * 0.3 and two equal prices are equal numbers.
 */
export interface Grid {
  readonly step: number;
  readonly numerator: number;
  readonly scale: number;
}

/** What a double may be off by, in steps, before it counts as being between two steps. */
const INDEX_TOLERANCE = 1e-6;
const MAX_DECIMALS = 12;

/** Undefined unless `step` is above zero and a decimal of at most 12 places. */
export function gridOf(step: number): Grid | undefined {
  if (!Number.isFinite(step) || step <= 0) return undefined;
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals += 1) {
    const scale = 10 ** decimals;
    const numerator = Math.round(step * scale);
    if (numerator > 0 && Math.abs(step * scale - numerator) <= 4 * Number.EPSILON * numerator)
      return { step, numerator, scale };
  }
  return undefined;
}

/** @throws InvariantError where `gridOf` knows none. */
export function grid(step: number): Grid {
  const found = gridOf(step);
  if (found === undefined)
    throw new InvariantError(
      `a grid step must be a decimal above zero of at most ${MAX_DECIMALS} places, was ${step}`,
    );
  return found;
}

/** The value of a whole number of steps, as the double nearest to the exact decimal. */
export const atIndex = (on: Grid, index: number): number => (index * on.numerator) / on.scale;

/** Steps in `value`, not rounded. */
const steps = (on: Grid, value: number): number => (value * on.scale) / on.numerator;

export const floorIndex = (on: Grid, value: number): number =>
  Math.floor(steps(on, value) + INDEX_TOLERANCE);

export const ceilIndex = (on: Grid, value: number): number =>
  Math.ceil(steps(on, value) - INDEX_TOLERANCE);

export const nearestIndex = (on: Grid, value: number): number => Math.round(steps(on, value));

export function isOnGrid(on: Grid, value: number): boolean {
  return Math.abs(steps(on, value) - nearestIndex(on, value)) <= INDEX_TOLERANCE;
}

/**
 * The highest tick not above `value`: how a bid is rounded. @throws InvariantError when that is not
 * above zero.
 */
export const priceDown = (tick: Grid, value: number): Price =>
  price(atIndex(tick, floorIndex(tick, value)));

/** The lowest tick not below `value`: how an ask is rounded. */
export const priceUp = (tick: Grid, value: number): Price =>
  price(atIndex(tick, ceilIndex(tick, value)));

/** The largest whole number of lots not above `value`: how every order size is rounded. */
export const sizeDown = (lot: Grid, value: number): Size =>
  size(atIndex(lot, Math.max(0, floorIndex(lot, value))));

/** The nearest whole number of lots, with its sign: takes the float dust off a sum of sizes. */
export const onLot = (lot: Grid, value: number): number => atIndex(lot, nearestIndex(lot, value));
