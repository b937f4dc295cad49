import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '#shared/domain/time.ts';
import { epochMs, price } from '#shared/domain/units.ts';
import { seededRandom } from '#shared/math/random.ts';
import { combineVolatility } from '#shared/strategy/signals/combine-volatility.ts';
import { keptAfter, requireHorizon, withEvidence } from '#shared/math/decay.ts';
import {
  hourlyFromRange,
  NO_RANGE,
  observeRange,
  type RangeVariance,
} from '#shared/strategy/signals/range-variance.ts';
import {
  hourlyFromBipower,
  hourlyFromSquares,
  NO_RETURNS,
  observeReturn,
  type ReturnVariance,
} from '#shared/strategy/signals/return-variance.ts';
import { regimeOf } from '#shared/strategy/signals/volatility-regime.ts';
import { START } from '#test/builders/market.ts';

const RETURNS = { halfLifeMs: 30 * MINUTE_MS, sampleMs: SECOND_MS, believedAfterMs: 2 * MINUTE_MS };
const RANGE = { halfLifeMs: 30 * MINUTE_MS, windowMs: MINUTE_MS, believedAfterMs: 2 * MINUTE_MS };

interface Look {
  readonly at: number;
  readonly mid: number;
}

/** A Brownian logarithm looked at every `stepMs`, of the given hourly volatility. */
function path(
  seed: number,
  hourly: number,
  looks: number,
  stepMs: (index: number) => number = () => 3000,
): readonly Look[] {
  const random = seededRandom(seed);
  let [at, logMid] = [START as number, Math.log(50_000)];
  return Array.from({ length: looks }, (_, index) => {
    const step = stepMs(index);
    at += step;
    logMid += random.normal() * hourly * Math.sqrt(step / HOUR_MS);
    return { at, mid: Math.exp(logMid) };
  });
}

const returnsOf = (looks: readonly Look[], settings = RETURNS): ReturnVariance =>
  looks.reduce(
    (state, { at, mid }) => observeReturn(state, price(mid), epochMs(at), settings),
    NO_RETURNS,
  );
const rangeOf = (looks: readonly Look[], settings = RANGE): RangeVariance =>
  looks.reduce(
    (state, { at, mid }) => observeRange(state, price(mid), epochMs(at), settings),
    NO_RANGE,
  );

