import type { EpochMs, Price } from './units.ts';

/** What the brain carries from one decision to the next. Plain data: it is saved with the session and handed over. */
export interface BrainState {
  readonly volatility: VolatilityState;
  /** The market's own spread is too wide and has not come back far enough yet (C2). */
  readonly pausedBySpread: boolean;
  /** What the resting quotes were made from; undefined when nothing was quoted. */
  readonly quoted: QuotedBasis | undefined;
}

/** Exponentially weighted sum of squared log returns of the mid, and of the time they took. */
export interface VolatilityState {
  readonly lastMid: Price | undefined;
  readonly lastAt: EpochMs | undefined;
  readonly weightedSquares: number;
  readonly weightedMs: number;
  /** Time observed in all, unweighted: says when the figure may be believed. */
  readonly observedMs: number;
}

export interface QuotedBasis {
  readonly inventorySize: number;
  readonly parameterVersion: string;
  readonly targetRatio: number;
}

export const NEW_BRAIN: BrainState = {
  volatility: { lastMid: undefined, lastAt: undefined, weightedSquares: 0, weightedMs: 0, observedMs: 0 },
  pausedBySpread: false,
  quoted: undefined,
};
