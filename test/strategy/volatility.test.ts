import { describe, expect, it } from 'vitest';
import { NEW_BRAIN } from '#shared/domain/brain-state.ts';
import { epochMs, price } from '#shared/domain/units.ts';
import { seededRandom } from '#shared/simulator/random.ts';
import { annualised, cautiousVolatility, hourlyVolatility, observeMid } from '#shared/strategy/estimate-volatility.ts';
import { START } from '#test/support/builders.ts';

/** A random walk of a known hourly volatility, looked at after the given pauses. */
function estimate(hourly: number, pausesMs: readonly number[], looks: number): number {
  const random = seededRandom(7);
  let state = NEW_BRAIN.volatility;
  let at = START;
  let mid = 100_000;
  for (let look = 0; look < looks; look += 1) {
    state = observeMid(state, price(mid), at);
    const pause = pausesMs[look % pausesMs.length] ?? 1000;
    at = epochMs(at + pause);
    mid *= Math.exp(random.normal() * hourly * Math.sqrt(pause / 3_600_000));
  }
  return hourlyVolatility(state) ?? Number.NaN;
}

describe('realised volatility (A10)', () => {
  it('finds the volatility of a random walk, however irregularly it is looked at', () => {
    expect(estimate(0.02, [3000], 2000)).toBeCloseTo(0.02, 2);
    expect(estimate(0.02, [3000], 2000) / 0.02).toBeGreaterThan(0.85);
    expect(estimate(0.02, [1000, 20_000, 3000], 2000) / 0.02).toBeGreaterThan(0.85);
    expect(estimate(0.02, [1000, 20_000, 3000], 2000) / 0.02).toBeLessThan(1.15);
  });

  it('is unknown until two minutes were observed', () => {
    expect(estimate(0.02, [3000], 40)).toBeNaN();
    expect(estimate(0.02, [3000], 42)).not.toBeNaN();
  });

  it('counts a look at the same time only once', () => {
    const once = observeMid(observeMid(NEW_BRAIN.volatility, price(100), START), price(101), epochMs(START + 1000));
    expect(observeMid(once, price(150), epochMs(START + 1000))).toBe(once);
  });

  it('annualises by time: 2 % an hour is 187 % a year', () => {
    expect(annualised(0.02)).toBeCloseTo(0.02 * Math.sqrt(8760), 12);
  });

  it('takes the more cautious of two opinions and ignores what is not a number', () => {
    expect(cautiousVolatility(0.01, 0.02)).toBe(0.02);
    expect(cautiousVolatility(undefined, 0.02)).toBe(0.02);
    expect(cautiousVolatility(Number.NaN, 0.02, -1)).toBe(0.02);
    expect(cautiousVolatility(undefined, Number.NaN)).toBeUndefined();
  });
});
