import type { Fill } from './fill.ts';
import type { Side } from '../order/side.ts';
import type { EpochMs, Price } from '../units.ts';

/** How long after a fill the mid is looked at (E4), rising. */
export const MARKOUT_HORIZONS_MS = [1000, 5000, 30_000, 60_000] as const;

/** The horizon that spreads are widened by and people are shown. */
export const MARKOUT_SHOWN_MS = 30_000;

export type MarkoutHorizonMs = (typeof MARKOUT_HORIZONS_MS)[number];

/**
 * Which fills are counted together. Level 0 is the quote nearest to the mid; `none` are hedges and
 * orders whose level nobody knows.
 */
export interface MarkoutGroup {
  readonly side: Side;
  readonly level: number | 'none';
  readonly liquidity: Fill['liquidity'];
}

/** Sums alone, so that parts add up to the whole and hours to a day. */
export interface MarkoutSums {
  /** Fills whose mid at the horizon came in time. */
  readonly fills: number;
  /** Fills whose mid at the horizon came too late or never. */
  readonly dropped: number;
  /** Of side x (mid at the horizon - fill price) / fill price. */
  readonly bps: number;
  readonly squaredBps: number;
  /** Fills whose markout is below zero. */
  readonly losing: number;
  /** Fill price x size of the measured fills. */
  readonly volumeUsd: number;
  /** Of side x (mid at the horizon - fill price) x size. */
  readonly usd: number;
  /**
   * Of side x (mid at the fill - fill price) x size: what the same fills had gained before the mid
   * moved.
   */
  readonly edgeUsd: number;
  /** How long after the horizon the mid came that was used. */
  readonly lateMs: number;
}

/** One group at one horizon. Plain data. */
export interface MarkoutCell extends MarkoutGroup, MarkoutSums {
  readonly horizonMs: MarkoutHorizonMs;
}

/** A fill whose horizons have not all ended. */
export interface PendingMarkout extends MarkoutGroup {
  readonly fillId: string;
  readonly at: EpochMs;
  readonly price: Price;
  readonly size: number;
  readonly edgeUsd: number;
  /** When the first horizon ends that is not done with. */
  readonly dueAt: number;
}

/**
 * What is measured and what waits to be, of one market. Plain data of bounded size: it is saved
 * with the session and handed over.
 */
export interface Markouts {
  /** In the order they became known. */
  readonly pending: readonly PendingMarkout[];
  readonly cells: readonly MarkoutCell[];
}
