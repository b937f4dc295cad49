import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { seededRandom } from '#shared/math/random.ts';
import {
  type QuoteCadence,
  secondsToNextRequote,
  stalenessHalfSpread,
} from '#shared/strategy/models/staleness.ts';

const continuous = (intervalSeconds: number, latencySeconds = 0): QuoteCadence => ({
  kind: 'continuous',
  intervalSeconds,
  latencySeconds,
});
const DUTY = {
  kind: 'duty-cycle',
  intervalSeconds: 1,
  latencySeconds: 0.2,
  activeSeconds: 5,
  periodSeconds: 60,
  secondsIntoPeriod: 0,
} as const;
const seconds = fc.double({ min: 0, max: 600, noNaN: true });

describe('half-spread for staleness', () => {
  it('is 0.532 sigma sqrt(dt) without latency, and nothing when a quote can change at once', () => {
    expect(stalenessHalfSpread({ sigma: 2, cadence: continuous(9) })).toBeCloseTo(
      2 * 3 * (2 / 3) * Math.sqrt(2 / Math.PI),
      12,
    );
    expect(stalenessHalfSpread({ sigma: 1, cadence: continuous(1) })).toBeCloseTo(0.5319, 4);
    expect(stalenessHalfSpread({ sigma: 2, cadence: continuous(0) })).toBe(0);
    expect(stalenessHalfSpread({ sigma: 0, cadence: continuous(9, 1) })).toBe(0);
  });

  it('is sigma sqrt(2 latency / pi) when only the latency keeps a quote from following', () => {
    expect(stalenessHalfSpread({ sigma: 3, cadence: continuous(0, 4) })).toBeCloseTo(
      3 * Math.sqrt((2 * 4) / Math.PI),
      12,
    );
    expect(stalenessHalfSpread({ sigma: 3, cadence: continuous(1e-9, 4) })).toBeCloseTo(
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
      gained / 200_000 / stalenessHalfSpread({ sigma, cadence: continuous(interval, latency) }),
    ).toBeCloseTo(1, 2);
  });

  it('rises with volatility, interval and latency, is linear in sigma and finite', () => {
    fc.assert(
      fc.property(seconds, seconds, seconds, seconds, (sigma, interval, latency, more) => {
        const extra = stalenessHalfSpread({ sigma, cadence: continuous(interval, latency) });
        const tolerance = 1e-12 * extra;
        expect(extra).toSatisfy(Number.isFinite);
        expect(
          stalenessHalfSpread({ sigma: sigma + more, cadence: continuous(interval, latency) }),
        ).toBeGreaterThanOrEqual(extra - tolerance);
        expect(
          stalenessHalfSpread({ sigma, cadence: continuous(interval + more, latency) }),
        ).toBeGreaterThanOrEqual(extra - tolerance);
        expect(
          stalenessHalfSpread({ sigma, cadence: continuous(interval, latency + more) }),
        ).toBeGreaterThanOrEqual(extra - tolerance);
        expect(
          stalenessHalfSpread({ sigma: sigma * 1000, cadence: continuous(interval, latency) }),
        ).toBeCloseTo(1000 * extra, 6);
      }),
    );
  });

  it('makes the quotes that rest through the pause of a duty cycle wider than those of the active seconds', () => {
    const extraAt = (secondsIntoPeriod: number): number =>
      stalenessHalfSpread({ sigma: 1, cadence: { ...DUTY, secondsIntoPeriod } });
    expect(extraAt(0)).toBe(stalenessHalfSpread({ sigma: 1, cadence: continuous(1, 0.2) }));
    expect(extraAt(4)).toBe(stalenessHalfSpread({ sigma: 1, cadence: continuous(56, 0.2) }));
    expect(extraAt(4) / extraAt(0)).toBeGreaterThan(5);
  });
});

describe('time to the next requote', () => {
  it('is the interval while looks go on, and the rest of the period after the last', () => {
    expect(secondsToNextRequote(continuous(3))).toBe(3);
    const at = (secondsIntoPeriod: number): number =>
      secondsToNextRequote({ ...DUTY, secondsIntoPeriod });
    expect([0, 3.9, 4, 4.5, 5, 30, 59].map(at)).toEqual([1, 1, 56, 55.5, 55, 30, 1]);
    expect(at(60)).toBe(1);
    expect(at(125)).toBe(55);
  });

  it('is never more than a period, nor less than nothing', () => {
    fc.assert(
      fc.property(
        seconds,
        seconds,
        seconds,
        fc.double({ min: 0.1, max: 600, noNaN: true }),
        (intervalSeconds, active, into, periodSeconds) => {
          const cadence = {
            ...DUTY,
            intervalSeconds,
            activeSeconds: Math.min(active, periodSeconds),
            periodSeconds,
            secondsIntoPeriod: into,
          };
          const next = secondsToNextRequote(cadence);
          expect(next).toBeGreaterThanOrEqual(0);
          expect(next).toBeLessThanOrEqual(periodSeconds);
        },
      ),
    );
  });

  it('names what cannot be', () => {
    const wrongs = [
      { intervalSeconds: -1 },
      { latencySeconds: NaN },
      { periodSeconds: 0 },
      { activeSeconds: -1 },
      { secondsIntoPeriod: -1 },
      { activeSeconds: 61 },
    ];
    for (const wrong of wrongs)
      expect(() => stalenessHalfSpread({ sigma: 1, cadence: { ...DUTY, ...wrong } })).toThrow(
        new RegExp(`^${Object.keys(wrong).join()} must`),
      );
    expect(() => stalenessHalfSpread({ sigma: -1, cadence: DUTY })).toThrow(InvariantError);
    expect(() => stalenessHalfSpread({ sigma: 1, cadence: continuous(1e308, 1e308) })).toThrow(
      InvariantError,
    );
  });
});
