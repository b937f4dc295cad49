import { HOUR_MS } from '../domain/time.ts';
import { requireWithin } from '../math/require.ts';

/**
 * Plain data, kept per market. Rates in bps per hour, so that an hourly and an 8-hourly venue are
 * alike.
 */
export interface FundingState {
  readonly lastAt: number | undefined;
  readonly lastRate: number;
  /** What the rate reverts to: slow average, begun at the anchor. */
  readonly level: number;
  readonly levelHours: number;
  /**
   * Stationary variance of the deviation from the level in the calm regime, and the hours it was
   * learned from.
   */
  readonly calmVariance: number;
  readonly varianceHours: number;
  readonly stressedProbability: number;
}

/**
 * What is fixed, in hours unless it says otherwise. The anchor is the interest part that
 * perpetuals' funding is defined with, 0.01 % per 8 h. Half-lives and scale are round numbers near
 * what fits hourly and 8-hourly histories of large coins; level and variance are learned.
 */
const MODEL = {
  anchorBpsPerHour: 0.125,
  /** The anchor and the first variance count as much as so many hours of observation. */
  priorHours: 24,
  calm: { halfLife: 16, meanDuration: 120 },
  stressed: { halfLife: 8, meanDuration: 48 },
  /** Standard deviation of the stressed regime in those of the calm one. */
  stressedScale: 5,
  levelHalfLife: 168,
  varianceHalfLife: 720,
  firstCalmVariance: 0.01,
  /**
   * A rate that rests on its anchor for weeks must not make the next move infinitely surprising:
   * (0.01 bps per hour)^2.
   */
  leastCalmVariance: 1e-4,
  /** A squared surprise counts at most this many variances: one print cannot set the scale. */
  mostSurprise: 25,
  /** The regime is never certain, or it could not be left; log odds. */
  mostLogOdds: 12,
} as const;

const STRESSED_SHARE =
  MODEL.stressed.meanDuration / (MODEL.calm.meanDuration + MODEL.stressed.meanDuration);

export const NEW_FUNDING: FundingState = {
  lastAt: undefined,
  lastRate: MODEL.anchorBpsPerHour,
  level: MODEL.anchorBpsPerHour,
  levelHours: MODEL.priorHours,
  calmVariance: MODEL.firstCalmVariance,
  varianceHours: MODEL.priorHours,
  stressedProbability: STRESSED_SHARE,
};

/**
 * One observed rate (fraction per interval) into the filter; one that is not newer than the last
 * (by a millisecond) changes nothing, so that it may be given twice. In each regime the deviation
 * from the level is an Ornstein-Uhlenbeck process sampled exactly, AR(1) with phi = 2^(-dt /
 * half-life); the regime is a two-state Markov chain in continuous time whose probability is
 * updated by Bayes. Source: J. Hamilton, "A new approach to the economic analysis of nonstationary
 * time series and the business cycle", Econometrica 57 (1989); the transition density depends on
 * the present regime only, which makes the filter exact with two states. O(1).
 */
export function observeFunding(
  state: FundingState,
  rate: number,
  intervalHours: number,
  at: number,
): FundingState {
  requireWithin('rate', rate, -1, 1);
  requireWithin('intervalHours', intervalHours, 1 / 60, 24 * 365);
  requireWithin('at', at, 0);
  if (state.lastAt !== undefined && at < state.lastAt + 1) return state;
  const observed = (rate * 10_000) / intervalHours;
  const hours = state.lastAt === undefined ? intervalHours : (at - state.lastAt) / HOUR_MS;
  const regime = state.lastAt === undefined ? {} : learnRegime(state, observed, hours);
  const levelHours = state.levelHours * 0.5 ** (hours / MODEL.levelHalfLife) + hours;
  const level = state.level + ((observed - state.level) * hours) / levelHours;
  return { ...state, ...regime, level, levelHours, lastRate: observed, lastAt: at };
}

