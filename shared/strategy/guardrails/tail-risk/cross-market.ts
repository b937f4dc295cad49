import type { MarketSymbol } from '../../../domain/venue/market.ts';
import type { TimedMid } from '../../../domain/venue/view.ts';
import { type Check, isAmount, isNumber, isPositive, recordOf, tableOf } from '../../plain-data.ts';
import type { TailSettings } from './tail-settings.ts';

/** What is kept of one market: 5 numbers. Variance is squares / ms, per ms. */
interface MarketTrack {
  readonly mid: number;
  /** Of the grid point of `mid`. */
  readonly at: number;
  readonly squares: number;
  readonly ms: number;
  /** Log return over about the window: each return counts less as it ages. */
  readonly move: number;
}

/**
 * Plain data. Together the two sums are the average pairwise correlation; `pairMs` says for how
 * long they were gathered.
 */
export interface CrossMarket {
  readonly at: number;
  readonly tracks: Readonly<Record<MarketSymbol, MarketTrack>>;
  readonly pairProducts: number;
  readonly pairSquares: number;
  readonly pairMs: number;
}

export const NO_MARKETS: CrossMarket = {
  at: 0,
  tracks: {},
  pairProducts: 0,
  pairSquares: 0,
  pairMs: 0,
};

const hasShape = recordOf<CrossMarket>({
  at: isAmount,
  tracks: tableOf(
    recordOf<MarketTrack>({
      mid: isPositive,
      at: isAmount,
      squares: isAmount,
      ms: isAmount,
      move: isNumber,
    }),
  ),
  pairProducts: isNumber,
  pairSquares: isAmount,
  pairMs: isAmount,
});

/** No market was seen after the grid point that was the last. */
export const isCrossMarket: Check<CrossMarket> = (saved): saved is CrossMarket =>
  hasShape(saved) && Object.values(saved.tracks).every(({ at }) => at <= saved.at);

export interface JointReading {
  /** Markets with a believed variance and a return on this grid point. */
  readonly measured: number;
  /** Markets known with a believed variance, measured or not. */
  readonly believed: number;
  /** Between -1 / (n - 1) and 1; undefined until believed. */
  readonly averageCorrelation: number | undefined;
  /**
   * Share of the measured markets that moved more than so many sigmas in the commoner direction.
   */
  readonly jointShare: number;
  readonly direction: 'up' | 'down';
}

/**
 * A market that has hardly moved yet must not make its first move infinitely surprising: (0.1 bps
 * in a second)^2 per ms.
 */
const LEAST_VARIANCE_PER_MS = 1e-13;
/** One print counts at most as so many sigmas, in variance and correlation. */
const MOST_SIGMAS = 6;

/**
 * All markets' mids onto the next point of the common grid. O(n).
 * A market whose mid is missing, old or not a price is left as it was.
 * Source: J. Pollet, M. Wilson, J. Financial Economics 96 (2010); the grid and its width against
 * asynchrony: T. Epps, JASA 74 (1979).
 */
export function observeMids(
  before: CrossMarket,
  mids: Readonly<Record<MarketSymbol, TimedMid>>,
  now: number,
  settings: TailSettings,
): { readonly state: CrossMarket; readonly reading: JointReading } {
  const tracks: Record<MarketSymbol, MarketTrack> = {};
  for (const [market, track] of Object.entries(before.tracks))
    if (now - track.at <= settings.forgetAfterMs) tracks[market] = track;
  const tally = { measured: 0, sum: 0, squares: 0, up: 0, down: 0 };
  for (const [market, timed] of Object.entries(mids)) {
    if (!isUsable(timed, now, settings)) continue;
    const known = tracks[market];
    tracks[market] =
      known === undefined || now - known.at > settings.maxGapMs
        ? restarted(known, timed.mid, now)
        : moved(known, timed.mid, now, settings, tally);
  }
  const sums = pairSums(before, tally, now, settings);
  const believed = Object.values(tracks).filter(({ ms }) => ms >= settings.believedAfterMs).length;
  return { state: { at: now, tracks, ...sums }, reading: read(sums, tally, believed, settings) };
}

