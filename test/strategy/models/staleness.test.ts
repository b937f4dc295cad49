import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import type { Cadence } from '#shared/domain/venue/view.ts';
import { seededRandom } from '#shared/math/random.ts';
import { stalenessHalfSpread } from '#shared/strategy/models/staleness.ts';

const resting = (secondsToNextRequote: number, latencySeconds = 0): Cadence => ({
  secondsToNextRequote,
  latencySeconds,
});
const seconds = fc.double({ min: 0, max: 600, noNaN: true });

describe('half-spread for staleness', () => {
  it('is 0.532 sigma sqrt(dt) without latency, and nothing when a quote can change at once', () => {
    expect(stalenessHalfSpread({ sigma: 2, cadence: resting(9) })).toBeCloseTo(
      2 * 3 * (2 / 3) * Math.sqrt(2 / Math.PI),
      12,
    );
    expect(stalenessHalfSpread({ sigma: 1, cadence: resting(1) })).toBeCloseTo(0.5319, 4);
    expect(stalenessHalfSpread({ sigma: 2, cadence: resting(0) })).toBe(0);
    expect(stalenessHalfSpread({ sigma: 0, cadence: resting(9, 1) })).toBe(0);
  });

  it('is sigma sqrt(2 latency / pi) when only the latency keeps a quote from following', () => {
    expect(stalenessHalfSpread({ sigma: 3, cadence: resting(0, 4) })).toBeCloseTo(
      3 * Math.sqrt((2 * 4) / Math.PI),
      12,
    );
    expect(stalenessHalfSpread({ sigma: 3, cadence: resting(1e-9, 4) })).toBeCloseTo(
      3 * Math.sqrt((2 * 4) / Math.PI),
      8,
    );
  });

  it('is what a taker who sees the mid gains on average from a quote without a spread', () => {
    const random = seededRandom('stale');
    const [sigma, interval, latency] = [1.7, 3, 0.6];
    let gained = 0;
    for (let trade = 0; trade < 200_000; trade += 1)
      gained += Math.abs(
        sigma * Math.sqrt(latency + interval * random.uniform()) * random.normal(),
      );
    expect(
      gained / 200_000 / stalenessHalfSpread({ sigma, cadence: resting(interval, latency) }),
    ).toBeCloseTo(1, 2);
  });

  it('rises with volatility, interval and latency, is linear in sigma and finite', () => {
    fc.assert(
      fc.property(seconds, seconds, seconds, seconds, (sigma, interval, latency, more) => {
        const extra = stalenessHalfSpread({ sigma, cadence: resting(interval, latency) });
        const tolerance = 1e-12 * extra;
        expect(extra).toSatisfy(Number.isFinite);
        expect(
          stalenessHalfSpread({ sigma: sigma + more, cadence: resting(interval, latency) }),
        ).toBeGreaterThanOrEqual(extra - tolerance);
        expect(
          stalenessHalfSpread({ sigma, cadence: resting(interval + more, latency) }),
        ).toBeGreaterThanOrEqual(extra - tolerance);
        expect(
          stalenessHalfSpread({ sigma, cadence: resting(interval, latency + more) }),
        ).toBeGreaterThanOrEqual(extra - tolerance);
        expect(
          stalenessHalfSpread({ sigma: sigma * 1000, cadence: resting(interval, latency) }),
        ).toBeCloseTo(1000 * extra, 6);
      }),
    );
  });

  it('names what cannot be', () => {
    for (const wrong of [{ secondsToNextRequote: -1 }, { latencySeconds: NaN }])
      expect(() =>
        stalenessHalfSpread({ sigma: 1, cadence: { ...resting(1, 0.2), ...wrong } }),
      ).toThrow(new RegExp(`^${Object.keys(wrong).join()} must`));
    expect(() => stalenessHalfSpread({ sigma: -1, cadence: resting(1) })).toThrow(InvariantError);
    expect(() => stalenessHalfSpread({ sigma: 1, cadence: resting(1e308, 1e308) })).toThrow(
      InvariantError,
    );
  });
});
