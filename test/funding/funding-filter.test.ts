import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR_MS } from '#shared/domain/time.ts';
import {
  forecastFunding,
  type FundingState,
  NEW_FUNDING,
  observeFunding,
} from '#shared/funding/funding-filter.ts';
import { FUNDING_INTERVAL_HOURS, fundingPath } from '#test/builders/funding-paths.ts';

const START = Date.UTC(2026, 0, 5);

const observed = (
  rates: readonly number[],
  intervalHours = 8,
  from: FundingState = NEW_FUNDING,
): FundingState =>
  rates.reduce(
    (state, rate, index) =>
      observeFunding(state, rate, intervalHours, START + index * intervalHours * HOUR_MS),
    from,
  );

interface Row {
  readonly at: number;
  readonly rate: number;
  readonly intervalHours: number;
}

interface Forecast extends Row {
  readonly expected: number;
  readonly standardDeviation: number;
  readonly stressedProbability: number;
  /** The rate before it, at the same interval. */
  readonly unchanged: number;
}

/** Each row forecast from the rows before it. */
function forecasts(rows: readonly Row[]): readonly Forecast[] {
  let state = NEW_FUNDING;
  return rows.map((row, index) => {
    const {
      rate: expected,
      standardDeviation,
      stressedProbability,
    } = forecastFunding(state, row.at, row.intervalHours);
    state = observeFunding(state, row.rate, row.intervalHours, row.at);
    const before = rows[Math.max(0, index - 1)]!;
    return {
      ...row,
      expected,
      standardDeviation,
      stressedProbability,
      unchanged: (before.rate / before.intervalHours) * row.intervalHours,
    };
  });
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Mean squared errors over the second half; the unconditional mean is that of the first. */
function heldOut(made: readonly Forecast[]) {
  const perHour = made.map(({ rate, intervalHours }) => rate / intervalHours);
  const half = Math.floor(made.length / 2);
  const usual = mean(perHour.slice(0, half));
  const second = made.slice(half);
  const error = (guess: (forecast: Forecast) => number): number =>
    mean(
      second.map((forecast) => ((guess(forecast) - forecast.rate) / forecast.intervalHours) ** 2),
    );
  return {
    filter: error(({ expected }) => expected),
    unchanged: error(({ unchanged }) => unchanged),
    usual: error(({ intervalHours }) => usual * intervalHours),
    within: mean(
      second.map(({ expected, rate, standardDeviation }) =>
        Math.abs(rate - expected) <= 2 * standardDeviation ? 1 : 0,
      ),
    ),
  };
}

const density = (error: number, variance: number): number =>
  Math.exp((-error * error) / (2 * variance)) / Math.sqrt(2 * Math.PI * variance);

describe('funding filter', () => {
  it('expects the interest anchor of 0.01 % per 8 h before it has seen anything, at any interval (D4)', () => {
    expect(forecastFunding(NEW_FUNDING, START, 8).rate).toBeCloseTo(0.0001, 12);
    expect(forecastFunding(NEW_FUNDING, START, 1).rate).toBeCloseTo(0.0000125, 12);
    expect(forecastFunding(NEW_FUNDING, START, 8).stressedProbability).toBeCloseTo(48 / 168, 12);
  });

  it('expects a rate to come back to its level by halves, and to stay where it was seen for an instant (D4)', () => {
    const state = observed([0.0001, 0.0001, 0.0001, 0.003]);
    const at = state.lastAt!;
    const ahead = [0, 8, 24, 96, 10_000].map((hours) =>
      forecastFunding(state, at + hours * HOUR_MS, 8),
    );
    expect(ahead[0]!.rate).toBeCloseTo(0.003, 12);
    expect(ahead[0]!.standardDeviation).toBeCloseTo(0, 12);
    for (const [index, { rate }] of ahead.slice(1).entries())
      expect(rate).toBeLessThan(ahead[index]!.rate);
    expect(ahead[4]!.rate).toBeCloseTo((state.level * 8) / 10_000, 9);
    expect(forecastFunding(state, at - HOUR_MS, 8)).toEqual(ahead[0]);
  });

  it('takes a spike for stress and forgets it in time (D4)', () => {
    const calm = observed(
      Array.from({ length: 60 }, (_, index) => 0.0001 + 0.00001 * Math.sin(index)),
    );
    expect(calm.stressedProbability).toBeLessThan(0.05);
    const spiked = observeFunding(calm, 0.003, 8, calm.lastAt! + 8 * HOUR_MS);
    expect(spiked.stressedProbability).toBeGreaterThan(0.99);
    const later = forecastFunding(spiked, spiked.lastAt! + 2000 * HOUR_MS, 8);
    expect(later.stressedProbability).toBeCloseTo(48 / 168, 6);
    const sd = (state: FundingState): number =>
      forecastFunding(state, state.lastAt! + 8 * HOUR_MS, 8).standardDeviation;
    expect(sd(spiked)).toBeGreaterThan(3 * sd(calm));
  });

  it('weighs the regimes as a sum over all their histories does (D4)', () => {
    const [calmToStressed, stressedToCalm] = [1 / 120, 1 / 48];
    const share = calmToStressed / (calmToStressed + stressedToCalm);
    const rates = [0.0001, 0.00013, 0.0004, 0.0011, 0.0009, 0.0002, 0.00015, 0.0001];
    /** Likelihood of everything seen, per present regime, summed over histories. */
    let weights = [[1 - share, share]];
    let state = observeFunding(NEW_FUNDING, rates[0]!, 8, START);
    for (const [index, rate] of rates.entries()) {
      if (index === 0) continue;
      const hours = index % 3 === 0 ? 24 : 8;
      const decay = Math.exp(-hours * (calmToStressed + stressedToCalm));
      const seen = (rate * 10_000) / 8;
      const likelihood = [
        [16, 1],
        [8, 5],
      ].map(([halfLife, scale]) => {
        const phi = 0.5 ** (hours / halfLife!);
        const variance = state.calmVariance * scale! ** 2 * (1 - phi * phi);
        return density(seen - state.level - phi * (state.lastRate - state.level), variance);
      });
      // Every history branches into both regimes.
      weights = weights.flatMap(([calm, stressed]) => {
        const toStressed = (from: number): number => share + (from - share) * decay;
        return [
          [calm! * (1 - toStressed(0)) * likelihood[0]!, calm! * toStressed(0) * likelihood[1]!],
          [
            stressed! * (1 - toStressed(1)) * likelihood[0]!,
            stressed! * toStressed(1) * likelihood[1]!,
          ],
        ];
      });
      state = observeFunding(state, rate, 8, state.lastAt! + hours * HOUR_MS);
      const [calm, stressed] = [0, 1].map((regime) =>
        weights.reduce((sum, pair) => sum + pair[regime]!, 0),
      );
      expect(state.stressedProbability).toBeCloseTo(stressed! / (calm! + stressed!), 4);
    }
    expect(weights.length).toBe(128);
  });

  it('learns the same from a rate given twice or late as from one given once (D4)', () => {
    const state = observed([0.0001, 0.0002, 0.0003]);
    expect(observeFunding(state, 0.0003, 8, state.lastAt!)).toBe(state);
    expect(observeFunding(state, 0.9, 8, state.lastAt! - HOUR_MS)).toBe(state);
  });

  it('does not take weeks on the anchor for certainty, nor one absurd print for the new scale (D4)', () => {
    const resting = observed(Array.from({ length: 1000 }, () => 0.0001));
    expect(resting.calmVariance).toBe(1e-4);
    const absurd = observeFunding(resting, 1, 8, resting.lastAt! + 8 * HOUR_MS);
    expect(Math.sqrt(absurd.calmVariance)).toBeLessThan(2 * Math.sqrt(resting.calmVariance));
    expect(absurd.stressedProbability).toBeLessThan(1);
  });

  it('stays finite, in range and the same for longs and shorts about the anchor, whatever is observed (D4)', () => {
    const rate = fc.oneof(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: -0.001, max: 0.001, noNaN: true }),
      fc.constant(0.0001),
    );
    const looks = fc.array(
      fc.tuple(rate, fc.constantFrom(1, 4, 8), fc.double({ min: 0, max: 1e9, noNaN: true })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(looks, fc.double({ min: 0, max: 1e10, noNaN: true }), (observations, aheadMs) => {
        let [state, mirrored] = [NEW_FUNDING, NEW_FUNDING];
        let at = START;
        for (const [value, intervalHours, waitMs] of observations) {
          at += waitMs;
          state = observeFunding(state, value, intervalHours, at);
          const mirror = 2 * 0.0000125 * intervalHours - value;
          if (Math.abs(mirror) <= 1) mirrored = observeFunding(mirrored, mirror, intervalHours, at);
          else mirrored = { ...state, level: 0.25 - state.level, lastRate: 0.25 - state.lastRate };
        }
        const {
          rate: expected,
          standardDeviation,
          stressedProbability,
        } = forecastFunding(state, at + aheadMs, 8);
        expect(JSON.stringify(state) + JSON.stringify([expected, standardDeviation])).not.toMatch(
          /null|NaN/,
        );
        expect(standardDeviation).toBeGreaterThanOrEqual(0);
        expect(stressedProbability).toBeGreaterThan(0);
        expect(stressedProbability).toBeLessThan(1);
        const mirrorForecast = forecastFunding(mirrored, at + aheadMs, 8);
        expect(mirrorForecast.rate - 0.0001).toBeCloseTo(0.0001 - expected, 6);
      }),
    );
  });

  it('knows stress from calm on simulated paths, and forecasts better than no change and than the usual rate (D4)', () => {
    const inRegime = { calm: [] as number[], stressed: [] as number[] };
    const errors = { filter: 0, unchanged: 0, usual: 0, within: 0 };
    const paths = 60;
    for (let seed = 0; seed < paths; seed += 1) {
      const points = fundingPath(seed, 300);
      const made = forecasts(
        points.map(({ at, rate }) => ({ at, rate, intervalHours: FUNDING_INTERVAL_HOURS })),
      );
      for (const [index, { stressed }] of points.slice(0, -1).entries()) {
        (stressed ? inRegime.stressed : inRegime.calm).push(made[index + 1]!.stressedProbability);
      }
      const figures = heldOut(made);
      for (const name of ['filter', 'unchanged', 'usual', 'within'] as const)
        errors[name] += figures[name] / paths;
    }
    expect(mean(inRegime.stressed)).toBeGreaterThan(mean(inRegime.calm) + 0.3);
    expect(errors.filter).toBeLessThan(errors.unchanged);
    expect(errors.filter).toBeLessThan(errors.usual);
    expect(errors.within).toBeGreaterThan(0.9);
    expect(errors.within).toBeLessThan(0.995);
  });

  it('refuses what no venue says (D4)', () => {
    expect(() => observeFunding(NEW_FUNDING, Number.NaN, 8, START)).toThrow('rate');
    expect(() => observeFunding(NEW_FUNDING, 0.0001, 0, START)).toThrow('intervalHours');
    expect(() => forecastFunding(NEW_FUNDING, -1, 8)).toThrow('at');
  });
});

