import { InvariantError } from '../domain/failure.ts';

/** @throws InvariantError naming the argument unless it is finite. */
export function requireFinite(name: string, value: number): void {
  if (!Number.isFinite(value)) throw new InvariantError(`${name} must be finite, was ${value}`);
}

/** @throws InvariantError naming the argument unless it is finite and at least `least`. */
export function requireAtLeast(name: string, value: number, least: number): void {
  if (!(value >= least && value < Infinity))
    throw new InvariantError(`${name} must be finite and at least ${least}, was ${value}`);
}

/** @throws InvariantError naming the argument unless it is finite and above zero. */
export function requirePositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity))
    throw new InvariantError(`${name} must be finite and above zero, was ${value}`);
}

/**
 * Amounts, prices and rates beyond this are mistakes, and their squares would no longer be finite.
 */
export const VAST = 1e15;

/** @throws InvariantError naming the argument unless it is from `least` to `most`. */
export function requireWithin(
  name: string,
  value: number,
  least: number,
  most: number = VAST,
): void {
  if (!(value >= least && value <= most))
    throw new InvariantError(`${name} must be from ${least} to ${most}, was ${value}`);
}
