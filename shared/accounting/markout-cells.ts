import type { MarkoutCell, MarkoutSums } from '../domain/books/markouts.ts';

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
