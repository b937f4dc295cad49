import type { Parameters } from '../../domain/parameters.ts';
import { type Reason, reason } from '../../domain/reason.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS, YEAR_MS } from '../../domain/time.ts';
import type { EpochMs, Price } from '../../domain/units.ts';
import type { BrainState } from '../brain-state.ts';
import { combineVolatility } from './combine-volatility.ts';
import { hourlyFromRange, observeRange } from './range-variance.ts';
import { hourlyFromBipower, hourlyFromSquares, observeReturn } from './return-variance.ts';
import { regimeOf, type VolatilityRegime } from './volatility-regime.ts';

/**
 * Between the flow and the funding horizon (A12): volatility clusters over tens of minutes, and a
 * quote rests for seconds.
 */
const HALF_LIFE_MS = 10 * MINUTE_MS;
const RETURNS = { halfLifeMs: HALF_LIFE_MS, sampleMs: SECOND_MS, believedAfterMs: 2 * MINUTE_MS };
const RANGE = { halfLifeMs: HALF_LIFE_MS, windowMs: MINUTE_MS, believedAfterMs: 2 * MINUTE_MS };
/** Back to a lower regime only this share below its bound. */
const REGIME_MARGIN = 0.1;

/** One more mid into every estimator. */
export const observeVolatility = (state: BrainState, mid: Price, at: EpochMs): BrainState => ({
  ...state,
  returns: observeReturn(state.returns, mid, at, RETURNS),
  range: observeRange(state.range, mid, at, RANGE),
});

export interface VolatilityReading {
  /** The most cautious opinion, a fraction per hour; undefined when there is none. */
  readonly hourly: number | undefined;
  /** The opinions by name, for whoever wants to see them. */
  readonly opinions: {
    readonly squares: number | undefined;
    readonly bipower: number | undefined;
    readonly range: number | undefined;
    readonly venue: number | undefined;
  };
  /** Highest over lowest opinion; undefined with fewer than two. */
  readonly disagreement: number | undefined;
  readonly regime: VolatilityRegime;
  readonly reasons: readonly Reason[];
}

/** 2 % an hour is 187 % a year: variance grows with time. */
export const annualised = (hourly: number): number => hourly * Math.sqrt(YEAR_MS / HOUR_MS);

/**
 * What all estimators and the venue say, and the regime it makes (A10). A volatility nobody knows
 * counts as high; one that a single opinion gives is believed for the spread, but never makes the
 * regime low, which would be sizing from a single estimator.
 */
export function readVolatility(
  state: BrainState,
  venueHourly: number | undefined,
  parameters: Parameters,
): VolatilityReading {
  const opinions = {
    squares: hourlyFromSquares(state.returns, RETURNS),
    bipower: hourlyFromBipower(state.returns, RETURNS),
    range: hourlyFromRange(state.range, RANGE),
    venue: venueHourly,
  };
  const known = Object.values(opinions).filter(
    (opinion) => opinion !== undefined && opinion >= 0 && opinion < Infinity,
  );
  if (known.length === 0) {
    const why = reason('volatility-unknown', 'volatility is not known yet: it counts as high');
    return { hourly: undefined, opinions, disagreement: undefined, regime: 'high', reasons: [why] };
  }
  const hourly = Math.max(...known.map(Number));
  const { disagreement } = combineVolatility(known);
  const bounds = {
    low: parameters.volRegimeLow,
    high: parameters.volRegimeHigh,
    margin: REGIME_MARGIN,
  };
  const regime = regimeOf(state.regime, annualised(hourly), bounds);
  if (known.length > 1 || regime !== 'low')
    return { hourly, opinions, disagreement, regime, reasons: [] };
  return {
    hourly,
    opinions,
    disagreement,
    regime: 'medium',
    reasons: [
      reason('single-estimator', 'only one opinion on volatility: it counts as medium at least'),
    ],
  };
}
