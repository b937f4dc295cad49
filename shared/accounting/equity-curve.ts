import type { EquityCurve } from '../domain/books/equity-curve.ts';
import { InvariantError } from '../domain/failure.ts';
import { DAY_MS } from '../domain/time.ts';
import { type EpochMs, type Usd, usd } from '../domain/units.ts';
import type { ProfitSoFar } from '../domain/venue/view.ts';

/**
 * One more look at the equity: of one market (net P&L), or of the account less what was paid in or
 * out since, for a deposit is no profit. A look older than the last changes nothing. What happened
 * over days without a look counts to the day of the next one. O(1).
 */
export function onEquity(curve: EquityCurve | undefined, equityUsd: Usd, at: EpochMs): EquityCurve {
  if (curve === undefined) {
    const first = {
      firstAt: at,
      firstUsd: equityUsd,
      lastAt: at,
      lastUsd: equityUsd,
      peakUsd: equityUsd,
      peakAt: at,
    };
    return { ...first, maxDrawdownUsd: 0, dayOpenUsd: equityUsd, worstPastDayUsd: 0 };
  }
  if (at < curve.lastAt) return curve;
  const isNewPeak = equityUsd > curve.peakUsd;
  const isNewDay = Math.floor(at / DAY_MS) > Math.floor(curve.lastAt / DAY_MS);
  return {
    firstAt: curve.firstAt,
    firstUsd: curve.firstUsd,
    lastAt: at,
    lastUsd: equityUsd,
    peakUsd: isNewPeak ? equityUsd : curve.peakUsd,
    peakAt: isNewPeak ? at : curve.peakAt,
    maxDrawdownUsd: Math.max(curve.maxDrawdownUsd, curve.peakUsd - equityUsd),
    dayOpenUsd: isNewDay ? curve.lastUsd : curve.dayOpenUsd,
    worstPastDayUsd: isNewDay
      ? Math.min(curve.worstPastDayUsd, curve.lastUsd - curve.dayOpenUsd)
      : curve.worstPastDayUsd,
  };
}

interface EquityFigures {
  /**
   * Profit of the UTC day of the last look, so far; of the worst day; and per 24 h since the first
   * look, undefined until time has passed.
   */
  readonly dayPnlUsd: number;
  readonly worstDayUsd: number;
  readonly averageDailyPnlUsd: number | undefined;
  /** Below the peak, now and at the most: zero or above. */
  readonly drawdownUsd: number;
  readonly maxDrawdownUsd: number;
  /** The same as shares of capital: 0.1 is 10 %. */
  readonly dayPnlShare: number;
  readonly worstDayShare: number;
  readonly averageDailyPnlShare: number | undefined;
  readonly drawdownShare: number;
  readonly maxDrawdownShare: number;
}

/**
 * Daily P&L and drawdown from the peak, in USD and as a share of capital (E7; S2 aims at 0.1-0.5 %
 * a day and less than 10 %).
 * @throws InvariantError unless `capitalUsd` is finite and above zero.
 */
export function equityFigures(curve: EquityCurve, capitalUsd: number): EquityFigures {
  if (!(capitalUsd > 0 && capitalUsd < Infinity))
    throw new InvariantError(`capitalUsd must be finite and above zero, was ${capitalUsd}`);
  const { firstAt, firstUsd, lastAt, lastUsd, maxDrawdownUsd } = curve;
  const dayPnlUsd = lastUsd - curve.dayOpenUsd;
  const worstDayUsd = Math.min(curve.worstPastDayUsd, dayPnlUsd);
  const averageDailyPnlUsd =
    lastAt > firstAt ? ((lastUsd - firstUsd) / (lastAt - firstAt)) * DAY_MS : undefined;
  const drawdownUsd = curve.peakUsd - lastUsd;
  return {
    dayPnlUsd,
    worstDayUsd,
    averageDailyPnlUsd,
    drawdownUsd,
    maxDrawdownUsd,
    dayPnlShare: dayPnlUsd / capitalUsd,
    worstDayShare: worstDayUsd / capitalUsd,
    averageDailyPnlShare:
      averageDailyPnlUsd === undefined ? undefined : averageDailyPnlUsd / capitalUsd,
    drawdownShare: drawdownUsd / capitalUsd,
    maxDrawdownShare: maxDrawdownUsd / capitalUsd,
  };
}

/**
 * What the loss limits look at (C4, C5), of a curve of net P&L that began with the session or when
 * a halt was lifted.
 */
export const profitSoFar = (curve: EquityCurve | undefined): ProfitSoFar =>
  curve === undefined
    ? { sessionUsd: usd(0), dayUsd: usd(0), belowPeakUsd: usd(0) }
    : {
        sessionUsd: usd(curve.lastUsd - curve.firstUsd),
        dayUsd: usd(curve.lastUsd - curve.dayOpenUsd),
        belowPeakUsd: usd(curve.peakUsd - curve.lastUsd),
      };