interface Tally {
  measured: number;
  /** Of the standardised returns. */
  sum: number;
  squares: number;
  up: number;
  down: number;
}

const isUsable = ({ mid, at }: TimedMid, now: number, { maxMidAgeMs }: TailSettings): boolean =>
  mid > 0 && mid < Infinity && now - at <= maxMidAgeMs;

/** What was learned of its variance stays. */
const restarted = (known: MarketTrack | undefined, mid: number, now: number): MarketTrack => ({
  mid,
  at: now,
  squares: known?.squares ?? 0,
  ms: known?.ms ?? 0,
  move: 0,
});

/** One return of one market: counted against what its variance was before it, then learned from. */
function moved(
  track: MarketTrack,
  mid: number,
  now: number,
  settings: TailSettings,
  tally: Tally,
): MarketTrack {
  const elapsed = now - track.at;
  const change = Math.log(mid / track.mid);
  const isBelieved = track.ms >= settings.believedAfterMs;
  const variance = Math.max(LEAST_VARIANCE_PER_MS, track.ms > 0 ? track.squares / track.ms : 0);
  const faded = Math.exp(-elapsed / settings.windowMs);
  const move = track.move * faded + change;
  if (isBelieved)
    count(
      tally,
      change / Math.sqrt(variance * elapsed),
      move / Math.sqrt((variance * elapsed) / (1 - faded * faded)),
      settings.sigmas,
    );
  const limit = isBelieved ? MOST_SIGMAS * MOST_SIGMAS * variance * elapsed : Infinity;
  const kept = 0.5 ** (elapsed / settings.varianceHalfLifeMs);
  return {
    mid,
    at: now,
    squares: track.squares * kept + Math.min(change * change, limit),
    ms: track.ms * kept + elapsed,
    move,
  };
}

/** A sum of returns that fade by f per step has 1 / (1 - f^2) times the variance of one of them. */
function count(tally: Tally, standardised: number, moveInSigmas: number, sigmas: number): void {
  const z = Math.max(-MOST_SIGMAS, Math.min(MOST_SIGMAS, standardised));
  tally.measured += 1;
  tally.sum += z;
  tally.squares += z * z;
  if (moveInSigmas > sigmas) tally.up += 1;
  if (moveInSigmas < -sigmas) tally.down += 1;
}

type PairSums = Pick<CrossMarket, 'pairProducts' | 'pairSquares' | 'pairMs'>;

function pairSums(
  { at, pairProducts, pairSquares, pairMs }: CrossMarket,
  { measured, sum, squares }: Tally,
  now: number,
  settings: TailSettings,
): PairSums {
  if (measured < settings.leastMarkets) return { pairProducts, pairSquares, pairMs };
  // Sum over i != j of z_i z_j = (sum z)^2 - sum z^2, against (n - 1) sum z^2: no matrix is needed,
  // and the quotient is never above 1.
  const elapsed = Math.min(now - at, settings.maxGapMs);
  const kept = 0.5 ** (elapsed / settings.correlationHalfLifeMs);
  return {
    pairProducts: pairProducts * kept + sum * sum - squares,
    pairSquares: pairSquares * kept + (measured - 1) * squares,
    pairMs: pairMs * kept + elapsed,
  };
}

function read(
  { pairProducts, pairSquares, pairMs }: PairSums,
  { measured, up, down }: Tally,
  believed: number,
  settings: TailSettings,
): JointReading {
  const isKnown = pairMs >= settings.believedAfterMs && pairSquares > 0;
  return {
    measured,
    believed,
    averageCorrelation: isKnown ? pairProducts / pairSquares : undefined,
    jointShare: measured < settings.leastMarkets ? 0 : Math.max(up, down) / measured,
    direction: up > down ? 'up' : 'down',
  };
}
