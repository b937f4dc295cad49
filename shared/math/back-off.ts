import { fingerprint } from '../domain/fingerprint.ts';
import { InvariantError } from '../domain/failure.ts';
import { requireAtLeast, requirePositive } from './require.ts';

/**
 * How long to wait after so many failures in a row, in ms: anything from 0 to base x 2^(failures -
 * 1), at most `maxMs` (C12). All of it is random, so that markets which failed together do not come
 * back together. 0 without a failure. Source: M. Brooker, "Exponential Backoff And Jitter", AWS
 * Architecture Blog (2015), full jitter.
 * @throws InvariantError when an argument is out of range; `uniform` is in [0, 1).
 */
export function backOffMs(
  failuresInRow: number,
  uniform: number,
  { baseMs, maxMs }: { readonly baseMs: number; readonly maxMs: number },
): number {
  requireAtLeast('failuresInRow', failuresInRow, 0);
  requirePositive('baseMs', baseMs);
  requirePositive('maxMs', maxMs);
  if (!(uniform >= 0 && uniform < 1))
    throw new InvariantError(`uniform must be from 0 to below 1, was ${uniform}`);
  return failuresInRow === 0 ? 0 : uniform * Math.min(maxMs, baseMs * 2 ** (failuresInRow - 1));
}

/**
 * A number in [0, 1) that is always the same for the same text: randomness that a replay repeats.
 * Texts that differ in their last digit alone have numbers that tell nothing of each other.
 */
export const uniformOf = (seed: string): number =>
  mixed(Number.parseInt(fingerprint(seed).slice(0, 8), 16)) / 2 ** 32;

/** Every bit of the result hangs on every bit given. Source: A. Appleby, MurmurHash3, fmix32. */
function mixed(bits: number): number {
  let mixing = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixing = Math.imul(mixing ^ (mixing >>> 13), 0xc2b2ae35);
  return (mixing ^ (mixing >>> 16)) >>> 0;
}
