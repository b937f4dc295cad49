import { InvariantError } from '../../domain/failure.ts';

/** Amounts, prices and rates beyond this are mistakes, and their squares would no longer be finite. */
export const VAST = 1e15;

/** @throws InvariantError naming the argument unless it is from `least` to `most`. */
export function requireWithin(name: string, value: number, least: number, most: number = VAST): void {
  if (!(value >= least && value <= most)) throw new InvariantError(`${name} must be from ${least} to ${most}, was ${value}`);
}
