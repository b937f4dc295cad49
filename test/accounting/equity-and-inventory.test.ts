import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activityOf } from '#shared/accounting/activity.ts';
import { equityFigures, onEquity, profitSoFar } from '#shared/accounting/equity-curve.ts';
import { inventoryFigures } from '#shared/accounting/inventory-figures.ts';
import type { EquityCurve } from '#shared/domain/books/equity-curve.ts';
import { InvariantError } from '#shared/domain/failure.ts';
import { FLAT } from '#shared/domain/books/position.ts';
import { DAY_MS, HOUR_MS } from '#shared/domain/time.ts';
import { epochMs, price, usd } from '#shared/domain/units.ts';
import { LOT } from '#test/builders/arbitrary/arbitrary-ledger.ts';
import { deal } from '#test/builders/ledger-entries.ts';
import { after, aPosition, START } from '#test/builders/market.ts';

const MIDNIGHT = Math.ceil(START / DAY_MS) * DAY_MS;

/** Looks at the equity, by hours from midnight. */
function curveOf(...looks: readonly (readonly [hours: number, equityUsd: number])[]): EquityCurve {
  const [[hours, equityUsd] = [0, 0], ...more] = looks;
  const first = onEquity(undefined, usd(equityUsd), epochMs(MIDNIGHT + hours * HOUR_MS));
  return more.reduce(
    (curve, [at, value]) => onEquity(curve, usd(value), epochMs(MIDNIGHT + at * HOUR_MS)),
    first,
  );
}

describe('profitSoFar', () => {
  it('is nothing before the first look, then what the loss limits measure: from the start, from the day and from the peak (C4, C5)', () => {
    expect(profitSoFar(undefined)).toEqual({ sessionUsd: 0, dayUsd: 0, belowPeakUsd: 0 });
    const day = epochMs(DAY_MS * 20_000);
    const looks = [
      [0, 5],
      [HOUR_MS, 12],
      [DAY_MS - 1, 9],
      [DAY_MS + 1, 7],
    ] as const;
    const curve = looks.reduce<EquityCurve | undefined>(
      (sum, [ms, value]) => onEquity(sum, usd(value), epochMs(day + ms)),
      undefined,
    );
    expect(profitSoFar(curve)).toEqual({ sessionUsd: 2, dayUsd: -2, belowPeakUsd: 5 });
  });
});

describe('drawdown', () => {
  it('is measured from the highest equity so far, not from the beginning (E7)', () => {
    const curve = curveOf([1, 1000], [2, 1300], [3, 1100], [4, 1250], [5, 1180], [6, 1220]);
    expect(curve).toMatchObject({ peakUsd: 1300, peakAt: MIDNIGHT + 2 * HOUR_MS });
    expect(equityFigures(curve, 1000)).toMatchObject({
      maxDrawdownUsd: 200,
      maxDrawdownShare: 0.2,
      drawdownUsd: 80,
      drawdownShare: 0.08,
    });
  });

  it('begins with the first look, and a peak reached again is the first one (E7)', () => {
    expect(equityFigures(curveOf([1, -50]), 1000)).toMatchObject({
      maxDrawdownUsd: 0,
      drawdownUsd: 0,
      averageDailyPnlUsd: undefined,
    });
    expect(equityFigures(curveOf([1, -50], [2, -70]), 1000)).toMatchObject({ maxDrawdownUsd: 20 });
    expect(curveOf([1, 5], [2, 1], [3, 5]).peakAt).toBe(MIDNIGHT + HOUR_MS);
  });

  it('is the largest fall between any two looks, the later one below the earlier, for any series (E7)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 }),
        (series) => {
          const curve = curveOf(...series.map((equityUsd, hours) => [hours, equityUsd] as const));
          const falls = series.flatMap((earlier, index) =>
            series.slice(index).map((later) => earlier - later),
          );
          const figures = equityFigures(curve, 500);
          expect(figures.maxDrawdownUsd).toBe(Math.max(...falls));
          expect(figures.maxDrawdownShare).toBe(Math.max(...falls) / 500);
          expect(figures.drawdownUsd).toBe(Math.max(...series) - series.at(-1)!);
          expect(figures.drawdownUsd).toBeLessThanOrEqual(figures.maxDrawdownUsd);
        },
      ),
    );
  });
});

