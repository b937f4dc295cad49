import type { Parameters } from '../../domain/parameters/parameters.ts';
import { SIDES, signOf } from '../../domain/order/side.ts';
import { bpsToRatio } from '../../domain/units.ts';
import type { DraftQuote } from './draft.ts';

export type LadderParameters = Pick<
  Parameters,
  'levels' | 'levelSpacingBps' | 'levelSizeStep' | 'quoteSizeUsd'
>;

export interface LadderInput {
  readonly parameters: LadderParameters;
  readonly mid: number;
  /** The middle of the nearest bid and ask. */
  readonly reservationPrice: number;
  readonly halfSpreadBps: number;
  /** Multiplies every size, 0 to 1. */
  readonly sizeFactor: number;
}

/**
 * Level i is half + i x spacing from the reservation price and base x (1 + i x step) large (A7;
 * S2). Nearest first: the room to the cap goes to them first.
 */
export function ladder({
  parameters,
  mid,
  reservationPrice,
  halfSpreadBps,
  sizeFactor,
}: LadderInput): readonly DraftQuote[] {
  const { levels, levelSpacingBps, levelSizeStep, quoteSizeUsd } = parameters;
  const base = (quoteSizeUsd * sizeFactor) / mid;
  const quotes: DraftQuote[] = [];
  for (let level = 0; level < levels; level += 1) {
    const away = mid * bpsToRatio(halfSpreadBps + level * levelSpacingBps);
    const size = base * (1 + level * levelSizeStep);
    for (const side of SIDES)
      quotes.push({ side, level, price: reservationPrice - signOf(side) * away, size });
  }
  return quotes;
}
