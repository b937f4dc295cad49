import { InvariantError } from '../../../domain/failure.ts';

declare const unit: unique symbol;

/**
 * A whole number of lots, zero or more. Orders and fills are counted in nothing else, so that a
 * position, which is kept on the lot, and the cash that was paid for it cannot drift apart.
 */
export type Lots = number & { readonly [unit]: 'Lots' };

/** @throws InvariantError unless whole and not negative. */
export function lots(count: number): Lots {
  requireWhole(count);
  return count;
}

/** What is surely there of an estimate. @throws InvariantError for a negative one. */
export const wholeLots = (estimate: number): Lots => lots(Math.floor(estimate));

export const fewerLots = (a: Lots, b: Lots): Lots => (a < b ? a : b);

/** @throws InvariantError when more is taken than there is. */
export const lotsLess = (from: Lots, taken: Lots): Lots => lots(from - taken);

export const NO_LOTS = lots(0);

function requireWhole(count: number): asserts count is Lots {
  if (!Number.isSafeInteger(count) || count < 0)
    throw new InvariantError(`lots are counted whole, from zero on, not ${count}`);
}
