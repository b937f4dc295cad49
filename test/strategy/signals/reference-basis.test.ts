import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { MINUTE_MS, SECOND_MS } from '#shared/domain/time.ts';
import { type EpochMs, price } from '#shared/domain/units.ts';
import {
  NO_REFERENCE,
  observeReference,
  type ReferenceReading,
} from '#shared/strategy/signals/reference-basis.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { after, START } from '#test/builders/market.ts';

const REFERENCE = {
  halfLifeMs: 10 * MINUTE_MS,
  believedAfterMs: MINUTE_MS,
  maxAgeMs: 2 * SECOND_MS,
  maxUnchangedMs: 30 * SECOND_MS,
  sigmas: 5,
  maxShiftBps: 20,
  trust: 0.5,
};

interface Pair {
  readonly second: number;
  readonly mid: number;
  readonly reference: number;
}

/** The reference moves a little every second, and we are 10 bps above it. */
const steady = (seconds: number, basis = 1.001): readonly Pair[] =>
  Array.from({ length: seconds + 1 }, (_, second) => {
    const reference = 100 * (1 + 1e-5 * Math.sin(second));
    return { second, reference, mid: reference * basis };
  });

const seen = (pairs: readonly Pair[], settings = REFERENCE): ReferenceReading =>
  pairs.reduce<ReferenceReading>(
    ({ state }, { second, mid, reference }) => {
      const now = after(second * 1000);
      return observeReference(
        state,
        { mid: price(mid), reference: { mid: reference, at: now }, now },
        settings,
      );
    },
    { state: NO_REFERENCE, fairValue: 0, reason: undefined },
  );

describe('observeReference', () => {
  it('takes the leader for the fair value at the usual basis, as far as it is trusted (A11)', () => {
    const learned = seen(steady(120));
    expect(learned.reason).toBeUndefined();
    expect(learned.state.basis).toBeCloseTo(Math.log(1.001), 9);
    // The leader goes up by 0.5 bps and we do not follow yet: half of it is believed.
    const wide = { ...REFERENCE, sigmas: 1e6 };
    const moved = seen(
      [...steady(120), { second: 121, reference: 100 * (1 + 1e-4), mid: 100.1 }],
      wide,
    );
    expect(moved.fairValue / 100.1 - 1).toBeCloseTo(0.5e-4, 6);
    for (const trust of [0, 1]) {
      const trusted = seen(
        [...steady(120), { second: 121, reference: 100 * (1 + 1e-4), mid: 100.1 }],
        { ...wide, trust },
      );
      expect(trusted.fairValue / 100.1 - 1).toBeCloseTo(trust * 1e-4, 6);
    }
  });

  it('is our mid, and says why, while the leader is missing, old, frozen, jumping or not known long enough (A11)', () => {
    const learned = seen(steady(120));
    const at = (ms: number): EpochMs => after(121_000 + ms);
    const ask = (
      reference: { mid: number; at: number } | undefined,
      now = at(0),
    ): ReferenceReading =>
      observeReference(learned.state, { mid: price(100.1), reference, now }, REFERENCE);
    const codes = [
      ask(undefined),
      ask({ mid: 100, at: at(-2001) }),
      ask({ mid: 100, at: at(2001) }),
      ask({ mid: Number(learned.state.lastMid), at: at(40_000) }, at(40_000)),
      ask({ mid: 101, at: at(0) }),
      seen(steady(30)),
    ].map((reading) => {
      expect(reading.reason).toBeDefined();
      return reading.reason?.code;
    });
    expect(codes).toEqual([
      'reference-missing',
      'reference-stale',
      'reference-stale',
      'reference-frozen',
      'reference-jump',
      'reference-learning',
    ]);
    expect(ask({ mid: 101, at: at(0) }).fairValue).toBe(100.1);
  });

  it('learns a basis anew that stays away, and not before (A11)', () => {
    const shifted = steady(90, 1.002).map((pair) => ({ ...pair, second: pair.second + 121 }));
    expect(seen([...steady(120), ...shifted.slice(0, 50)]).reason?.code).toBe('reference-jump');
    expect(seen([...steady(120), ...shifted.slice(0, 62)]).reason?.code).toBe('reference-learning');
    const anew = seen([
      ...steady(120),
      ...shifted,
      ...steady(100, 1.002).map((pair) => ({ ...pair, second: pair.second + 213 })),
    ]);
    expect(anew.reason).toBeUndefined();
    expect(anew.state.basis).toBeCloseTo(Math.log(1.002), 6);
  });

  it('moves the fair value by no more than trust x maxShiftBps from our mid, whatever the leader does (A11)', () => {
    const learned = seen(steady(120)).state;
    fc.assert(
      fc.property(between(1e-6, 1e9), between(50, 200), (reference, mid) => {
        const now = after(121_000);
        const { fairValue, state } = observeReference(
          learned,
          { mid: price(mid), reference: { mid: reference, at: now }, now },
          REFERENCE,
        );
        expect(Math.abs(Math.log(fairValue / mid))).toBeLessThanOrEqual(0.5 * 20e-4 + 1e-12);
        expect(JSON.stringify(state)).not.toMatch(/null/);
      }),
    );
  });

  it('learns mean and variance of the basis as they are defined, each deviation weighing half after a half-life (A11)', () => {
    const bases = fc.array(between(-8e-4, 8e-4), {
      minLength: 3,
      maxLength: 40,
    });
    const stepMs = 20_000;
    fc.assert(
      fc.property(bases, (all) => {
        // Never believed, so that nothing within maxShiftBps is refused.
        const settings = { ...REFERENCE, believedAfterMs: REFERENCE.halfLifeMs, maxShiftBps: 1000 };
        const state = all.reduce((before, basis, index) => {
          const now = after(index * stepMs);
          const mid = 100 * (1 + 1e-7 * index);
          return observeReference(
            before,
            { mid: price(mid * Math.exp(basis)), reference: { mid, at: now }, now },
            settings,
          ).state;
        }, NO_REFERENCE);
        // The first look only says where to begin: no time has passed that it could stand for.
        const weights = all.map((_, index) =>
          index === 0 ? 0 : 0.5 ** (((all.length - 1 - index) * stepMs) / settings.halfLifeMs),
        );
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const average =
          all.reduce((sum, basis, index) => sum + basis * (weights[index] ?? 0), 0) / total;
        const variance =
          all.reduce(
            (sum, basis, index) => sum + (basis - average) ** 2 * (weights[index] ?? 0),
            0,
          ) / total;
        expect(state.basis).toBeCloseTo(average, 12);
        expect(state.variance).toBeCloseTo(variance, 14);
      }),
    );
  });

  it('is not moved by a second look at the same time', () => {
    const pairs = steady(120);
    const last = pairs.at(-1);
    if (last === undefined) throw new Error('no pairs');
    expect(seen([...pairs, last]).state).toEqual(seen(pairs).state);
  });

  it.each([
    [{ ...REFERENCE, trust: 1.1 }],
    [{ ...REFERENCE, trust: -0.1 }],
    [{ ...REFERENCE, sigmas: 0 }],
    [{ ...REFERENCE, maxShiftBps: 0 }],
    [{ ...REFERENCE, maxAgeMs: -1 }],
    [{ ...REFERENCE, maxUnchangedMs: -1 }],
    [{ ...REFERENCE, believedAfterMs: 1e12 }],
  ])('refuses settings %o', (settings) => {
    const input = { mid: price(1), reference: undefined, now: START };
    expect(() => observeReference(NO_REFERENCE, input, settings)).toThrow(InvariantError);
  });
});
