import { HOUR_MS } from '../../domain/time.ts';
import type { EpochMs, Price } from '../../domain/units.ts';
import { requireAtLeast } from '../../math/require.ts';
import { keptAfter, requireHorizon, withEvidence } from '../../math/decay.ts';
import { type Check, isAmount, isLogOfPrice, maybe, recordOf } from '../plain-data.ts';

/**
 * Plain data: two estimates of variance per ms from one stream of returns, squares / squaresMs and
 * products / productsMs.
 */
export interface ReturnVariance {
  readonly logMid: number | undefined;
  readonly at: number;
  /** Size of the return before the next, and the time it took. */
  readonly lastMove: number;
  readonly lastElapsedMs: number;
  readonly squares: number;
  readonly squaresMs: number;
  readonly products: number;
  readonly productsMs: number;
  readonly evidenceMs: number;
}

export const NO_RETURNS: ReturnVariance = {
  logMid: undefined,
  at: 0,
  lastMove: 0,
  lastElapsedMs: 0,
  squares: 0,
  squaresMs: 0,
  products: 0,
  productsMs: 0,
  evidenceMs: 0,
};

const hasShape = recordOf<ReturnVariance>({
  logMid: maybe(isLogOfPrice),
  at: isAmount,
  lastMove: isAmount,
  lastElapsedMs: isAmount,
  squares: isAmount,
  squaresMs: isAmount,
  products: isAmount,
  productsMs: isAmount,
  evidenceMs: isAmount,
});

/** Both times are divided by: there is none before the first return, and no product with it. */
export const isReturns: Check<ReturnVariance> = (saved): saved is ReturnVariance => {
  if (!hasShape(saved)) return false;
  const { squaresMs, productsMs, lastElapsedMs, evidenceMs } = saved;
  if (squaresMs < 1) return evidenceMs === 0;
  return productsMs >= 1 || squaresMs === lastElapsedMs;
};

export interface ReturnSettings {
  readonly halfLifeMs: number;
  /**
   * A look sooner after the last is passed over: a mid that hops between ticks is noise, which
   * frequent looks take for volatility.
   */
  readonly sampleMs: number;
  /**
   * Nothing is said before so much (faded) time was seen, in ten returns at least. At most the
   * half-life.
   */
  readonly believedAfterMs: number;
}

/**
 * One more mid into both estimates, squares and bipower, weighted by elapsed time (A10). O(1).
 * A look not later than the last teaches nothing.
 * Source: T. Andersen et al., Econometrica 71 (2003); O. Barndorff-Nielsen, N. Shephard, J.
 * Financial Econometrics 2 (2004); L. Zhang et al., JASA 100 (2005) on sampling.
 * @throws InvariantError when a setting is out of range.
 */
export function observeReturn(
  state: ReturnVariance,
  mid: Price,
  at: EpochMs,
  settings: ReturnSettings,
): ReturnVariance {
  requireHorizon(settings);
  requireAtLeast('sampleMs', settings.sampleMs, 1);
  if (state.logMid === undefined) return { ...NO_RETURNS, logMid: Math.log(mid), at };
  const elapsedMs = at - state.at;
  if (elapsedMs < settings.sampleMs) return state;
  const logMid = Math.log(mid);
  const move = Math.abs(logMid - state.logMid);
  const kept = keptAfter(elapsedMs, settings.halfLifeMs);
  // Squares: sum r^2 / sum dt. Bipower: (pi/2) sum |r_i||r_(i-1)| / sum sqrt(dt_i dt_(i-1)), which
  // is sigma^2 for any spacing, since E|r| = sigma sqrt(2 dt / pi); a jump counts once, not
  // squared.
  return {
    logMid,
    at,
    lastMove: move,
    lastElapsedMs: elapsedMs,
    squares: state.squares * kept + move * move,
    squaresMs: state.squaresMs * kept + elapsedMs,
    products: state.products * kept + (Math.PI / 2) * move * state.lastMove,
    productsMs: state.productsMs * kept + Math.sqrt(elapsedMs * state.lastElapsedMs),
    evidenceMs: withEvidence(state.evidenceMs, kept, elapsedMs, settings.believedAfterMs),
  };
}

/**
 * Standard deviation of one hour's return as a fraction (0.02 is 2 %), jumps included; undefined
 * until believed.
 */
export const hourlyFromSquares = (
  state: ReturnVariance,
  settings: ReturnSettings,
): number | undefined =>
  state.evidenceMs >= settings.believedAfterMs
    ? Math.sqrt((state.squares / state.squaresMs) * HOUR_MS)
    : undefined;

/**
 * The same of the diffusive part: what is left when jumps are taken out; undefined until believed.
 */
export const hourlyFromBipower = (
  state: ReturnVariance,
  settings: ReturnSettings,
): number | undefined =>
  state.evidenceMs >= settings.believedAfterMs
    ? Math.sqrt((state.products / state.productsMs) * HOUR_MS)
    : undefined;
