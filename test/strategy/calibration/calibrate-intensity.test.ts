import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import { type Random, seededRandom } from '#shared/math/random.ts';
import {
  calibrateIntensity,
  type IntensityFit,
} from '#shared/strategy/calibration/calibrate-intensity.ts';
import {
  type IntensityState,
  newIntensity,
  observeRested,
  type RestedQuote,
} from '#shared/strategy/calibration/rested-quotes.ts';

const NEVER = 1e12;
const at = (seconds: number): EpochMs => epochMs(1_700_000_000_000 + seconds * 1000);

function fitted(fit: IntensityFit): Extract<IntensityFit, { kind: 'fitted' }> {
  if (fit.kind === 'thin') throw new Error(fit.why);
  return fit;
}

const why = (fit: IntensityFit): string => (fit.kind === 'thin' ? fit.why : 'fitted');

/** Counts as they stand, without having been observed one by one. */
function counted(
  buckets: readonly {
    readonly seconds: number;
    readonly distance: number;
    readonly fills: number;
  }[],
): IntensityState {
  return {
    ...newIntensity({ bucketWidth: 1, bucketCount: buckets.length, halfLifeSeconds: NEVER }),
    seconds: buckets.map(({ seconds }) => seconds),
    distanceSeconds: buckets.map(({ seconds, distance }) => seconds * distance),
    fills: buckets.map(({ fills }) => fills),
  };
}

function poisson(random: Random, mean: number): number {
  let [count, waited] = [0, random.exponential(1)];
  while (waited < mean) {
    count += 1;
    waited += random.exponential(1);
  }
  return count;
}

/**
 * A market maker with a quote on each side at changing distances, in a market of the given
 * intensity.
 */
