import { InvariantError } from '../../domain/failure.ts';
import { requireAtLeast, requireFinite, requirePositive } from '../../math/require.ts';

/** When a quote can next be changed. */
export type QuoteCadence =
  /** Looked at every interval, for ever. */
  | {
      readonly kind: 'continuous';
      readonly intervalSeconds: number;
      readonly latencySeconds: number;
    }
  /**
   * Looked at every interval in the first `activeSeconds` of each period; what the last look leaves
   * rests until the next period.
   */
  | {
      readonly kind: 'duty-cycle';
      readonly intervalSeconds: number;
      readonly latencySeconds: number;
      readonly activeSeconds: number;
      readonly periodSeconds: number;
      /** Since the period began; beyond its length the next one is counted on. */
      readonly secondsIntoPeriod: number;
    };

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
  cadence,
}: {
  readonly sigma: number;
  readonly cadence: QuoteCadence;
}): number {
  requireAtLeast('sigma', sigma, 0);
  requireAtLeast('latencySeconds', cadence.latencySeconds, 0);
  const youngest = Math.sqrt(cadence.latencySeconds);
  const oldest = Math.sqrt(cadence.latencySeconds + secondsToNextRequote(cadence));
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

/** Seconds until the next look that can change what is quoted now. */
export function secondsToNextRequote(cadence: QuoteCadence): number {
  requireAtLeast('intervalSeconds', cadence.intervalSeconds, 0);
  switch (cadence.kind) {
    case 'continuous':
      return cadence.intervalSeconds;
    case 'duty-cycle': {
      const { intervalSeconds, activeSeconds, periodSeconds, secondsIntoPeriod } = cadence;
      requirePositive('periodSeconds', periodSeconds);
      requireAtLeast('activeSeconds', activeSeconds, 0);
      requireAtLeast('secondsIntoPeriod', secondsIntoPeriod, 0);
      if (activeSeconds > periodSeconds)
        throw new InvariantError(
          `activeSeconds must be at most periodSeconds, was ${activeSeconds}`,
        );
      const into = secondsIntoPeriod % periodSeconds;
      return into + intervalSeconds < activeSeconds ? intervalSeconds : periodSeconds - into;
    }
  }
}
