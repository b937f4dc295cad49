import {
  type Check,
  isAmount,
  isNumber,
  isPositive,
  isText,
  listOf,
  recordOf,
} from '../plain-data.ts';
import { type GridCell, type GridRange, type GridState, MOST_CELLS } from './grid.ts';

const hasShape = recordOf<GridState>({
  range: recordOf<GridRange>({ lowerPrice: isPositive, upperPrice: isPositive, count: isPositive }),
  size: isPositive,
  start: isAmount,
  cells: listOf(recordOf<GridCell>({ toSell: isAmount, cashUsd: isNumber })),
  roundTrips: isAmount,
  realisedUsd: isNumber,
  unmatchedSize: isAmount,
  counted: listOf(isText),
});

/** Whether what was read back is a grid that orders may be made from: money depends on it. */
export const isGrid: Check<GridState> = (saved): saved is GridState => {
  if (!hasShape(saved)) return false;
  const { range, cells, start, size } = saved;
  return (
    range.lowerPrice < range.upperPrice &&
    range.count <= MOST_CELLS &&
    range.count === cells.length &&
    start <= range.count &&
    cells.every(({ toSell }) => toSell <= size)
  );
};
