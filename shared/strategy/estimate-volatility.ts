import type { VolatilityState } from '../domain/brain-state.ts';
import { HOUR_MS, MINUTE_MS, YEAR_MS } from '../domain/time.ts';
import type { EpochMs, Price } from '../domain/units.ts';

/** Old returns count half after this long. */
const HALF_LIFE_MS = 10 * MINUTE_MS;
/** Below this much observed time an estimate is noise. */
const BELIEVED_AFTER_MS = 2 * MINUTE_MS;

/**
 * One more mid into the estimate of realised variance per unit of time: exponentially weighted squared log returns over
 * exponentially weighted time. Time comes from the timestamps, so that irregular looks do not distort it.
 * Source: Andersen, Bollerslev, Diebold, Labys, "Modeling and Forecasting Realized Volatility", Econometrica 71 (2003).
 */
export function observeMid(state: VolatilityState, mid: Price, now: EpochMs): VolatilityState {
  const { lastMid, lastAt } = state;
  if (lastMid === undefined || lastAt === undefined) return { ...state, lastMid: mid, lastAt: now };
  const elapsedMs = now - lastAt;
  if (elapsedMs <= 0) return state;
  const kept = 0.5 ** (elapsedMs / HALF_LIFE_MS);
  return {
    lastMid: mid,
    lastAt: now,
    weightedSquares: state.weightedSquares * kept + Math.log(mid / lastMid) ** 2,
    weightedMs: state.weightedMs * kept + elapsedMs,
    observedMs: state.observedMs + elapsedMs,
  };
}

/** Standard deviation of one hour's return as a fraction (0.02 is 2 %), or undefined while too little was observed. */
export function hourlyVolatility(state: VolatilityState): number | undefined {
  if (state.observedMs < BELIEVED_AFTER_MS) return undefined;
  return Math.sqrt((state.weightedSquares / state.weightedMs) * HOUR_MS);
}

/** Of two opinions the more cautious one (A10: never from a single estimator); undefined when there is none. */
export function cautiousVolatility(...opinions: readonly (number | undefined)[]): number | undefined {
  const known = opinions.filter((opinion) => opinion !== undefined && Number.isFinite(opinion) && opinion >= 0);
  return known.length === 0 ? undefined : Math.max(...known.map(Number));
}

/** 2 % an hour is 187 % a year: variance grows with time. */
export const annualised = (hourly: number): number => hourly * Math.sqrt(YEAR_MS / HOUR_MS);
