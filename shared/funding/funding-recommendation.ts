import type { FundingRate } from '../domain/venue/market.ts';
import type { FundingAction } from '../domain/trading/tilt.ts';
import { ratioToBps } from '../domain/units.ts';

const HOURS_PER_YEAR = 24 * 365;
/**
 * S2's own example, 0.0003 against 3 bps, is a hair below the threshold in floating point and must
 * count as reaching it.
 */
const TOLERANCE_BPS = 1e-9;

export interface FundingRecommendation {
  readonly action: FundingAction;
  /** Signed, per interval. */
  readonly rateBps: number;
  /**
   * What the receiving side earns in a year of such intervals, in percent of notional: |rate| x
   * intervals a year (D2).
   */
  readonly annualisedYieldPct: number;
  /** Share of the inventory cap to hold: long is positive. */
  readonly targetRatio: number;
}

/**
 * Which side to lean to before a funding settlement (D2): short when longs pay enough, long when
 * shorts do, neither when the rate is below the minimum. Source: S2, compared with a tolerance and
 * annualised by the venue's true interval.
 */
export function recommendFunding(
  funding: FundingRate,
  minRateBps: number,
  tiltRatio: number,
): FundingRecommendation {
  const rateBps = ratioToBps(funding.rate);
  const annualisedYieldPct =
    Math.abs(funding.rate) * (HOURS_PER_YEAR / funding.intervalHours) * 100;
  const worthIt = rateBps !== 0 && Math.abs(rateBps) >= minRateBps - TOLERANCE_BPS;
  if (!worthIt) return { action: 'neutral', rateBps, annualisedYieldPct, targetRatio: 0 };
  return rateBps > 0
    ? { action: 'lean_short', rateBps, annualisedYieldPct, targetRatio: -tiltRatio }
    : { action: 'lean_long', rateBps, annualisedYieldPct, targetRatio: tiltRatio };
}
