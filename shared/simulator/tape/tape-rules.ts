import { grid, type Grid } from '../../domain/order/grid.ts';
import { recentIds } from './recent-ids.ts';
import { positiveNumber, requireOnGrid } from './tape-fields.ts';
import type { TapeMeta } from './tape-meta.ts';
import { refusal, shown, type TapePlace } from './tape-refusal.ts';

/** What the rows of one tape are checked against. */
export interface TapeRules {
  readonly place: TapePlace;
  readonly tick: Grid;
  /** @throws InputError unless the size at this price is a whole number of lots. */
  readonly requireLots: (size: number, price: number, field: string) => void;
  readonly fundingIntervalHours: number;
  /** Whether a trade of this id was there lately; it is from now on. */
  readonly isRepeated: (tradeId: string) => boolean;
}

export const tapeRules = (
  meta: TapeMeta,
  fundingIntervalHours: number,
  place: TapePlace,
): TapeRules => ({
  place,
  tick: grid(meta.tick),
  requireLots: lotsRule(meta, place),
  fundingIntervalHours,
  isRepeated: recentIds(),
});

/** @throws InputError */
export function requirePrice(value: unknown, field: string, { tick, place }: TapeRules): number {
  const price = positiveNumber(value, field, place);
  requireOnGrid(tick, price, field, 'tick', place);
  return price;
}

/** @throws InputError */
export function requireUncrossed(bid: number, ask: number, { place }: TapeRules): void {
  if (ask > bid) return;
  throw refusal(
    place,
    `the best bid ${bid} is not below the best ask ${ask}; a quote must not be locked or crossed`,
  );
}

/** @throws InputError */
export function requireReceiveTime(recv: unknown, { place }: TapeRules): void {
  if (recv === null || (typeof recv === 'number' && Number.isSafeInteger(recv) && recv >= 0))
    return;
  throw refusal(
    place,
    `recv is ${shown(recv)}; it must be null or a whole number of milliseconds since 1970`,
  );
}

/**
 * Half a unit of the eighth decimal, which inverse sizes are rounded to, and as much again for the
 * arithmetic.
 */
const INVERSE_SIZE_TOLERANCE = 1e-8;

function lotsRule(meta: TapeMeta, place: TapePlace): TapeRules['requireLots'] {
  const lot = grid(meta.lot);
  const { contractUsd } = meta;
  if (contractUsd === undefined)
    return (size, _price, field) => requireOnGrid(lot, size, field, 'lot', place);
  return (size, price, field) => {
    const contracts = Math.round((size * price) / contractUsd);
    if (
      contracts === 0 ||
      Math.abs((contracts * contractUsd) / price - size) > INVERSE_SIZE_TOLERANCE
    ) {
      throw refusal(
        place,
        `${field} ${size} at ${price} is not a whole number of contracts; one is ${contractUsd} USD`,
      );
    }
    requireOnGrid(lot, contracts, `${field} in contracts`, 'lot', place);
  };
}
