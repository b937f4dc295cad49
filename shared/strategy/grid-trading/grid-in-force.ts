import { sizeDown } from '../../domain/grid.ts';
import type { Parameters } from '../../domain/parameters.ts';
import { type Reason, reason } from '../../domain/reason.ts';
import type { MarketView, QuoteFill } from '../../domain/view.ts';
import type { GridInForce } from '../brain-state.ts';
import type { DraftQuote } from '../quotes/draft.ts';
import { gridFilled, gridLevels, gridQuotes, type GridRange, startGrid } from './grid.ts';

/**
 * The grid after the fills of this look: as it was, or a new one where there was none or its
 * parameters have changed. Undefined for other models.
 */
export function gridAfter(
  before: GridInForce | undefined,
  view: Pick<MarketView, 'fills' | 'spec'>,
  mid: number,
  parameters: Parameters,
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
}: Parameters): GridRange | undefined {
  if (spreadModel !== 'grid' || gridLowerPrice === undefined || gridUpperPrice === undefined)
    return undefined;
  return { lowerPrice: gridLowerPrice, upperPrice: gridUpperPrice, count: gridCount };
}

const isSame = (a: GridRange, b: GridRange): boolean =>
  a.lowerPrice === b.lowerPrice && a.upperPrice === b.upperPrice && a.count === b.count;

const withFills = (
  { grid, quoteSizeUsd }: GridInForce,
  fills: readonly QuoteFill[],
): GridInForce => ({
  grid: fills.reduce(
    (state, fill) => gridFilled(state, { ...fill, level: nearestLevel(state.range, fill.price) }),
    grid,
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
