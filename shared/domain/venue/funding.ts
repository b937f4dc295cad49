import { HOUR_MS } from '../time.ts';
import { epochMs, type EpochMs, usd, type Usd } from '../units.ts';

/**
 * The first funding boundary strictly after `at`; boundaries are whole intervals since 00:00 UTC.
 */
export function nextBoundary(at: EpochMs, intervalHours: number): EpochMs {
  const intervalMs = intervalHours * HOUR_MS;
  return epochMs((Math.floor(at / intervalMs) + 1) * intervalMs);
}

/** Every boundary in (from, to]: each is settled once, however often or seldom anybody looked. */
export function boundariesCrossed(
  from: EpochMs,
  to: EpochMs,
  intervalHours: number,
): readonly EpochMs[] {
  const crossed: EpochMs[] = [];
  for (let at = nextBoundary(from, intervalHours); at <= to; at = nextBoundary(at, intervalHours))
    crossed.push(at);
  return crossed;
}

/**
 * What a position receives (positive) at a boundary: with a positive rate longs pay shorts. Size is
 * signed, in base units.
 */
export const fundingPaymentUsd = (signedSize: number, mark: number, rate: number): Usd =>
  usd(-signedSize * mark * rate);
