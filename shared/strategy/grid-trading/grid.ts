import { InvariantError } from '../../domain/failure.ts';
import { signOf, type Side } from '../../domain/order/side.ts';
import { requireAtLeast, requireFinite, requirePositive } from '../../math/require.ts';

/** `count` steps between two prices, so `count + 1` levels, numbered from 0 at the lower price. */
export interface GridRange {
  readonly lowerPrice: number;
  readonly upperPrice: number;
  readonly count: number;
}

/**
 * A grid as `count` cells: cell i buys at level i and sells at level i + 1, one spacing higher.
 * What it has bought it may sell and the other way round, so a fill's counter-order one spacing
 * away is never forgotten nor placed twice. Plain data of fixed size.
 */
export interface GridState {
  readonly range: GridRange;
  /** Size of each order, in base units. */
  readonly size: number;
  /**
   * The level next to the price at the start, which had no order: cells below began with a buy, the
   * others with a sell.
   */
  readonly start: number;
  readonly cells: readonly GridCell[];
  /** Times a cell came back to where it began. */
  readonly roundTrips: number;
  /** What those earned, net of the fees of both sides. */
  readonly realisedUsd: number;
  /**
   * Base units filled at a level where nothing of ours should have rested: not in `realisedUsd`.
   */
  readonly unmatchedSize: number;
  /** Ids of the latest fills, so that one reported again is not counted again. */
  readonly counted: readonly string[];
}

export interface GridCell {
  /**
   * Base units to sell at the upper level; the rest of the size is to be bought at the lower one.
   */
  readonly toSell: number;
  /** Cash of the round trip under way, fees included. */
  readonly cashUsd: number;
}

/** Prices of all levels, each computed from its index: the last is `upperPrice` exactly. */
export function gridLevels(range: GridRange): readonly number[] {
  requirePositive('lowerPrice', range.lowerPrice);
  requirePositive('upperPrice', range.upperPrice);
  if (range.lowerPrice >= range.upperPrice)
    throw new InvariantError(
      `lowerPrice must be below upperPrice, was ${range.lowerPrice} of ${range.upperPrice}`,
    );
  if (!Number.isInteger(range.count) || range.count < 1 || range.count > MOST_CELLS)
    throw new InvariantError(
      `count must be a whole number from 1 to ${MOST_CELLS}, was ${range.count}`,
    );
  return Array.from({ length: range.count + 1 }, (_, level) => levelPrice(range, level));
}

export const MOST_CELLS = 1000;

function levelPrice({ lowerPrice, upperPrice, count }: GridRange, level: number): number {
  if (level === 0) return lowerPrice;
  return level === count ? upperPrice : (lowerPrice * (count - level) + upperPrice * level) / count;
}

/**
 * @throws InvariantError when the range is empty, `count` is not whole and 1 to 1000, or `size`
 * (base units) or `price` is not above zero.
 */
export function startGrid(range: GridRange, size: number, price: number): GridState {
  const levels = gridLevels(range);
  requirePositive('size', size);
  requirePositive('price', price);
  const nearest = Math.round(
    ((price - range.lowerPrice) / (range.upperPrice - range.lowerPrice)) * range.count,
  );
  const start = Math.max(0, Math.min(range.count, nearest));
  const cells = levels.slice(1).map((_, cell) => ({ toSell: cell < start ? 0 : size, cashUsd: 0 }));
  return {
    range,
    size,
    start,
    cells,
    roundTrips: 0,
    realisedUsd: 0,
    unmatchedSize: 0,
    counted: [],
  };
}

export interface GridQuote {
  readonly side: Side;
  /** Its index in `gridLevels`. */
  readonly level: number;
  readonly price: number;
  /** Base units. */
  readonly size: number;
}

/**
 * What should rest: buys strictly below the mid and sells strictly above it, at most one per level.
 * An order on the wrong side of the mid is held back: its fill may only be on its way to us, and
 * placing it again would double it.
 */
export function gridQuotes({ range, size, cells }: GridState, mid: number): readonly GridQuote[] {
  requirePositive('mid', mid);
  const quotes: GridQuote[] = [];
  cells.forEach(({ toSell }, cell) => {
    const [buyAt, sellAt] = [levelPrice(range, cell), levelPrice(range, cell + 1)];
    if (buyAt < mid && toSell < size)
      quotes.push({ side: 'buy', level: cell, price: buyAt, size: size - toSell });
    if (sellAt > mid && toSell > 0)
      quotes.push({ side: 'sell', level: cell + 1, price: sellAt, size: toSell });
  });
  return quotes;
}

export interface GridFill {
  /** The venue's, unique. */
  readonly id: string;
  readonly side: Side;
  /** Of the quote that was filled. */
  readonly level: number;
  readonly price: number;
  /** Base units. */
  readonly size: number;
  /** What the fee did to our cash: a cost is negative. */
  readonly feeUsd: number;
}

/**
 * Books a fill, once, in whatever order fills are reported; a part of an order frees that part of
 * its counter-order. O(count).
 */
export function gridFilled(state: GridState, fill: GridFill): GridState {
  requirePositive('price', fill.price);
  requirePositive('size', fill.size);
  requireFinite('feeUsd', fill.feeUsd);
  requireAtLeast('level', fill.level, 0);
  if (state.counted.includes(fill.id)) return state;
  const counted = [...state.counted, fill.id].slice(-MOST_REMEMBERED);
  const index = fill.side === 'buy' ? fill.level : fill.level - 1;
  const cell = state.cells[index];
  const resting =
    cell === undefined ? 0 : fill.side === 'buy' ? state.size - cell.toSell : cell.toSell;
  const taken = Math.min(fill.size, resting);
  const unmatchedSize = state.unmatchedSize + (fill.size - taken);
  if (cell === undefined || taken === 0) return { ...state, counted, unmatchedSize };
  const sign = signOf(fill.side);
  const cashUsd = cell.cashUsd - sign * fill.price * taken + fill.feeUsd * (taken / fill.size);
  const toSell = snapped(cell.toSell + sign * taken, state.size);
  const back = toSell === (index < state.start ? 0 : state.size);
  return {
    ...state,
    counted,
    unmatchedSize,
    cells: state.cells.with(index, { toSell, cashUsd: back ? 0 : cashUsd }),
    roundTrips: state.roundTrips + (back ? 1 : 0),
    realisedUsd: state.realisedUsd + (back ? cashUsd : 0),
  };
}

/** A report of the same fill again comes soon after the first. */
const MOST_REMEMBERED = 100;

/** Takes the float dust off a sum of fills that make up a whole order. */
function snapped(toSell: number, size: number): number {
  if (toSell < size * DUST) return 0;
  return toSell > size * (1 - DUST) ? size : toSell;
}

const DUST = 1e-9;