function observed({
  seed,
  k,
  arrivalRate,
  looks,
  halfLifeSeconds,
}: {
  seed: string;
  k: number;
  arrivalRate: number;
  looks: number;
  halfLifeSeconds: number;
}): IntensityState {
  const random = seededRandom(seed);
  const seconds = 3;
  const quote = (): RestedQuote => {
    const distance = random.uniform() * 8;
    return {
      distance,
      seconds,
      fills: poisson(random, arrivalRate * Math.exp(-k * distance) * seconds),
    };
  };
  let state = observeRested(
    newIntensity({ bucketWidth: 0.5, bucketCount: 16, halfLifeSeconds }),
    [],
    at(0),
  );
  for (let look = 1; look <= looks; look += 1)
    state = observeRested(state, [quote(), quote()], at(look * seconds));
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
          observed({
            seed: `sample ${sample}`,
            k: 0.6,
            arrivalRate: 0.15,
            looks: 1500,
            halfLifeSeconds,
          }),
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
    const before = observed({
      seed: 'before',
      k: 0.6,
      arrivalRate: 0.2,
      looks: 2000,
      halfLifeSeconds: 600,
    });
    let state = before;
    const random = seededRandom('after');
    for (let look = 1; look <= 2000; look += 1) {
      const distance = random.uniform() * 8;
      const quote = {
        distance,
        seconds: 3,
        fills: poisson(random, 0.6 * Math.exp(-0.3 * distance) * 3),
      };
      state = observeRested(state, [quote], at(6000 + look * 3));
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

describe('thin data', () => {
  it('says so instead of guessing: nothing seen, or no fills (A5)', () => {
    const fresh = newIntensity({ bucketWidth: 1, bucketCount: 10, halfLifeSeconds: 60 });
    expect(why(calibrateIntensity(fresh))).toBe('0.0 fills, at least 20 are needed');
    expect(
      why(
        calibrateIntensity(
          counted([
            { seconds: 1e6, distance: 0.5, fills: 0 },
            { seconds: 1e6, distance: 1.5, fills: 0 },
          ]),
        ),
      ),
    ).toMatch(/^0.0 fills/);
    expect(
      why(
        calibrateIntensity(
          counted([
            { seconds: 100, distance: 0, fills: 12 },
            { seconds: 100, distance: 1, fills: 7.9 },
          ]),
        ),
      ),
    ).toMatch(/^19.9 fills/);
  });

  it.each([
    ['quotes rested at one distance only', [{ seconds: 100, distance: 2, fills: 50 }]],
    [
      'fills do not become rarer with distance',
      [
        { seconds: 100, distance: 1, fills: 50 },
        { seconds: 100, distance: 2, fills: 50 },
      ],
    ],
    [
      'all fills are at the nearest distance',
      [
        { seconds: 100, distance: 1, fills: 50 },
        { seconds: 100, distance: 2, fills: 0 },
      ],
    ],
    [
      'k is 0.288 give or take 0.473',
      [
        { seconds: 100, distance: 1, fills: 40 },
        { seconds: 100, distance: 2, fills: 30 - 1e-3 },
      ],
    ],
    [
      'the arrival rate at the mid is known only to a factor of',
      [
        { seconds: 10, distance: 100, fills: 400 },
        { seconds: 10, distance: 101, fills: 100 },
      ],
    ],
    [
      'the arrival rate at the mid is known only to a factor of',
      [
        { seconds: 1, distance: 5000, fills: 1e12 },
        { seconds: 1, distance: 5001, fills: 1e10 },
      ],
    ],
  ] as const)('says "%s" (A5)', (said, buckets) => {
    expect(why(calibrateIntensity(counted(buckets)))).toContain(said);
  });

  it('believes twenty fills, k known to half of itself and a rate known to a factor of e, and nothing less (A5)', () => {
    const fit = (near: number, far: number, distance = 0): IntensityFit =>
      calibrateIntensity(
        counted([
          { seconds: 100, distance, fills: near },
          { seconds: 100, distance: distance + 1, fills: far },
        ]),
      );
    expect(why(fit(18, 2))).toBe('k is 2.20 give or take 1.46');
    // The relative error of k, 1.96 sqrt(1/near + 1/far) / ln(near/far), on either side of one
    // half.
    expect(why(fit(35, 10))).toMatch(/^k is 1.25 give or take 0.703/);
    expect(fit(35, 9).kind).toBe('thin');
    expect(fit(50, 10).kind).toBe('fitted');
    const evenly = (each: number): IntensityFit =>
      calibrateIntensity(
        counted([
          { seconds: 1, distance: 0, fills: each },
          { seconds: 100, distance: 1, fills: each },
        ]),
      );
    expect(fitted(evenly(10)).fills).toBe(20);
    expect(evenly(9.9).kind).toBe('thin');
    // The error of ln arrivalRate, 1.96 sqrt((d + 1)^2/near + d^2/far), on either side of one.
    const { arrivalRate, arrivalRateInterval } = fitted(fit(400, 100, 2));
    expect(Math.log(arrivalRateInterval.high / arrivalRate)).toBeCloseTo(
      1.959963984540054 * Math.sqrt(9 / 400 + 4 / 100),
      9,
    );
    expect(Math.log(arrivalRate / arrivalRateInterval.low)).toBeCloseTo(
      1.959963984540054 * Math.sqrt(9 / 400 + 4 / 100),
      9,
    );
    expect(why(fit(400, 100, 5))).toContain('to a factor of 3.14');
  });

  it('is not spoilt by a distance at which nothing rested, and accepts a quote that rested no time at all (A5)', () => {
    const buckets = [
      { seconds: 100, distance: 0, fills: 90 },
      { seconds: 100, distance: 1, fills: 30 },
    ];
    const started = observeRested(
      counted([...buckets, { seconds: 0, distance: 0, fills: 0 }]),
      [],
      at(0),
    );
    expect(fitted(calibrateIntensity(started)).k).toBeCloseTo(Math.log(3), 9);
    const looked = observeRested(started, [{ distance: 2, seconds: 0, fills: 0 }], at(1));
    expect(fitted(calibrateIntensity(looked)).k).toBeCloseTo(Math.log(3), 9);
  });

  it('gives finite figures in order, or a reason, for whatever was counted (A5)', () => {
    const bucket = fc.record({
      seconds: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e9, noNaN: true })),
      distance: fc.double({ min: 0, max: 1e4, noNaN: true }),
      fills: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e5, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(bucket, { minLength: 1, maxLength: 20 }), (buckets) => {
        const fit = calibrateIntensity(counted(buckets));
        if (fit.kind === 'thin') {
          expect(fit.why.length).toBeGreaterThan(10);
          return;
        }
        const figures = [
          fit.kInterval.low,
          fit.k,
          fit.kInterval.high,
          fit.arrivalRateInterval.low,
          fit.arrivalRate,
          fit.arrivalRateInterval.high,
        ];
        for (const figure of figures) expect(figure).toSatisfy(Number.isFinite);
        expect(fit.kInterval.low).toBeGreaterThan(0);
        expect(figures.slice(0, 3)).toEqual(figures.slice(0, 3).toSorted((a, b) => a - b));
        expect(figures.slice(3)).toEqual(figures.slice(3).toSorted((a, b) => a - b));
      }),
    );
  });
});