describe('daily profit and loss', () => {
  it('is what the equity did since the last look before midnight, as a share of capital (E7)', () => {
    const figures = equityFigures(curveOf([-5, 100], [-1, 130], [1, 125], [6, 133]), 1000);
    expect(figures).toMatchObject({ dayPnlUsd: 3, dayPnlShare: 0.003 });
  });

  it('knows the worst day, the one that runs included, and forgets how bad it had looked (E7)', () => {
    const worse = [
      [1, 100],
      [20, 90],
      [25, 70],
      [30, 80],
      [49, 95],
    ] as const;
    // Days: -10, then 80 - 90 = -10 after a low of -20, then +15.
    expect(equityFigures(curveOf(...worse), 1000)).toMatchObject({
      dayPnlUsd: 15,
      worstDayUsd: -10,
      worstDayShare: -0.01,
    });
    expect(equityFigures(curveOf(...worse, [60, 55]), 1000)).toMatchObject({
      dayPnlUsd: -25,
      worstDayUsd: -25,
    });
  });

  it('is averaged over the time that passed (E7)', () => {
    const figures = equityFigures(curveOf([0, 100], [12, 101], [36, 103]), 1000);
    expect(figures.averageDailyPnlUsd).toBeCloseTo(2, 9);
    expect(figures.averageDailyPnlShare).toBeCloseTo(0.002, 9);
  });

  it('of all days sums to the change of equity, looks that come late change nothing (E1, E7)', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: -30, max: 60 }), fc.integer({ min: -1000, max: 1000 })),
          { minLength: 1, maxLength: 30 },
        ),
        (looks) => {
          let curve: EquityCurve | undefined;
          let days = 0;
          let hours = 0;
          let [firstUsd, lastUsd] = [0, 0];
          for (const [index, [step, equityUsd]] of looks.entries()) {
            const at = epochMs(MIDNIGHT + (hours + step) * HOUR_MS);
            const next: EquityCurve = onEquity(curve, usd(equityUsd), at);
            if (curve !== undefined && step < 0) {
              expect(next).toBe(curve);
              continue;
            }
            if (curve !== undefined && next.dayOpenUsd !== curve.dayOpenUsd)
              days += curve.lastUsd - curve.dayOpenUsd;
            if (index === 0) firstUsd = equityUsd;
            lastUsd = equityUsd;
            hours += step;
            curve = next;
          }
          expect(days + equityFigures(curve!, 1).dayPnlUsd).toBe(lastUsd - firstUsd);
        },
      ),
    );
  });

  it('needs a capital to be a share of (E7)', () => {
    for (const capitalUsd of [0, -1, Number.NaN, Infinity]) {
      expect(() => equityFigures(curveOf([0, 1]), capitalUsd)).toThrow(InvariantError);
    }
  });
});

describe('inventory turnover', () => {
  it('is volume over the average inventory held, per day (E5)', () => {
    const entry = deal('sell', 2, 100, { ms: HOUR_MS });
    const activity = activityOf([entry], LOT, START, after(4 * HOUR_MS));
    // 200 USD held for three of four hours; 200 of volume in a sixth of a day.
    expect(activity.averageAbsInventoryUsd).toBeCloseTo(150, 9);
    expect(activity.inventoryTurnoverPerDay).toBeCloseTo((200 / 150) * 6, 9);
  });
});

describe('activity', () => {
  it('of no time has no average, and nothing to say of fills that were not (E5)', () => {
    expect(activityOf([], LOT, START, START)).toMatchObject({
      fills: 0,
      averageAbsInventoryUsd: 0,
      inventoryTurnoverPerDay: undefined,
    });
  });
});

describe('inventory', () => {
  it('shows average entry, unrealised profit and net delta at the mid (E8)', () => {
    expect(inventoryFigures(aPosition(0.5, 90), price(100))).toEqual({
      size: 0.5,
      netDeltaUsd: 50,
      averageEntry: 90,
      unrealisedUsd: 5,
    });
    expect(inventoryFigures(aPosition(-0.5, 90), price(100))).toEqual({
      size: -0.5,
      netDeltaUsd: -50,
      averageEntry: 90,
      unrealisedUsd: -5,
    });
    expect(inventoryFigures(FLAT, price(100))).toEqual({
      size: 0,
      netDeltaUsd: 0,
      averageEntry: undefined,
      unrealisedUsd: 0,
    });
  });
});
