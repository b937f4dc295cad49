import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClockSkew } from '#shared/adapters/purple-flea/http/clock-skew.ts';
import { NOW } from '../builders.ts';

const RTT_MS = 400;

/**
 * An answer: after how long it is asked for, how long it takes, and when on its way it is dated.
 */
const answers = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 5000 }),
    tookMs: fc.integer({ min: 0, max: RTT_MS }),
    datedAt: fc.double({ min: 0, max: 1, noNaN: true }),
    cachedMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30_000 })),
  }),
  { minLength: 1, maxLength: 30 },
);

const dateOf = (ms: number): string => new Date(ms).toUTCString();

describe('the skew of a clock', () => {
  it('is known to a second and a round trip, and is never told larger than it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 10_000 }), answers, (skewMs, all) => {
        const skew = createClockSkew();
        let now: number = NOW;
        for (const { afterMs, tookMs, datedAt } of all) {
          now += afterMs;
          skew.dated(dateOf(now + datedAt * tookMs + skewMs), now, now + tookMs);
          now += tookMs;
          const told = skew.ms() ?? Number.NaN;
          expect(Math.abs(told)).toBeLessThanOrEqual(Math.abs(skewMs));
          expect(Math.abs(told - skewMs)).toBeLessThanOrEqual(1000 + RTT_MS);
        }
      }),
    );
  });

  it('is not taken from answers out of a cache, once a fresh one was heard', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 10_000 }), answers, (skewMs, all) => {
        const skew = createClockSkew();
        let now: number = NOW;
        skew.dated(dateOf(now + skewMs), now, now);
        for (const { afterMs, tookMs, cachedMs } of all) {
          now += afterMs;
          skew.dated(dateOf(now + skewMs - cachedMs), now, now + tookMs);
          now += tookMs;
          // Something fresh is heard in between.
          skew.dated(dateOf(now + skewMs), now, now);
          expect(Math.abs((skew.ms() ?? Number.NaN) - skewMs)).toBeLessThanOrEqual(1000 + RTT_MS);
        }
      }),
    );
  });

  it('is learned anew when a clock was set, at once forwards and within a minute back', () => {
    const skew = createClockSkew();
    skew.dated(dateOf(NOW), NOW, NOW + 100);
    expect(skew.ms()).toBe(0);
    skew.dated(dateOf(NOW + 6000), NOW + 1000, NOW + 1100);
    expect(skew.ms()).toBe(4900);
    for (let at = 2000; at <= 63_000; at += 1000)
      skew.dated(dateOf(NOW + at - 3000), NOW + at, NOW + at + 100);
    expect(skew.ms()).toBe(-2000);
  });

  it('is not known before an answer, nor from nonsense', () => {
    const skew = createClockSkew();
    skew.dated(undefined, NOW, NOW);
    skew.dated('yesterday', NOW, NOW);
    expect(skew.ms()).toBeUndefined();
  });
});