describe('what is counted', () => {
  const empty = newIntensity({ bucketWidth: 2, bucketCount: 3, halfLifeSeconds: 10 });
  const started = observeRested(empty, [{ distance: 1, seconds: 9, fills: 9 }], at(0));

  it('begins to count at the first look, and counts a look at the same time, or an earlier one, only once (A5)', () => {
    expect(started).toEqual({ ...empty, lastAt: at(0) });
    const once = observeRested(started, [{ distance: 1, seconds: 5, fills: 1 }], at(5));
    expect(observeRested(once, [{ distance: 1, seconds: 5, fills: 1 }], at(5))).toBe(once);
    expect(observeRested(once, [{ distance: 1, seconds: 5, fills: 1 }], at(4))).toBe(once);
  });

  it('puts time, distance and fills into the bucket of the distance, and leaves out what is beyond the last (A5)', () => {
    const quotes = [
      { distance: 3, seconds: 5, fills: 1 },
      { distance: 3.5, seconds: 2, fills: 0.25 },
      { distance: -1, seconds: 4, fills: 2 },
      { distance: 6, seconds: 5, fills: 7 },
    ];
    expect(observeRested(started, quotes, at(5))).toMatchObject({
      seconds: [4, 7, 0],
      distanceSeconds: [0, 22, 0],
      fills: [2, 1.25, 0],
    });
  });

  it('counts no more time than passed, and half of it after a half-life (A5)', () => {
    const seen = observeRested(started, [{ distance: 1, seconds: 500, fills: 1 }], at(5));
    expect(seen.seconds).toEqual([5, 0, 0]);
    const later = observeRested(seen, [], at(15));
    expect(later).toMatchObject({
      seconds: [2.5, 0, 0],
      distanceSeconds: [2.5, 0, 0],
      fills: [0.5, 0, 0],
    });
    expect(JSON.parse(JSON.stringify(later))).toEqual(later);
  });

  it('names what cannot be (A5)', () => {
    for (const wrong of [{ bucketWidth: 0 }, { bucketCount: 0 }, { halfLifeSeconds: NaN }])
      expect(() =>
        newIntensity({ bucketWidth: 1, bucketCount: 1, halfLifeSeconds: 1, ...wrong }),
      ).toThrow(InvariantError);
    for (const wrong of [{ distance: NaN }, { seconds: -1 }, { fills: -1 }])
      expect(() =>
        observeRested(started, [{ distance: 1, seconds: 1, fills: 0, ...wrong }], at(1)),
      ).toThrow(new RegExp(`^${Object.keys(wrong).join()} must`));
  });
});
