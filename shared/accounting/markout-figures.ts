import {
  MARKOUT_SHOWN_MS,
  type MarkoutCell,
  type MarkoutGroup,
  type MarkoutHorizonMs,
} from '../domain/books/markouts.ts';
import { ratioToBps } from '../domain/units.ts';
import { addSums, NO_MARKOUTS } from './markout-cells.ts';

/**
 * What the mid did after fills, per horizon. Positive is in our favour, but for adverse selection,
 * which is a cost.
 */
interface MarkoutFigures {
  /** Fills measured, and fills whose mid at the horizon came too late. */
  readonly fills: number;
  readonly dropped: number;
  /**
   * Mean over fills of side x (mid at the horizon - fill price) / fill price; before fees. The
   * figures are undefined without fills.
   */
  readonly averageBps: number | undefined;
  /** The same weighted by the fills' USD: this x volumeUsd is markoutUsd. */
  readonly sizeWeightedBps: number | undefined;
  /**
   * Of averageBps, from the spread of the fills taken as independent: fills of one burst are not,
   * so it flatters. Undefined below two fills.
   */
  readonly standardErrorBps: number | undefined;
  /** Share of the fills with a markout below zero: they would have been worth more unfilled. */
  readonly losingShare: number | undefined;
  /**
   * How far the mid moved against the fills since the mid at the fill, weighted by USD: edge at the
   * fill - markout.
   */
  readonly adverseSelectionBps: number | undefined;
  readonly averageLateMs: number | undefined;
  readonly markoutUsd: number;
  readonly volumeUsd: number;
}

/**
 * Markouts at one horizon (E4) of the groups selected, of all of them by default: `{ liquidity:
 * 'maker', side: 'buy', level: 0 }`.
 */
export function markoutFigures(
  cells: readonly MarkoutCell[],
  horizonMs: MarkoutHorizonMs,
  where: Partial<MarkoutGroup> = {},
): MarkoutFigures {
  const sums = cells
    .filter((cell) => cell.horizonMs === horizonMs && isSelected(cell, where))
    .reduce(addSums, NO_MARKOUTS);
  const { fills, dropped, volumeUsd } = sums;
  const perFill = (sum: number): number | undefined => (fills === 0 ? undefined : sum / fills);
  const perUsd = (sum: number): number | undefined =>
    volumeUsd === 0 ? undefined : ratioToBps(sum / volumeUsd);
  const variance =
    fills < 2 ? undefined : Math.max(0, sums.squaredBps - sums.bps ** 2 / fills) / (fills - 1);
  return {
    fills,
    dropped,
    averageBps: perFill(sums.bps),
    sizeWeightedBps: perUsd(sums.usd),
    standardErrorBps: variance === undefined ? undefined : Math.sqrt(variance / fills),
    losingShare: perFill(sums.losing),
    adverseSelectionBps: perUsd(sums.edgeUsd - sums.usd),
    averageLateMs: perFill(sums.lateMs),
    markoutUsd: sums.usd,
    volumeUsd,
  };
}

/** Quotes' markouts at one horizon by side and level (E4), the nearest level first. */
export function markoutsByQuote(
  cells: readonly MarkoutCell[],
  horizonMs: MarkoutHorizonMs,
): readonly (Pick<MarkoutGroup, 'side' | 'level'> &
  Pick<MarkoutFigures, 'fills' | 'averageBps'>)[] {
  return cells
    .filter((cell) => cell.horizonMs === horizonMs && cell.liquidity === 'maker')
    .toSorted((a, b) => rank(a) - rank(b))
    .map(({ side, level, fills, bps }) => ({
      side,
      level,
      fills,
      averageBps: fills === 0 ? undefined : bps / fills,
    }));
}

/** Bids before asks, and what has no level last. */
const rank = ({ side, level }: MarkoutGroup): number =>
  2 * (level === 'none' ? Infinity : level) + (side === 'buy' ? 0 : 1);

/**
 * Losing fills / fills (E6): the share of quote fills whose 30 s markout, the mid then against the
 * price of the fill, is below zero. Hedges are not quotes and are left out; undefined before the
 * first quote fill is 30 s old.
 */
export const adverseSelectionRatio = (cells: readonly MarkoutCell[]): number | undefined =>
  markoutFigures(cells, MARKOUT_SHOWN_MS, { liquidity: 'maker' }).losingShare;

const isSelected = (
  cell: MarkoutCell,
  { side, level, liquidity }: Partial<MarkoutGroup>,
): boolean =>
  (side === undefined || cell.side === side) &&
  (level === undefined || cell.level === level) &&
  (liquidity === undefined || cell.liquidity === liquidity);
