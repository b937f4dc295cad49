import { InvariantError } from '../../domain/failure.ts';
import { type Reason, reason } from '../../domain/reason.ts';
import type { EpochMs } from '../../domain/units.ts';
import { requireAtLeast, requirePositive } from '../../math/require.ts';
import { keptAfter } from '../../math/decay.ts';

/**
 * What became of the quotes placed at one time. Reported once, when it is known: after `windowMs`,
 * or when they were filled or cancelled.
 */
export interface QuoteOutcomes {
  /** When they were placed. */
  readonly at: EpochMs;
  readonly placed: number;
  /** Of these, how many were filled within the window (`isFilledAtOnce`). */
  readonly filledAtOnce: number;
}

/** Plain data: exponentially weighted counts. */
export interface QuoteCounts {
  readonly at: number | undefined;
  readonly placed: number;
  readonly filledAtOnce: number;
}

export const NO_QUOTES: QuoteCounts = { at: undefined, placed: 0, filledAtOnce: 0 };

/** A quote that somebody took so soon was wrong when it was placed. */
export const isFilledAtOnce = (placedAt: EpochMs, filledAt: EpochMs, windowMs: number): boolean =>
  filledAt - placedAt <= windowMs;

/**
 * More quotes into the counts (A13). O(1). Outcomes may come late and in any order: each counts by
 * its age.
 * @throws InvariantError unless 0 <= filledAtOnce <= placed and halfLifeMs is above zero.
 */
export function observeQuotes(
  state: QuoteCounts,
  outcomes: QuoteOutcomes,
  halfLifeMs: number,
): QuoteCounts {
  requirePositive('halfLifeMs', halfLifeMs);
  requireAtLeast('placed', outcomes.placed, 0);
  if (!(outcomes.filledAtOnce >= 0 && outcomes.filledAtOnce <= outcomes.placed))
    throw new InvariantError(
      `filledAtOnce must be from 0 to placed, was ${outcomes.filledAtOnce} of ${outcomes.placed}`,
    );
  const last = state.at ?? outcomes.at;
  const kept = keptAfter(outcomes.at - last, halfLifeMs);
  const counted = keptAfter(last - outcomes.at, halfLifeMs);
  return {
    at: Math.max(last, outcomes.at),
    placed: state.placed * kept + outcomes.placed * counted,
    filledAtOnce: state.filledAtOnce * kept + outcomes.filledAtOnce * counted,
  };
}

export interface ToxicitySettings {
  readonly halfLifeMs: number;
  /** Share of quotes filled at once above which fills are toxic (S0: 0.9). */
  readonly toxicFillRate: number;
  /** Nothing is said before so many (faded) quotes were placed. Above zero. */
  readonly leastQuotes: number;
  /** Factor for the spread while fills are toxic, at least 1. */
  readonly toxicWidening: number;
}

export interface Toxicity {
  /** 0 to 1; undefined while too few quotes were placed lately. */
  readonly fillRate: number | undefined;
  /** Factor for the spread: 1, or toxicWidening. */
  readonly widening: number;
  /**
   * Whether the next quotes should be delayed at random (`jitterMs`), so that nobody can wait for
   * them.
   */
  readonly delay: boolean;
  readonly reason: Reason | undefined;
}

/**
 * Whether our quotes are taken as soon as they are placed (A13; S0): more than `toxicFillRate` of
 * them. O(1). Old evidence fades, so that a market that was left alone is tried again.
 * @throws InvariantError when a setting is out of range.
 */
export function fillToxicity(
  state: QuoteCounts,
  now: EpochMs,
  settings: ToxicitySettings,
): Toxicity {
  const { halfLifeMs, toxicFillRate, leastQuotes, toxicWidening } = settings;
  requirePositive('halfLifeMs', halfLifeMs);
  requireAtLeast('toxicFillRate', toxicFillRate, 0);
  requirePositive('leastQuotes', leastQuotes);
  requireAtLeast('toxicWidening', toxicWidening, 1);
  const kept = keptAfter(now - (state.at ?? now), halfLifeMs);
  if (state.placed * kept < leastQuotes)
    return { fillRate: undefined, widening: 1, delay: false, reason: undefined };
  const fillRate = state.filledAtOnce / state.placed;
  if (fillRate <= toxicFillRate) return { fillRate, widening: 1, delay: false, reason: undefined };
  const text = `${(fillRate * 100).toFixed(1)} % of quotes filled at once: spread x ${toxicWidening} and a random delay`;
  return { fillRate, widening: toxicWidening, delay: true, reason: reason('toxic-fills', text) };
}

/**
 * A delay from 0 to below maxJitterMs, in ms. `uniform` is the caller's seeded randomness in [0,
 * 1).
 * @throws InvariantError when an argument is out of range.
 */
export function jitterMs(uniform: number, maxJitterMs: number): number {
  if (!(uniform >= 0 && uniform < 1))
    throw new InvariantError(`uniform must be from 0 to below 1, was ${uniform}`);
  requireAtLeast('maxJitterMs', maxJitterMs, 0);
  return uniform * maxJitterMs;
}
