import type { Interval } from './calibrate-intensity.ts';
import { requireAtLeast, requirePositive } from '../../math/require.ts';

export type SigmaFit =
  | {
      readonly kind: 'fitted';
      /** Per square root of a second, in the unit of the returns. */
      readonly sigma: number;
      /** 95 % confidence. */
      readonly interval: Interval;
    }
  | { readonly kind: 'thin'; readonly why: string };

/** Ten returns tell sigma to within -30 % and +75 %; fewer make the approximation poor as well. */
const LEAST_RETURNS = 10;

/**
 * Volatility from n independent returns of mean zero over equal times: sigma^2 = sum of squares /
 * seconds, and n s^2 / sigma^2 is chi-square with n degrees of freedom. Its quantiles by E. Wilson,
 * M. Hilferty, "The distribution of chi-square", PNAS 17 (1931): n (1 - 2/(9n) + z sqrt(2/(9n)))^3,
 * within 1 % from n = 10 on. For weights w (forgetting, or unequal times) n is the effective number
 * (sum w)^2 / sum w^2. O(1).
 * @throws InvariantError when an argument is not finite or negative, or no time passed.
 */
export function calibrateSigma({
  sumOfSquares,
  seconds,
  returns,
}: {
  readonly sumOfSquares: number;
  readonly seconds: number;
  readonly returns: number;
}): SigmaFit {
  requireAtLeast('sumOfSquares', sumOfSquares, 0);
  requirePositive('seconds', seconds);
  requireAtLeast('returns', returns, 0);
  if (returns < LEAST_RETURNS)
    return {
      kind: 'thin',
      why: `${returns.toFixed(1)} returns, at least ${LEAST_RETURNS} are needed`,
    };
  const sigma = Math.sqrt(sumOfSquares / seconds);
  return {
    kind: 'fitted',
    sigma,
    interval: { low: sigma / chi(returns, Z975), high: sigma / chi(returns, -Z975) },
  };
}

const Z975 = 1.959963984540054;

/** Square root of the chi-square quantile at z, over n. */
const chi = (n: number, z: number): number => (1 - 2 / (9 * n) + z * Math.sqrt(2 / (9 * n))) ** 1.5;