describe('the estimators of volatility', () => {
  it.each([
    ['every 3 s', () => 3000],
    ['irregularly', (index: number) => 1000 + ((index * 7919) % 9) * 1000],
  ])(
    'find the volatility of a Brownian path looked at %s within a tenth, on the average of 30 paths (A10)',
    (_, step) => {
      const found = { squares: 0, bipower: 0, range: 0 };
      for (let seed = 1; seed <= 30; seed += 1) {
        const looks = path(seed, 0.01, 1500, step);
        found.squares += Number(hourlyFromSquares(returnsOf(looks), RETURNS)) / 30;
        found.bipower += Number(hourlyFromBipower(returnsOf(looks), RETURNS)) / 30;
        found.range += Number(hourlyFromRange(rangeOf(looks), RANGE)) / 30;
      }
      expect(Math.abs(found.squares / 0.01 - 1)).toBeLessThan(0.03);
      expect(Math.abs(found.bipower / 0.01 - 1)).toBeLessThan(0.03);
      expect(Math.abs(found.range / 0.01 - 1)).toBeLessThan(0.1);
    },
  );

  it('differ where there is a jump: squares count it, bipower hardly does (A10)', () => {
    const calm = path(5, 0.005, 600);
    const jumped = calm.map(({ at, mid }, index) => ({ at, mid: index < 300 ? mid : mid * 1.02 }));
    const [before, after] = [returnsOf(calm), returnsOf(jumped)];
    expect(
      Number(hourlyFromSquares(after, RETURNS)) / Number(hourlyFromSquares(before, RETURNS)),
    ).toBeGreaterThan(3);
    expect(
      Number(hourlyFromBipower(after, RETURNS)) / Number(hourlyFromBipower(before, RETURNS)),
    ).toBeLessThan(1.7);
  });

  it('are what the formulas say, on three looks by hand (A10)', () => {
    const settings = { halfLifeMs: 10_000, sampleMs: 1000, believedAfterMs: 1000 };
    const mids = [100, 101, 100.5];
    const state = returnsOf(
      mids.map((mid, index) => ({ at: START + index * 10_000, mid })),
      settings,
    );
    const [first, second] = [Math.log(1.01), Math.log(100.5 / 101)];
    const squares = (first ** 2 * 0.5 + second ** 2) / (10_000 * 0.5 + 10_000);
    expect((state.squares / state.squaresMs) * HOUR_MS).toBeCloseTo(squares * HOUR_MS, 12);
    const products = ((Math.PI / 2) * Math.abs(first) * Math.abs(second)) / 10_000;
    expect((state.products / state.productsMs) * HOUR_MS).toBeCloseTo(products * HOUR_MS, 12);
  });

  it('take the range of a window from the last look before it, and of one step for what it is worth (A10)', () => {
    const settings = { halfLifeMs: 1e12, windowMs: 60_000, believedAfterMs: 60_000 };
    const start = Math.ceil(START / 60_000) * 60_000;
    const looks = [100, 102, 99].map((mid, index) => ({ at: start + index * 60_000, mid }));
    const state = rangeOf([...looks, { at: start + 3 * 60_000, mid: 99 }], settings);
    // A Brownian motion seen only at both ends of a window has a range of |return|, whose mean
    // square is its variance: factor 1.
    const variance = (Math.log(1.02) ** 2 + Math.log(99 / 102) ** 2) / 180_000;
    expect(state.variance + 0).toBeCloseTo(Math.log(1.02) ** 2 + Math.log(99 / 102) ** 2, 9);
    // Three windows and the open one, in which nothing moved, over the time of four looks.
    expect(((state.variance + 0) / (state.ms + state.spanMs)) * 1e9).toBeCloseTo(variance * 1e9, 3);
  });

  it('do not change with the price level, nor learn from a look that is not later (A10)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.constantFrom(1e-6, 1e-3, 1e3, 1e6),
        (seed, scale) => {
          const looks = path(seed, 0.02, 80);
          const scaled = looks.map(({ at, mid }) => ({ at, mid: mid * scale }));
          expect(hourlyFromSquares(returnsOf(scaled), RETURNS)).toBeCloseTo(
            Number(hourlyFromSquares(returnsOf(looks), RETURNS)),
            9,
          );
          expect(hourlyFromBipower(returnsOf(scaled), RETURNS)).toBeCloseTo(
            Number(hourlyFromBipower(returnsOf(looks), RETURNS)),
            9,
          );
          expect(hourlyFromRange(rangeOf(scaled), RANGE)).toBeCloseTo(
            Number(hourlyFromRange(rangeOf(looks), RANGE)),
            9,
          );
          const [returns, range] = [returnsOf(looks), rangeOf(looks)];
          const earlier = epochMs(Number(looks.at(-1)?.at));
          expect(observeReturn(returns, price(1), earlier, RETURNS)).toBe(returns);
          expect(observeRange(range, price(1), earlier, RANGE)).toBe(range);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('say nothing before enough was seen, however long one silence was (A10)', () => {
    const few = path(1, 0.01, 5, () => HOUR_MS);
    expect(hourlyFromSquares(returnsOf(few), RETURNS)).toBeUndefined();
    expect(hourlyFromBipower(returnsOf(few), RETURNS)).toBeUndefined();
    expect(hourlyFromRange(rangeOf(few), RANGE)).toBeUndefined();
    expect(hourlyFromSquares(NO_RETURNS, RETURNS)).toBeUndefined();
    const still = returnsOf(
      Array.from({ length: 100 }, (_, index) => ({ at: START + index * 3000, mid: 100 })),
    );
    expect(hourlyFromSquares(still, RETURNS)).toBe(0);
  });

  it.each([
    [{ ...RETURNS, believedAfterMs: 0 }],
    [{ ...RETURNS, halfLifeMs: 1000 }],
    [{ ...RETURNS, halfLifeMs: Infinity }],
    [{ ...RETURNS, sampleMs: 0 }],
  ])('refuse settings %o', (settings) => {
    expect(() => observeReturn(NO_RETURNS, price(1), START, settings)).toThrow(InvariantError);
  });

  it('refuse a range without a window', () => {
    expect(() => observeRange(NO_RANGE, price(1), START, { ...RANGE, windowMs: 0 })).toThrow(
      InvariantError,
    );
  });
});

describe('the half-lives', () => {
  it('forget half after each, and evidence fades like the estimate (A12)', () => {
    for (const halfLife of [500, 15_000, 1_800_000])
      expect(keptAfter(halfLife, halfLife)).toBe(0.5);
    expect([keptAfter(0, 5), keptAfter(-5, 5), keptAfter(10, 5)]).toEqual([1, 1, 0.25]);
    expect(withEvidence(100, 0.5, 1e9, 1000)).toBe(150);
    expect(withEvidence(100, 1, 20, 1000)).toBe(120);
    expect(() => requireHorizon({ halfLifeMs: 1, believedAfterMs: 2 })).toThrow(InvariantError);
  });
});

describe('combineVolatility', () => {
  it('is the highest of at least two opinions and says how far they are apart; one is none (A10)', () => {
    expect(combineVolatility([0.01, undefined, 0.02])).toEqual({
      volatility: 0.02,
      disagreement: 2,
    });
    expect(combineVolatility([0.01])).toEqual({ volatility: undefined, disagreement: undefined });
    expect(combineVolatility([Number.NaN, -1, Infinity, 0.01, undefined])).toEqual({
      volatility: undefined,
      disagreement: undefined,
    });
    expect(combineVolatility([0, 0])).toEqual({ volatility: 0, disagreement: 1 });
    expect(combineVolatility([0, 0.01])).toEqual({ volatility: 0.01, disagreement: 1000 });
  });
});

describe('regimeOf', () => {
  const bounds = { low: 0.4, high: 0.8, margin: 0.1 };

  it('is low below 0.4, high from 0.8 on and medium between, and falls back only 10 % below a bound (A10)', () => {
    const from = (state: 'low' | 'medium' | 'high' | undefined, ...values: readonly number[]) =>
      values.map((value) => regimeOf(state, value, bounds));
    expect(from(undefined, 0, 0.399, 0.4, 0.799, 0.8, 9)).toEqual([
      'low',
      'low',
      'medium',
      'medium',
      'high',
      'high',
    ]);
    expect(from('low', 0.399, 0.4, 0.8)).toEqual(['low', 'medium', 'high']);
    expect(from('medium', 0.359, 0.361, 0.799, 0.8)).toEqual(['low', 'medium', 'medium', 'high']);
    expect(from('high', 0.1, 0.361, 0.719, 0.721)).toEqual(['low', 'medium', 'medium', 'high']);
  });

  it.each([
    [-1, bounds],
    [Number.NaN, bounds],
    [1, { ...bounds, low: 0 }],
    [1, { ...bounds, high: 0.4 }],
    [1, { ...bounds, high: Infinity }],
    [1, { ...bounds, margin: 1 }],
    [1, { ...bounds, margin: -0.1 }],
  ])('refuses %s within %o', (volatility, wrong) => {
    expect(() => regimeOf(undefined, volatility, wrong)).toThrow(InvariantError);
  });
});
