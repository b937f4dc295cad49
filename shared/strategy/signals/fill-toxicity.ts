import { InvariantError } from '../../domain/failure.ts';
import { type Reason, reason } from '../../domain/reason.ts';
import type { EpochMs } from '../../domain/units.ts';
import { requireAtLeast, requirePositive } from '../../math/require.ts';
import type { MarketView } from '../../domain/venue/view.ts';
import { keptAfter } from '../../math/decay.ts';
import { isAmount, maybe, recordOf } from '../plain-data.ts';
import { percent, short } from '../shown.ts';
import { because, type Said, type Signal } from './signal.ts';

/**
 * What became of the quotes placed at one time. Reported once, when it is known: after `windowMs`,
 * or when they were filled or cancelled.
 */
export interface QuoteOutcomes {
  /** When they were placed. */
  readonly at: EpochMs;
  readonly placed: number;
  /** Of these, how many were filled before the next look. */
  readonly filledAtOnce: number;
}

/** Plain data: exponentially weighted counts. */
export interface QuoteCounts {
  readonly at: number | undefined;
  readonly placed: number;
  readonly filledAtOnce: number;
}

export const NO_QUOTES: QuoteCounts = { at: undefined, placed: 0, filledAtOnce: 0 };

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

/** Long enough for tens of quotes, short enough that a market is soon tried again. */
const HALF_LIFE_MS = 600_000;
const SETTINGS = { halfLifeMs: HALF_LIFE_MS, leastQuotes: 10, toxicWidening: 1.5 };

export interface ToxicityReading extends Said {
  /** Share of quotes filled before the next look; undefined while too few were placed. */
  readonly fillRate: number | undefined;
  readonly widening: number;
  readonly delayUpToMs: number;
}

export const toxicity: Signal<QuoteCounts, ToxicityReading, 'toxicFillRate' | 'jitterMs'> = {
  version: 1,
  initial: NO_QUOTES,
  isState: recordOf<QuoteCounts>({
    at: maybe(isAmount),
    placed: isAmount,
    filledAtOnce: isAmount,
  }),
  observe: (state, { view, last }) =>
    last === undefined ? state : observeQuotes(state, fateOfNewQuotes(view, last.at), HALF_LIFE_MS),
  read: (state, { view, parameters }) => {
    const {
      fillRate,
      widening,
      delay,
      reason: why,
    } = fillToxicity(state, view.now, {
      ...SETTINGS,
      toxicFillRate: parameters.toxicFillRate,
    });
    const delayUpToMs = delay ? parameters.jitterMs : 0;
    return { fillRate, widening, delayUpToMs, reasons: because(why) };
  },
  explain: ({ fillRate, widening }) => [
    ['filled at once', `${percent(fillRate)}: spread x ${short(widening)}`],
  ],
};

/**
 * Of the quotes sent since the look before: at the next look it is known which of them rest and
 * which were filled.
 */
function fateOfNewQuotes({ now, orders, fills }: MarketView, since: EpochMs): QuoteOutcomes {
  const filled = new Set(
    fills
      .filter(({ placedAt }) => placedAt !== undefined && placedAt >= since)
      .map(({ orderId }) => orderId),
  );
  const resting = orders.filter(
    (order) => order.state === 'open' && order.since >= since && !filled.has(order.venueId),
  );
  return { at: now, placed: resting.length + filled.size, filledAtOnce: filled.size };
}
