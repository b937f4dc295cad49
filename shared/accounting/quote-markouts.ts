import { MARKOUT_SHOWN_MS, type MarkoutCell } from '../domain/books/markouts.ts';
import { addSums, NO_MARKOUTS } from './markout-cells.ts';

/** Fewer fills say nothing. */
const LEAST_FILLS = 5;

/**
 * What the price did for us after our quotes' fills (E4): the mean of what `cells` have beyond
 * `before`, the same cells some time ago. Undefined while few tell.
 */
export function quoteMarkoutBps(
  cells: readonly MarkoutCell[],
  before: readonly MarkoutCell[],
): number | undefined {
  const [now, then] = [ofQuotes(cells), ofQuotes(before)];
  const fills = now.fills - then.fills;
  return fills < LEAST_FILLS ? undefined : (now.bps - then.bps) / fills;
}

const ofQuotes = (cells: readonly MarkoutCell[]): typeof NO_MARKOUTS =>
  cells
    .filter(({ horizonMs, liquidity }) => horizonMs === MARKOUT_SHOWN_MS && liquidity === 'maker')
    .reduce(addSums, NO_MARKOUTS);
