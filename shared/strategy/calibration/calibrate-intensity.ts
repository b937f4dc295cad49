import { fallingRoot } from '../../math/falling-root.ts';
import type { IntensityState } from './rested-quotes.ts';

/** 95 % confidence. */
interface Interval {
  readonly low: number;
  readonly high: number;
}

export type IntensityFit =
  | {
      readonly kind: 'fitted';
      /** Per unit of distance. */
      readonly k: number;
      /** Fills per second of a quote at the mid. */
      readonly arrivalRate: number;
      readonly kInterval: Interval;
      readonly arrivalRateInterval: Interval;
      /** What it rests on, old ones counting less. */
      readonly fills: number;
    }
  /** Too little to be believed: quote by a model that needs neither figure. */
  | { readonly kind: 'thin'; readonly why: string };

/**
 * Twenty fills tell a rate to within a factor of 1.6, which is the least that is worth a formula.
 */
const LEAST_FILLS = 20;
/** The 95 % interval of k may reach at most this share of k to each side, */
const MOST_RELATIVE_ERROR = 0.5;
/** and that of arrivalRate at most a factor of e. */
const MOST_LOG_ERROR = 1;
/** Of the standard normal: half of a 95 % interval, in standard errors. */
const Z95 = 1.959963984540054;

const thin = (why: string): IntensityFit => ({ kind: 'thin', why });

/**
 * k and arrivalRate of fills that arrive at arrivalRate exp(-k distance) per second, by maximum
 * likelihood.
 * Cost: O(buckets), about 8 evaluations.
 * Source: J. Fernandez-Tapia, thesis, Paris 6 (2015), chapter on intensity estimation; P.
 * McCullagh, J. Nelder, Generalized Linear Models (1989), chapter 6.
 */
export function calibrateIntensity(state: IntensityState): IntensityFit {
  const seen = state.seconds.flatMap((seconds, bucket) =>
    seconds > 0
      ? [
          {
            seconds,
            distance: Number(state.distanceSeconds[bucket]) / seconds,
            fills: Number(state.fills[bucket]),
          },
        ]
      : [],
  );
  const fills = seen.reduce((sum, bucket) => sum + bucket.fills, 0);
  if (fills < LEAST_FILLS)
    return thin(`${fills.toFixed(1)} fills, at least ${LEAST_FILLS} are needed`);
  const nearest = Math.min(...seen.map(({ distance }) => distance));
  const meanOfFills =
    seen.reduce((sum, bucket) => sum + bucket.fills * (bucket.distance - nearest), 0) / fills;
  const shape = (k: number): Shape => shapeAt(seen, nearest, k);
  // k is where the mean distance, weighted by exposure, is that of the fills; the rate follows.
  if (seen.length === 1) return thin('quotes rested at one distance only');
  if (shape(0).mean <= meanOfFills) return thin('fills do not become rarer with distance');
  if (meanOfFills === 0) return thin('all fills are at the nearest distance');
  let beyond = 1 / shape(0).mean;
  // Ends, because exp(-k distance) is 0 from some k on.
  while (shape(beyond).mean > meanOfFills) beyond *= 2;
  const k = fallingRoot(
    (tried) => {
      const { mean, variance } = shape(tried);
      return { value: mean - meanOfFills, slope: -variance };
    },
    0,
    beyond,
  );
  return withConfidence(k, fills, nearest, shape(k));
}

/**
 * The distribution of distance, from the nearest one on, that exposure and exp(-k distance) give to
 * fills.
 */
interface Shape {
  readonly weight: number;
  readonly mean: number;
  readonly variance: number;
}

function shapeAt(
  seen: readonly { readonly seconds: number; readonly distance: number }[],
  nearest: number,
  k: number,
): Shape {
  let [weight, first, second] = [0, 0, 0];
  for (const { seconds, distance } of seen) {
    const offset = distance - nearest;
    const expected = seconds * Math.exp(-k * offset);
    weight += expected;
    first += expected * offset;
    second += expected * offset * offset;
  }
  const mean = first / weight;
  return { weight, mean, variance: second / weight - mean * mean };
}

function withConfidence(
  k: number,
  fills: number,
  nearest: number,
  { weight, mean, variance }: Shape,
): IntensityFit {
  // From the Fisher information of (ln arrivalRate, k): variances 1/(N v) of k, (1 + mean^2/v)/N of
  // ln arrivalRate. Forgetting makes them too wide, by up to sqrt 2, never too narrow.
  const error = Z95 / Math.sqrt(fills * variance);
  const logRate = Math.log(fills / weight) + k * nearest;
  const logError = Z95 * Math.sqrt((1 + (nearest + mean) ** 2 / variance) / fills);
  if (!(error <= MOST_RELATIVE_ERROR * k))
    return thin(`k is ${k.toPrecision(3)} give or take ${error.toPrecision(3)}`);
  const arrivalRateInterval = {
    low: Math.exp(logRate - logError),
    high: Math.exp(logRate + logError),
  };
  if (!(logError <= MOST_LOG_ERROR && arrivalRateInterval.high < Infinity))
    return thin(
      `the arrival rate at the mid is known only to a factor of ${Math.exp(logError).toPrecision(3)}`,
    );
  return {
    kind: 'fitted',
    k,
    arrivalRate: Math.exp(logRate),
    kInterval: { low: k - error, high: k + error },
    arrivalRateInterval,
    fills,
  };
}
