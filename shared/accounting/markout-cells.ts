import type { Fill } from '../domain/fill.ts';
import type { Side } from '../domain/side.ts';

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

export const NO_MARKOUTS: MarkoutSums = {
  fills: 0,
  dropped: 0,
  bps: 0,
  squaredBps: 0,
  losing: 0,
  volumeUsd: 0,
  usd: 0,
  edgeUsd: 0,
  lateMs: 0,
};

/** The cells of two spans of time, or of two markets, as one. */
export const mergeMarkouts = (
  some: readonly MarkoutCell[],
  more: readonly MarkoutCell[],
): readonly MarkoutCell[] => more.reduce(addCell, some);

export function addCell(cells: readonly MarkoutCell[], added: MarkoutCell): readonly MarkoutCell[] {
  const index = cells.findIndex((cell) => isSameCell(cell, added));
  const known = cells[index];
  return known === undefined
    ? [...cells, added]
    : cells.with(index, { ...known, ...addSums(known, added) });
}

export const addSums = (a: MarkoutSums, b: MarkoutSums): MarkoutSums => ({
  fills: a.fills + b.fills,
  dropped: a.dropped + b.dropped,
  bps: a.bps + b.bps,
  squaredBps: a.squaredBps + b.squaredBps,
  losing: a.losing + b.losing,
  volumeUsd: a.volumeUsd + b.volumeUsd,
  usd: a.usd + b.usd,
  edgeUsd: a.edgeUsd + b.edgeUsd,
  lateMs: a.lateMs + b.lateMs,
});

const isSameCell = (a: MarkoutCell, b: MarkoutCell): boolean =>
  a.horizonMs === b.horizonMs &&
  a.side === b.side &&
  a.level === b.level &&
  a.liquidity === b.liquidity;
