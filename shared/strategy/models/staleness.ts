import type { Cadence } from '../../domain/venue/view.ts';
import { requireAtLeast, requireFinite } from '../../math/require.ts';

/**
 * What must be added to each half-spread because the quote cannot follow the mid until the next
 * requote.
 * Units: that of sigma, which is per square root of a second.
 * Source: T. Copeland, D. Galai, J. Finance 38 (1983); E. Budish, P. Cramton, J. Shim, Quart. J.
 * Econ. 130 (2015).
 * @throws InvariantError when an argument is not finite or negative.
 */
export function stalenessHalfSpread({
  sigma,
  cadence: { secondsToNextRequote, latencySeconds },
}: {
  readonly sigma: number;
  readonly cadence: Cadence;
}): number {
  requireAtLeast('sigma', sigma, 0);
  requireAtLeast('latencySeconds', latencySeconds, 0);
  requireAtLeast('secondsToNextRequote', secondsToNextRequote, 0);
  const youngest = Math.sqrt(latencySeconds);
  const oldest = Math.sqrt(latencySeconds + secondsToNextRequote);
  const sum = youngest + oldest;
  // At age t a taker gains E|N(0, sigma^2 t)| = sigma sqrt(2 t / pi), on the side that became
  // cheap. Trades come evenly between the ages l, when the quote counts, and l + d, when its
  // successor does: sigma sqrt(2/pi) (2/3) ((l+d)^1.5 - l^1.5) / d on average, 0.532 sigma sqrt(d)
  // without latency. Every taker counts as informed, which errs to the wide side.
  const extra =
    sum === 0 ? 0 : sigma * HALF_NORMAL_MEAN * (2 / 3) * (sum - (youngest / sum) * oldest);
  requireFinite('extra half-spread', extra);
  return extra;
}

/** sqrt(2/pi). */
const HALF_NORMAL_MEAN = Math.sqrt(2 / Math.PI);
