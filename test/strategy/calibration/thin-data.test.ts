import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calibrateIntensity,
  type IntensityFit,
} from '#shared/strategy/calibration/calibrate-intensity.ts';
import { newIntensity, observeRested } from '#shared/strategy/calibration/rested-quotes.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { at, counted, fitted } from './intensities.ts';

const why = (fit: IntensityFit): string => (fit.kind === 'thin' ? fit.why : 'fitted');

/** Seconds at a distance, and the fills there. */
type Row = readonly [seconds: number, distance: number, fills: number];

const fitOf = (...rows: readonly Row[]): IntensityFit =>
  calibrateIntensity(
    counted(rows.map(([seconds, distance, fills]) => ({ seconds, distance, fills }))),
  );
const whyOf = (...rows: readonly Row[]): string => why(fitOf(...rows));

describe('thin data', () => {
  it('says so instead of guessing: nothing seen, or no fills (A5)', () => {
    const fresh = newIntensity({ bucketWidth: 1, bucketCount: 10, halfLifeSeconds: 60 });
    expect(why(calibrateIntensity(fresh))).toBe('0.0 fills, at least 20 are needed');
    expect(whyOf([1e6, 0.5, 0], [1e6, 1.5, 0])).toMatch(/^0.0 fills/);
    expect(whyOf([100, 0, 12], [100, 1, 7.9])).toMatch(/^19.9 fills/);
  });

  it.each<[string, ...Row[]]>([
    ['quotes rested at one distance only', [100, 2, 50]],
    ['fills do not become rarer with distance', [100, 1, 50], [100, 2, 50]],
    ['all fills are at the nearest distance', [100, 1, 50], [100, 2, 0]],
    ['k is 0.288 give or take 0.473', [100, 1, 40], [100, 2, 30 - 1e-3]],
    ['the arrival rate at the mid is known only to a factor of', [10, 100, 400], [10, 101, 100]],
    ['the arrival rate at the mid is known only to a factor of', [1, 5000, 1e12], [1, 5001, 1e10]],
  ])('says "%s" (A5)', (said, ...rows) => {
    expect(whyOf(...rows)).toContain(said);
  });

  it('believes twenty fills, k known to half of itself and a rate known to a factor of e, and nothing less (A5)', () => {
    const fit = (near: number, far: number, distance = 0): IntensityFit =>
      fitOf([100, distance, near], [100, distance + 1, far]);
    expect(why(fit(18, 2))).toBe('k is 2.20 give or take 1.46');
    // The relative error of k, 1.96 sqrt(1/near + 1/far) / ln(near/far), on either side of one
    // half.
    expect(why(fit(35, 10))).toMatch(/^k is 1.25 give or take 0.703/);
    expect(fit(35, 9).kind).toBe('thin');
    expect(fit(50, 10).kind).toBe('fitted');
    const evenly = (each: number): IntensityFit => fitOf([1, 0, each], [100, 1, each]);
    expect(fitted(evenly(10)).fills).toBe(20);
    expect(evenly(9.9).kind).toBe('thin');
    // The error of ln arrivalRate, 1.96 sqrt((d + 1)^2/near + d^2/far), on either side of one.
    const { arrivalRate, arrivalRateInterval } = fitted(fit(400, 100, 2));
    const error = 1.959963984540054 * Math.sqrt(9 / 400 + 4 / 100);
    expect(Math.log(arrivalRateInterval.high / arrivalRate)).toBeCloseTo(error, 9);
    expect(Math.log(arrivalRate / arrivalRateInterval.low)).toBeCloseTo(error, 9);
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
      seconds: fc.oneof(fc.constant(0), between(1e-6, 1e9)),
      distance: between(0, 1e4),
      fills: fc.oneof(fc.constant(0), between(0, 1e5)),
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