export interface FundingForecast {
  /** Expected, as a fraction per interval of `intervalHours`. */
  readonly rate: number;
  /** Of that rate, in the same unit. */
  readonly standardDeviation: number;
  /** That the stressed regime rules at the time forecast. */
  readonly stressedProbability: number;
}

/**
 * The rate expected at `at`, usually the next settlement; a time not after the last observation is
 * that of the last observation.
 */
export function forecastFunding(
  state: FundingState,
  at: number,
  intervalHours: number,
): FundingForecast {
  requireWithin('at', at, 0);
  requireWithin('intervalHours', intervalHours, 1 / 60, 24 * 365);
  const hours = state.lastAt === undefined ? Infinity : Math.max(0, at - state.lastAt) / HOUR_MS;
  const stressed = regimeAhead(state.stressedProbability, hours);
  const [ifCalm, ifStressed] = [
    inRegime(state, MODEL.calm.halfLife, 1, hours),
    inRegime(state, MODEL.stressed.halfLife, MODEL.stressedScale, hours),
  ];
  const mean = ifCalm.mean + stressed * (ifStressed.mean - ifCalm.mean);
  const variance =
    (1 - stressed) * (ifCalm.variance + (ifCalm.mean - mean) ** 2) +
    stressed * (ifStressed.variance + (ifStressed.mean - mean) ** 2);
  const toFraction = intervalHours / 10_000;
  return {
    rate: mean * toFraction,
    standardDeviation: Math.sqrt(variance) * toFraction,
    stressedProbability: stressed,
  };
}

/**
 * Of the two-state chain left alone for so long: the distance to its stationary share decays at the
 * sum of both rates.
 */
function regimeAhead(stressedProbability: number, hours: number): number {
  const decay = Math.exp(-hours / MODEL.calm.meanDuration - hours / MODEL.stressed.meanDuration);
  return STRESSED_SHARE + (stressedProbability - STRESSED_SHARE) * decay;
}

interface InRegime {
  readonly mean: number;
  readonly variance: number;
  /**
   * Stationary variance over this one: makes a squared surprise comparable whatever the time that
   * passed.
   */
  readonly perStationary: number;
}

function inRegime(state: FundingState, halfLife: number, scale: number, hours: number): InRegime {
  const phi = 0.5 ** (hours / halfLife);
  const share = -Math.expm1((-2 * Math.LN2 * hours) / halfLife);
  const mean = state.level + phi * (state.lastRate - state.level);
  return { mean, variance: state.calmVariance * scale * scale * share, perStationary: share };
}

function learnRegime(state: FundingState, observed: number, hours: number): Partial<FundingState> {
  const calm = inRegime(state, MODEL.calm.halfLife, 1, hours);
  const stressed = inRegime(state, MODEL.stressed.halfLife, MODEL.stressedScale, hours);
  const prior = regimeAhead(state.stressedProbability, hours);
  const [calmSquare, stressedSquare] = [
    (observed - calm.mean) ** 2,
    (observed - stressed.mean) ** 2,
  ];
  const evidence =
    (calmSquare / calm.variance -
      stressedSquare / stressed.variance +
      Math.log(calm.variance / stressed.variance)) /
    2;
  const logOdds = Math.max(
    -MODEL.mostLogOdds,
    Math.min(MODEL.mostLogOdds, Math.log(prior / (1 - prior)) + evidence),
  );
  const stressedProbability = 1 / (1 + Math.exp(-logOdds));
  const square =
    ((1 - stressedProbability) * calmSquare) / calm.perStationary +
    (stressedProbability * stressedSquare) / (stressed.perStationary * MODEL.stressedScale ** 2);
  const varianceHours = state.varianceHours * 0.5 ** (hours / MODEL.varianceHalfLife) + hours;
  const surprise = Math.min(square, MODEL.mostSurprise * state.calmVariance) - state.calmVariance;
  const calmVariance = Math.max(
    MODEL.leastCalmVariance,
    state.calmVariance + (surprise * hours) / varianceHours,
  );
  return { stressedProbability, calmVariance, varianceHours };
}
