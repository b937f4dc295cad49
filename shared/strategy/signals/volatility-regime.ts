import { InvariantError } from '../../domain/failure.ts';
import { requireAtLeast } from '../../math/require.ts';

export type VolatilityRegime = 'low' | 'medium' | 'high';

export interface RegimeBounds {
  /** Annualised volatility as a fraction from which on it is medium (S2: 0.4). */
  readonly low: number;
  /** From which on it is high (S2: 0.8). */
  readonly high: number;
  /**
   * Share of a bound by which volatility must fall below it before the lower regime returns (0.1:
   * back to low under 0.36).
   */
  readonly margin: number;
}

/**
 * low < bounds.low <= medium < bounds.high <= high (A10). A higher regime begins at once, a lower
 * one only `margin` below its bound, so that it does not flicker.
 * `state`: the regime before, if any. A volatility nobody knows is for the caller to treat as
 * high.
 * @throws InvariantError when an argument is out of range.
 */
export function regimeOf(
  state: VolatilityRegime | undefined,
  annualisedVolatility: number,
  bounds: RegimeBounds,
): VolatilityRegime {
  const { low, high, margin } = bounds;
  requireAtLeast('annualisedVolatility', annualisedVolatility, 0);
  if (!(low > 0 && high > low && high < Infinity))
    throw new InvariantError(`bounds must be 0 < low < high, were ${low} and ${high}`);
  if (!(margin >= 0 && margin < 1))
    throw new InvariantError(`margin must be from 0 to below 1, was ${margin}`);
  if (annualisedVolatility >= (state === 'high' ? high * (1 - margin) : high)) return 'high';
  const wasAboveLow = state === 'medium' || state === 'high';
  return annualisedVolatility >= (wasAboveLow ? low * (1 - margin) : low) ? 'medium' : 'low';
}
