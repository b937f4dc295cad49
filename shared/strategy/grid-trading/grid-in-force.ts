import { sizeDown } from '../../domain/order/grid.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import { type Reason, reason } from '../../domain/reason.ts';
import type { MarketView, QuoteFill } from '../../domain/venue/view.ts';
import type { Learning } from '../memory.ts';
import { isPositive, maybe, recordOf } from '../plain-data.ts';
import type { DraftQuote } from '../quotes/draft.ts';
import { isGrid } from './grid-memory.ts';
import {
  gridFilled,
  gridLevels,
  gridQuotes,
  type GridRange,
  type GridState,
  startGrid,
} from './grid.ts';

/** A grid and the parameter its size was made from. */
export interface GridInForce {
  readonly grid: GridState;
  readonly quoteSizeUsd: number;
}

/** What says where a grid is, and how large its orders are. */
type GridParameters = Pick<
  Parameters,
  'spreadModel' | 'gridLowerPrice' | 'gridUpperPrice' | 'gridCount' | 'quoteSizeUsd'
>;

/**
 * The grid after the fills of this look: as it was, or a new one where there was none or its
 * parameters have changed. Undefined for other models.
 */
function gridAfter(
  before: GridInForce | undefined,
  view: Pick<MarketView, 'fills' | 'spec'>,
  mid: number,
  parameters: GridParameters,
): GridInForce | undefined {
  const range = rangeOf(parameters);
  if (range === undefined) return undefined;
  const { quoteSizeUsd } = parameters;
  const filled = before === undefined ? undefined : withFills(before, view.fills);
  if (
    filled !== undefined &&
    filled.quoteSizeUsd === quoteSizeUsd &&
    isSame(filled.grid.range, range)
  )
    return filled;
  const size = sizeDown(view.spec.lot, quoteSizeUsd / mid);
  return size > 0 ? { grid: startGrid(range, size, mid), quoteSizeUsd } : undefined;
}

function rangeOf({
  spreadModel,
  gridLowerPrice,
  gridUpperPrice,
  gridCount,
}: GridParameters): GridRange | undefined {
  if (spreadModel !== 'grid' || gridLowerPrice === undefined || gridUpperPrice === undefined)
    return undefined;
  return { lowerPrice: gridLowerPrice, upperPrice: gridUpperPrice, count: gridCount };
}

const isSame = (a: GridRange, b: GridRange): boolean =>
  a.lowerPrice === b.lowerPrice && a.upperPrice === b.upperPrice && a.count === b.count;

const withFills = (
  { grid: before, quoteSizeUsd }: GridInForce,
  fills: readonly QuoteFill[],
): GridInForce => ({
  grid: fills.reduce(
    (state, fill) => gridFilled(state, { ...fill, level: nearestLevel(state.range, fill.price) }),
    before,
  ),
  quoteSizeUsd,
});

/**
 * A resting order is filled at its own price, which is a level's but for the rounding to the tick.
 */
function nearestLevel(range: GridRange, price: number): number {
  const step = (range.upperPrice - range.lowerPrice) / range.count;
  return Math.max(0, Math.min(range.count, Math.round((price - range.lowerPrice) / step)));
}

/**
 * What the grid wants to rest, nearest first, so that the room to the cap goes to the orders
 * likeliest to fill.
 */
export function gridDraft(
  inForce: GridInForce | undefined,
  mid: number,
): { readonly quotes: readonly DraftQuote[]; readonly reasons: readonly Reason[] } {
  if (inForce === undefined)
    return {
      quotes: [],
      reasons: [reason('grid-too-small', 'quoteSizeUsd is less than one lot: there is no grid')],
    };
  const quotes = gridQuotes(inForce.grid, mid).toSorted(
    (a, b) => Math.abs(a.price - mid) - Math.abs(b.price - mid),
  );
  const levels = gridLevels(inForce.grid.range);
  const [lowest = mid, highest = mid] = [levels[0], levels.at(-1)];
  if (mid >= lowest && mid <= highest) return { quotes, reasons: [] };
  return {
    quotes,
    reasons: [
      reason('outside-grid', `the mid ${mid} is outside the grid from ${lowest} to ${highest}`),
    ],
  };
}

/** The grid in force; none under another model. */
export const grid: Learning<GridInForce | undefined, keyof GridParameters> = {
  version: 1,
  initial: undefined,
  isState: maybe(recordOf<GridInForce>({ grid: isGrid, quoteSizeUsd: isPositive })),
  observe: (before, { view, book, parameters }) => gridAfter(before, view, book.mid, parameters),
};