const tapes = process.env['QUOTEMILL_TAPES'];

describe.runIf(tapes !== undefined)('funding filter on recorded rates', () => {
  const folder = path.join(tapes ?? '', 'funding');

  it('forecasts the second halves better than the mean of the first and than no change, for most files, and is always finite (D4)', () => {
    const files = fs.readdirSync(folder).filter((name) => name.endsWith('.csv'));
    expect(files.length).toBeGreaterThan(0);
    let [beatsUsual, beatsUnchanged] = [0, 0];
    for (const file of files) {
      const lines = fs.readFileSync(path.join(folder, file), 'utf8').trim().split('\n').slice(1);
      const rows = lines
        .map((line) => line.split(',').map(Number))
        .map(([at, rate, intervalHours]) => ({
          at: at!,
          rate: rate!,
          intervalHours: intervalHours!,
        }));
      const made = forecasts(rows);
      expect(
        made.every(
          ({ expected, standardDeviation }) =>
            Number.isFinite(expected) && Number.isFinite(standardDeviation),
        ),
      ).toBe(true);
      const { filter, unchanged, usual, within } = heldOut(made);
      if (filter < usual) beatsUsual += 1;
      if (filter < unchanged) beatsUnchanged += 1;
      expect(within).toBeGreaterThan(0.9);
    }
    expect(beatsUsual).toBeGreaterThan(files.length / 2);
    expect(beatsUnchanged).toBeGreaterThan(files.length / 2);
  });
});
