import { HOUR_MS } from '../../domain/time.ts';
import type { EpochMs, Price } from '../../domain/units.ts';
import { requireAtLeast } from '../../math/require.ts';
import { keptAfter, requireHorizon, withEvidence } from '../../math/decay.ts';
import { type Check, isAmount, isLogOfPrice, maybe, recordOf } from '../plain-data.ts';

/**
 * Plain data: the window that is open, from the last look before it, and what the closed ones gave:
 * variance / ms per ms.
 */
export interface RangeVariance {
  readonly logMid: number | undefined;
  readonly at: number;
  /** Logarithms of the window's highest and lowest mid. */
  readonly high: number;
  readonly low: number;
  readonly spanMs: number;
  /** Sum of dt^1.5 over the window's looks: says how coarsely it was looked at. */
  readonly coarseness: number;
  readonly variance: number;
  readonly ms: number;
  readonly evidenceMs: number;
}

export const NO_RANGE: RangeVariance = {
  logMid: undefined,
  at: 0,
  high: 0,
  low: 0,
  spanMs: 0,
  coarseness: 0,
  variance: 0,
  ms: 0,
  evidenceMs: 0,
};

const hasShape = recordOf<RangeVariance>({
  logMid: maybe(isLogOfPrice),
  at: isAmount,
  high: isLogOfPrice,
  low: isLogOfPrice,
  spanMs: isAmount,
  coarseness: isAmount,
  variance: isAmount,
  ms: isAmount,
  evidenceMs: isAmount,
});

/** The time watched is divided by: without any there is no evidence. */
export const isRange: Check<RangeVariance> = (saved): saved is RangeVariance =>
  hasShape(saved) && (saved.ms + saved.spanMs >= 1 || saved.evidenceMs === 0);

export interface RangeSettings {
  readonly halfLifeMs: number;
  /** Windows begin at multiples of this since 1970. */
  readonly windowMs: number;
  /**
   * Nothing is said before so much (faded) time was seen, in ten looks at least. At most the
   * half-life.
   */
  readonly believedAfterMs: number;
}

/**
 * One more mid into the variance from the range of fixed wall windows (A10). O(1).
 * A window spans from the last look before it, so that no return is lost; a look not later than
 * the last teaches nothing.
 * Source: M. Parkinson, Journal of Business 53 (1980).
 * @throws InvariantError when a setting is out of range.
 */
export function observeRange(
  state: RangeVariance,
  mid: Price,
  at: EpochMs,
  settings: RangeSettings,
): RangeVariance {
  requireHorizon(settings);
  requireAtLeast('windowMs', settings.windowMs, 1);
  const logMid = Math.log(mid);
  if (state.logMid === undefined) return { ...NO_RANGE, logMid, at, high: logMid, low: logMid };
  const elapsedMs = at - state.at;
  if (elapsedMs <= 0) return state;
  const isOver = Math.floor(at / settings.windowMs) > Math.floor(state.at / settings.windowMs);
  const kept = keptAfter(elapsedMs, settings.halfLifeMs);
  return {
    logMid,
    at,
    high: Math.max(logMid, isOver ? state.logMid : state.high),
    low: Math.min(logMid, isOver ? state.logMid : state.low),
    spanMs: elapsedMs + (isOver ? 0 : state.spanMs),
    coarseness: elapsedMs ** 1.5 + (isOver ? 0 : state.coarseness),
    variance: kept * (state.variance + (isOver ? openVariance(state) : 0)),
    ms: kept * (state.ms + (isOver ? state.spanMs : 0)),
    evidenceMs: withEvidence(state.evidenceMs, kept, elapsedMs, settings.believedAfterMs),
  };
}

/**
 * Standard deviation of one hour's return as a fraction (0.02 is 2 %), the open window included;
 * undefined until believed.
 */
export const hourlyFromRange = (
  state: RangeVariance,
  settings: RangeSettings,
): number | undefined =>
  state.evidenceMs >= settings.believedAfterMs
    ? Math.sqrt(((state.variance + openVariance(state)) / (state.ms + state.spanMs)) * HOUR_MS)
    : undefined;

const openVariance = ({ high, low, spanMs, coarseness }: RangeVariance): number =>
  spanMs > 0 ? (high - low) ** 2 / rangeFactor(Math.min(1, coarseness / spanMs ** 1.5)) : 0;

/**
 * Expected squared range of a Brownian motion of unit variance that is seen only now and then; for
 * m equal steps `coarseness` is 1/sqrt(m).
 * Within 0.5 % for equal steps; for very unequal ones volatility comes out up to 15 % too high.
 * Source: M. Broadie, P. Glasserman, S. Kou, Mathematical Finance 7 (1997).
 */
const rangeFactor = (coarseness: number): number =>
  ALWAYS_SEEN + coarseness * (MISSED + coarseness * (SQUARE + coarseness * CUBE));

const ALWAYS_SEEN = 4 * Math.LN2;
// Extremes are missed by 0.5826 sigma sqrt(dt) (= -zeta(1/2) / sqrt(2 pi)) each; the other two
// terms make it exact for one step (1) and two (3/4 (1 + 2/pi)).
const MISSED = -4 * 0.5825971579390107 * Math.sqrt(8 / Math.PI);
const AT_ONE_STEP = 1 - ALWAYS_SEEN - MISSED;
const AT_TWO_STEPS = 1.5 * (1 + 2 / Math.PI) - 2 * ALWAYS_SEEN - Math.SQRT2 * MISSED;
const CUBE = (AT_ONE_STEP - AT_TWO_STEPS) / (1 - Math.SQRT1_2);
const SQUARE = AT_ONE_STEP - CUBE;
