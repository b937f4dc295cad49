import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import type { IntensityFit } from '#shared/strategy/calibration/calibrate-intensity.ts';
import { type IntensityState, newIntensity } from '#shared/strategy/calibration/rested-quotes.ts';

/** A half-life in seconds, so long that nothing is forgotten. */
export const NEVER = 1e12;

/** So many seconds after some time. */
export const at = (seconds: number): EpochMs => epochMs(1_700_000_000_000 + seconds * 1000);

export function fitted(fit: IntensityFit): Extract<IntensityFit, { kind: 'fitted' }> {
  if (fit.kind === 'thin') throw new Error(fit.why);
  return fit;
}

/** What rested at one distance. */
interface Bucket {
  readonly seconds: number;
  readonly distance: number;
  readonly fills: number;
}

/** Counts as they stand, without having been observed one by one. */
export function counted(buckets: readonly Bucket[]): IntensityState {
  return {
    ...newIntensity({ bucketWidth: 1, bucketCount: buckets.length, halfLifeSeconds: NEVER }),
    seconds: buckets.map(({ seconds }) => seconds),
    distanceSeconds: buckets.map(({ seconds, distance }) => seconds * distance),
    fills: buckets.map(({ fills }) => fills),
  };
}
