import { requireWithin } from '../../../math/require.ts';

/** Times in ms. What may be tuned; the defaults fit large coins looked at every few seconds. */
export interface TailSettings {
  /** The common time grid: looks nearer to the last one than this change nothing. */
  readonly gridMs: number;
  /** A mid older than this is missing. */
  readonly maxMidAgeMs: number;
  /** A market silent for longer than this starts its window anew. */
  readonly maxGapMs: number;
  /** A market not seen for longer than this is forgotten. */
  readonly forgetAfterMs: number;
  /** Half-lives of each market's variance and of the average correlation. */
  readonly varianceHalfLifeMs: number;
  readonly correlationHalfLifeMs: number;
  /** Neither is believed before so much time was observed. */
  readonly believedAfterMs: number;
  /** Moves are counted over about so long, in standard deviations of such moves. */
  readonly windowMs: number;
  readonly sigmas: number;
  /** With fewer markets there is no cross-market figure. */
  readonly leastMarkets: number;
  /** Average correlation: size is whole up to the first, smallest from the second on. */
  readonly correlationFrom: number;
  readonly correlationTo: number;
  /** Share of markets that moved together: likewise. */
  readonly shareFrom: number;
  readonly shareTo: number;
  /** The smallest factor, above 0. */
  readonly leastFactor: number;
  /**
   * Calm is so far below `correlationFrom` and `shareFrom`, so that the factor does not flicker.
   */
  readonly releaseMargin: number;
  /**
   * Calm must last so long before the factor grows, and it takes so long from the smallest to 1.
   */
  readonly holdMs: number;
  readonly recoverMs: number;
}

export const TAIL_SETTINGS: TailSettings = {
  gridMs: 10_000,
  maxMidAgeMs: 30_000,
  maxGapMs: 60_000,
  forgetAfterMs: 86_400_000,
  varianceHalfLifeMs: 21_600_000,
  correlationHalfLifeMs: 1_800_000,
  believedAfterMs: 600_000,
  windowMs: 60_000,
  sigmas: 4,
  leastMarkets: 3,
  correlationFrom: 0.75,
  correlationTo: 0.95,
  shareFrom: 0.3,
  shareTo: 0.8,
  leastFactor: 0.2,
  releaseMargin: 0.1,
  holdMs: 300_000,
  recoverMs: 900_000,
};

/** @throws InvariantError naming the setting that could make a figure infinite or the factor 0. */
export function checkTailSettings(settings: TailSettings): void {
  for (const name of [
    'gridMs',
    'varianceHalfLifeMs',
    'correlationHalfLifeMs',
    'windowMs',
    'recoverMs',
  ] as const)
    requireWithin(name, settings[name], 1);
  requireWithin('leastMarkets', settings.leastMarkets, 2);
  requireWithin('leastFactor', settings.leastFactor, 1e-3, 1);
}
