import { describe, expect, it } from 'vitest';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { price } from '#shared/domain/units.ts';
import type { BrainState } from '#shared/strategy/brain-state.ts';
import { wantedOf } from '#shared/strategy/decision.ts';
import {
  annualised,
  observeVolatility,
  readVolatility,
  type VolatilityReading,
  type VolatilityState,
} from '#shared/strategy/signals/volatility.ts';
import { aBrain, after, parameters } from '#test/builders/market.ts';
import { decided } from '../decisions.ts';

/** What ten minutes teach of a market that moves by so much every 3 s. */
const watched = (move: number): VolatilityState =>
  Array.from({ length: 200 }, (_, look) => look).reduce(
    (state, look) =>
      observeVolatility(state, price(100_000 * (1 + (look % 2) * move)), after(look * 3000)),
    aBrain.volatility,
  );
const WATCHED = watched(1e-4);

describe('readVolatility', () => {
  const read = (
    state: VolatilityState,
    venue: number | undefined,
    over: Partial<Parameters> = {},
  ): VolatilityReading => readVolatility(state, venue, parameters(over).values);

  it('takes the most cautious of four opinions and says how far they are apart (A10)', () => {
    const reading = read(WATCHED, 0.001);
    const own = [reading.opinions.squares, reading.opinions.bipower, reading.opinions.range].map(
      Number,
    );
    // 1 bp every 3 s for an hour.
    expect(reading.opinions.squares).toBeCloseTo(1e-4 * Math.sqrt(1200), 6);
    expect(reading.hourly).toBe(Math.max(...own, 0.001));
    expect(reading.disagreement).toBeCloseTo(Math.max(...own, 0.001) / Math.min(...own, 0.001), 9);
    expect(read(WATCHED, 0.02).hourly).toBe(0.02);
    expect(reading.reasons).toEqual([]);
  });

  it('calls an unknown volatility high, and one opinion medium at least (A10)', () => {
    expect(read(aBrain.volatility, undefined)).toMatchObject({
      hourly: undefined,
      regime: 'high',
      reasons: [{ code: 'volatility-unknown' }],
    });
    expect(read(aBrain.volatility, Number.NaN)).toMatchObject({
      hourly: undefined,
      regime: 'high',
    });
    expect(read(aBrain.volatility, 0.001)).toMatchObject({
      hourly: 0.001,
      regime: 'medium',
      reasons: [{ code: 'single-estimator' }],
    });
    expect(read(aBrain.volatility, 0.005)).toMatchObject({ regime: 'medium', reasons: [] });
    expect(read(aBrain.volatility, 0.009)).toMatchObject({ regime: 'high', reasons: [] });
  });

  it('has its bounds from the parameters, annualised by time: 2 % an hour is 187 % a year (A10)', () => {
    expect(annualised(0.02)).toBeCloseTo(1.872, 3);
    expect(read(WATCHED, 0.02).regime).toBe('high');
    expect(read(WATCHED, 0.02, { volRegimeLow: 1, volRegimeHigh: 2 }).regime).toBe('medium');
    expect(read(WATCHED, 0.02, { volRegimeLow: 2, volRegimeHigh: 3 }).regime).toBe('low');
    // Back from high only 10 % below its bound.
    expect(read({ ...WATCHED, regime: 'high' }, 0.0083).regime).toBe('high');
  });
});

describe('sizes', () => {
  it('are whole, 0.7 and 0.3 of quoteSizeUsd at low, medium and high volatility, and never whole on one opinion (A10, A17)', () => {
    const sizesAt = (
      brain: BrainState,
      venueHourlyVolatility: number | undefined,
    ): readonly number[] =>
      wantedOf(decided({ venueHourlyVolatility }, {}, brain)).quotes.map(({ size }) => size);
    const calm = { ...aBrain, volatility: watched(5e-5) };
    expect(sizesAt(calm, 0.001)).toEqual([0.001, 0.001]);
    expect(sizesAt(calm, 0.006)).toEqual([0.0007, 0.0007]);
    expect(sizesAt(calm, 0.02)).toEqual([0.0003, 0.0003]);
    expect(sizesAt(aBrain, 0.001)).toEqual([0.0007, 0.0007]);
    expect(sizesAt(aBrain, undefined)).toEqual([0.0003, 0.0003]);
  });
});
