import type { EpochMs } from '../domain/units.ts';
import { type IntensityState, newIntensity } from './calibration/calibrate-intensity.ts';
import { NO_REACH, type ReachState } from './calibration/calibrate-reach.ts';
import type { GlftEigenvector } from './models/glft.ts';
import type { GridState } from './grid-trading/grid.ts';
import { type DepthAverage, NO_DEPTH } from './signals/book-depth.ts';
import { NO_QUOTES, type QuoteCounts } from './signals/fill-toxicity.ts';
import { NO_RANGE, type RangeVariance } from './signals/range-variance.ts';
import { NO_REFERENCE, type ReferenceBasis } from './signals/reference-price.ts';
import { NO_RETURNS, type ReturnVariance } from './signals/return-variance.ts';
import { NO_FLOW, type TakerFlow } from './signals/taker-imbalance.ts';
import { NO_TAIL_RISK, type TailState } from './guardrails/tail-risk/tail-limiter.ts';
import type { VolatilityRegime } from './signals/volatility-regime.ts';

/**
 * What the brain carries from one decision to the next. Plain data of bounded size. None of it is
 * money: it is all learned anew if lost.
 */
export interface BrainState {
  /** The last decision that had a book: when it was, and the mid it saw. */
  readonly last: { readonly at: EpochMs; readonly mid: number } | undefined;
  readonly returns: ReturnVariance;
  readonly range: RangeVariance;
  readonly regime: VolatilityRegime | undefined;
  readonly flow: TakerFlow;
  readonly depth: DepthAverage;
  readonly reference: ReferenceBasis;
  readonly outcomes: QuoteCounts;
  /** What our own quotes taught of fills by distance, */
  readonly intensity: IntensityState;
  /** and how far takers reached, whoever they traded with. */
  readonly reach: ReachState;
  readonly grid: GridInForce | undefined;
  /** Of `glft`, for the figures it was last asked for: spares solving them again. */
  readonly solved: GlftEigenvector | undefined;
  /** What is known of all quoted markets together (C8). */
  readonly tail: TailState;
  /** The market's own spread is too wide and has not come back far enough yet (C2). */
  readonly pausedBySpread: boolean;
  /** What the resting quotes were made from; undefined when nothing was quoted. */
  readonly quoted: QuotedBasis | undefined;
}

export interface GridInForce {
  readonly grid: GridState;
  readonly quoteSizeUsd: number;
}

export interface QuotedBasis {
  readonly inventorySize: number;
  readonly parameterVersion: string;
  readonly targetRatio: number;
}

/** Of what is learned of fills by distance. */
export const FILLS_HALF_LIFE_SECONDS = 7200;
/** Fills by distance: a bp to a bucket, up to 60 bps. */
const INTENSITY = { bucketWidth: 1, bucketCount: 60, halfLifeSeconds: FILLS_HALF_LIFE_SECONDS };

export const NEW_BRAIN: BrainState = {
  last: undefined,
  returns: NO_RETURNS,
  range: NO_RANGE,
  regime: undefined,
  flow: NO_FLOW,
  depth: NO_DEPTH,
  reference: NO_REFERENCE,
  outcomes: NO_QUOTES,
  intensity: newIntensity(INTENSITY),
  reach: NO_REACH,
  grid: undefined,
  solved: undefined,
  tail: NO_TAIL_RISK,
  pausedBySpread: false,
  quoted: undefined,
};
