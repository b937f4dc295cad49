import { describe, expect, it } from 'vitest';
import { type Random, seededRandom } from '#shared/math/random.ts';
import { calibrateIntensity } from '#shared/strategy/calibration/calibrate-intensity.ts';
import {
  type IntensityState,
  newIntensity,
  observeRested,
  type RestedQuote,
} from '#shared/strategy/calibration/rested-quotes.ts';
import { at, counted, fitted, NEVER } from './intensities.ts';

function poisson(random: Random, mean: number): number {
  let [count, waited] = [0, random.exponential(1)];
  while (waited < mean) {
    count += 1;
    waited += random.exponential(1);
  }
  return count;
}

interface Intensity {
  readonly k: number;
  readonly arrivalRate: number;
}

/** Between two looks. */
const SECONDS = 3;

/** What a quote at some distance gets in a market of the given intensity. */
function drawn(random: Random, { k, arrivalRate }: Intensity): RestedQuote {
  const distance = random.uniform() * 8;
  const fills = poisson(random, arrivalRate * Math.exp(-k * distance) * SECONDS);
  return { distance, seconds: SECONDS, fills };
}

/** A market maker with a quote on each side at changing distances. */
function observed(
  seed: string,
  intensity: Intensity,
  looks: number,
  halfLifeSeconds: number,
): IntensityState {
  const random = seededRandom(seed);
  const empty = newIntensity({ bucketWidth: 0.5, bucketCount: 16, halfLifeSeconds });
  let state = observeRested(empty, [], at(0));
  for (let look = 1; look <= looks; look += 1)
    state = observeRested(
      state,
      [drawn(random, intensity), drawn(random, intensity)],
      at(look * SECONDS),
    );
  return state;
}

describe('calibration of the arrival intensity', () => {
  it('recovers k and arrivalRate exactly from counts that follow them exactly (A5)', () => {
    const buckets = [0.5, 1.7, 2.2, 6].map((distance) => ({
      distance,
      seconds: 500 * distance,
      fills: 500 * distance * 0.8 * Math.exp(-0.7 * distance),
    }));
    const fit = fitted(calibrateIntensity(counted(buckets)));
    expect(fit.k).toBeCloseTo(0.7, 10);
    expect(fit.arrivalRate).toBeCloseTo(0.8, 10);
    expect(fit.fills).toBeCloseTo(
      buckets.reduce((sum, bucket) => sum + bucket.fills, 0),
      9,
    );
  });

  it.each([NEVER, 1500])(
    'holds the true figures in its 95 % intervals in at least 90 % of 200 samples, half-life %d s (A5)',
    (halfLifeSeconds) => {
      let [holdsK, holdsRate, sumOfK, found] = [0, 0, 0, 0];
      for (let sample = 0; sample < 200; sample += 1) {
        const fit = calibrateIntensity(
          observed(`sample ${sample}`, { k: 0.6, arrivalRate: 0.15 }, 1500, halfLifeSeconds),
        );
        if (fit.kind === 'thin') continue;
        found += 1;
        sumOfK += fit.k;
        if (fit.kInterval.low <= 0.6 && 0.6 <= fit.kInterval.high) holdsK += 1;
        if (fit.arrivalRateInterval.low <= 0.15 && 0.15 <= fit.arrivalRateInterval.high)
          holdsRate += 1;
      }
      expect(found).toBeGreaterThanOrEqual(195);
      expect(holdsK).toBeGreaterThanOrEqual(0.9 * found);
      expect(holdsRate).toBeGreaterThanOrEqual(0.9 * found);
      expect(sumOfK / found).toBeCloseTo(0.6, 1);
    },
  );

  it('narrows with more data, by the square root (A5)', () => {
    const width = (times: number): number => {
      const { kInterval } = fitted(
        calibrateIntensity(
          counted(
            [0.5, 3.5].map((distance) => ({
              distance,
              seconds: 1000 * times,
              fills: 1000 * times * 0.1 * Math.exp(-0.5 * distance),
            })),
          ),
        ),
      );
      return kInterval.high - kInterval.low;
    };
    expect(width(4) / width(16)).toBeCloseTo(2, 9);
    // By hand for two distances: 1 / n1 + 1 / n2 is the variance of the logarithm of the ratio of
    // two counts.
    const [n1, n2] = [400 * Math.exp(-0.25), 400 * Math.exp(-1.75)];
    expect(width(4)).toBeCloseTo((2 * 1.959963984540054 * Math.sqrt(1 / n1 + 1 / n2)) / 3, 9);
  });

  it('follows a market that changed, at the pace of its half-life (A5)', () => {
    const before = observed('before', { k: 0.6, arrivalRate: 0.2 }, 2000, 600);
    let state = before;
    const random = seededRandom('after');
    for (let look = 1; look <= 2000; look += 1) {
      const quote = drawn(random, { k: 0.3, arrivalRate: 0.6 });
      state = observeRested(state, [quote], at(6000 + look * SECONDS));
    }
    expect(fitted(calibrateIntensity(before)).k).toBeCloseTo(0.6, 0);
    expect(fitted(calibrateIntensity(state)).kInterval.low).toBeLessThan(0.32);
    expect(fitted(calibrateIntensity(state)).arrivalRate).toBeGreaterThan(0.45);
  });

  it('is the same in any unit of distance (A5)', () => {
    const buckets = [1, 2, 5].map((distance) => ({ distance, seconds: 900, fills: 60 / distance }));
    const [fine, coarse] = [1000, 1].map((unit) =>
      fitted(
        calibrateIntensity(
          counted(buckets.map((bucket) => ({ ...bucket, distance: bucket.distance * unit }))),
        ),
      ),
    );
    expect((fine?.k ?? 0) * 1000).toBeCloseTo(coarse?.k ?? 0, 9);
    expect(fine?.arrivalRate).toBeCloseTo(coarse?.arrivalRate ?? 0, 9);
  });
});
