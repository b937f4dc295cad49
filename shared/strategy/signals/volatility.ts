import type { Parameters } from '../../domain/parameters/parameters.ts';
import { reason } from '../../domain/reason.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS, YEAR_MS } from '../../domain/time.ts';
import { type EpochMs, type Price, ratioToBps } from '../../domain/units.ts';
import { maybe, oneOf, recordOf } from '../plain-data.ts';
import { percent, short } from '../shown.ts';
import { combineVolatility } from './combine-volatility.ts';
import {
  hourlyFromRange,
  isRange,
  NO_RANGE,
  observeRange,
  type RangeVariance,
} from './range-variance.ts';
import {
  hourlyFromBipower,
  hourlyFromSquares,
  isReturns,
  NO_RETURNS,
  observeReturn,
  type ReturnVariance,
} from './return-variance.ts';
import type { Said, Signal } from './signal.ts';
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

/** What its estimators know, and the regime of the last look. */
export interface VolatilityState {
  readonly returns: ReturnVariance;
  readonly range: RangeVariance;
  readonly regime: VolatilityRegime | undefined;
}

/** One more mid into every estimator. */
export const observeVolatility = (
  state: VolatilityState,
  mid: Price,
  at: EpochMs,
): VolatilityState => ({
  ...state,
  returns: observeReturn(state.returns, mid, at, RETURNS),
  range: observeRange(state.range, mid, at, RANGE),
});

export interface VolatilityReading extends Said {
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
}

/** 2 % an hour is 187 % a year: variance grows with time. */
export const annualised = (hourly: number): number => hourly * Math.sqrt(YEAR_MS / HOUR_MS);

/**
 * What all estimators and the venue say, and the regime it makes (A10). A volatility nobody knows
 * counts as high; one that a single opinion gives is believed for the spread, but never makes the
 * regime low, which would be sizing from a single estimator.
 */
export function readVolatility(
  state: VolatilityState,
  venueHourly: number | undefined,
  parameters: Pick<Parameters, 'volRegimeLow' | 'volRegimeHigh'>,
): VolatilityReading {
  const opinions = {
    squares: hourlyFromSquares(state.returns, RETURNS),
    bipower: hourlyFromBipower(state.returns, RETURNS),
    range: hourlyFromRange(state.range, RANGE),
    venue: venueHourly,
  };
  const known = [opinions.squares, opinions.bipower, opinions.range, venueHourly].filter(isOpinion);
  if (known.length === 0) {
    const why = reason('volatility-unknown', 'volatility is not known yet: it counts as high');
    return { hourly: undefined, opinions, disagreement: undefined, regime: 'high', reasons: [why] };
  }
  const hourly = Math.max(...known);
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

const isOpinion = (opinion: number | undefined): opinion is number =>
  opinion !== undefined && opinion >= 0 && opinion < Infinity;

const REGIME_INDEX = { low: 0, medium: 1, high: 2 } as const;

/** The factor of the volatility regime out of a list for low, medium and high (A10). */
export const byRegime = (
  factors: readonly [number, number, number],
  { regime }: Pick<VolatilityReading, 'regime'>,
): number => factors[REGIME_INDEX[regime]];

/**
 * What one hour's volatility is over the square root of a second.
 * Units: a fraction in, bps out, which is what the spread models reckon in.
 */
export const sigmaBps = (hourlyVolatility: number): number =>
  ratioToBps(hourlyVolatility) / Math.sqrt(HOUR_MS / 1000);

export const volatility: Signal<
  VolatilityState,
  VolatilityReading,
  'volRegimeLow' | 'volRegimeHigh'
> = {
  version: 1,
  initial: { returns: NO_RETURNS, range: NO_RANGE, regime: undefined },
  isState: recordOf<VolatilityState>({
    returns: isReturns,
    range: isRange,
    regime: maybe(oneOf('low', 'medium', 'high')),
  }),
  observe: (state, { view, book, isFresh, parameters }) => {
    const learned = isFresh ? observeVolatility(state, book.mid, book.at) : state;
    const { regime } = readVolatility(learned, view.venueHourlyVolatility, parameters);
    return { ...learned, regime };
  },
  // The regime of the look before decides how far volatility must fall to leave it.
  read: ({ returns, range }, { view, parameters }, { regime }) =>
    readVolatility({ returns, range, regime }, view.venueHourlyVolatility, parameters),
  explain: ({ hourly, opinions, disagreement, regime }) => {
    const yearly = hourly === undefined ? undefined : annualised(hourly);
    const byWhom = Object.entries(opinions).map(([name, opinion]) => `${name} ${percent(opinion)}`);
    return [
      ['volatility', `${percent(hourly)} an hour, ${percent(yearly)} a year: regime ${regime}`],
      ['  by whom', byWhom.join(', ')],
      ['  disagreement', `highest over lowest ${short(disagreement)}`],
    ];
  },
};
