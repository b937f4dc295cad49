import { InvariantError } from '../domain/failure.ts';

/**
 * Share of the past that still counts after `elapsedMs`, half after each half-life. Time that has
 * not passed takes nothing away. Every estimator is told its own half-life, so that what is learned
 * over minutes never waits for, nor is shaken by, what is learned in seconds (A12, S4's horizons).
 */
export const keptAfter = (elapsedMs: number, halfLifeMs: number): number =>
  elapsedMs > 0 ? 0.5 ** (elapsedMs / halfLifeMs) : 1;

/**
 * So many parts at least make what can be believed: ten returns tell a volatility to within -30 %
 * and +75 %.
 */
const LEAST_PARTS = 10;

/**
 * Milliseconds of evidence after one more look. The past fades like the estimate itself and one
 * look counts for no more than a tenth of what is asked: one return over a long silence is not an
 * estimate, however long the silence was.
 */
export const withEvidence = (
  evidenceMs: number,
  kept: number,
  elapsedMs: number,
  believedAfterMs: number,
): number => evidenceMs * kept + Math.min(elapsedMs, believedAfterMs / LEAST_PARTS);

/**
 * @throws InvariantError unless 0 < believedAfterMs <= halfLifeMs < Infinity: evidence fades, so
 * that more would never be gathered.
 */
export function requireHorizon({
  halfLifeMs,
  believedAfterMs,
}: {
  readonly halfLifeMs: number;
  readonly believedAfterMs: number;
}): void {
  if (!(believedAfterMs > 0 && believedAfterMs <= halfLifeMs && halfLifeMs < Infinity))
    throw new InvariantError(
      `believedAfterMs must be above 0 and at most halfLifeMs, was ${believedAfterMs} of ${halfLifeMs}`,
    );
}

/**
 * What one event can be worth at most: a larger figure is a mistake, and would drown all others.
 */
export const VAST_USD = 1e15;
