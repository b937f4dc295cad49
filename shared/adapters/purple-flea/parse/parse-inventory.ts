import * as z from 'zod/mini';
import { done, type VenueOutcome } from '../../../domain/failure.ts';
import { type Grid, isOnGrid, onLot } from '../../../domain/order/grid.ts';
import { FLAT, type Position } from '../../../domain/books/position.ts';
import { price, signedSize } from '../../../domain/units.ts';
import { numberField, positiveField, readAs, unreadable } from '../wire.ts';

const inventorySchema = z.object({
  net_size: z.nullish(numberField),
  net_delta_usd: z.nullish(numberField),
  average_entry_price: z.nullish(numberField),
  avg_entry_price: z.nullish(numberField),
  mark_price: z.nullish(positiveField),
});
export type SeenInventory = z.infer<typeof inventorySchema>;

/** GET /v1/mm/inventory. */
export function parseInventory(body: unknown): VenueOutcome<SeenInventory> {
  const read = readAs(inventorySchema, body, 'inventory');
  if (!read.ok) return read;
  const { net_size: size, net_delta_usd: delta } = read.value;
  if (typeof size === 'number' && typeof delta === 'number' && size * delta < 0)
    return unreadable('inventory: net_size and net_delta_usd have opposite signs');
  return read;
}

/** Only its value in USD is stated, and no price to convert it at. */
export const needsMid = (seen: SeenInventory): boolean =>
  typeof seen.net_size !== 'number' &&
  typeof seen.mark_price !== 'number' &&
  (seen.net_delta_usd ?? 0) !== 0;

/** In base units: as the venue states it, else its USD value at `mid` to the nearest lot. */
export function positionFrom(
  seen: SeenInventory,
  lot: Grid,
  mid: number | undefined,
): VenueOutcome<Position> {
  const size = baseSize(seen, lot, mid);
  if (!size.ok) return size;
  if (size.value === 0) return done(FLAT);
  if (!Number.isFinite(size.value))
    return unreadable('inventory: the position is too large to be a number');
  const entry = seen.average_entry_price ?? seen.avg_entry_price;
  if (typeof entry !== 'number' || entry <= 0)
    return unreadable('inventory: there is a position but no average_entry_price');
  return done({ size: signedSize(size.value), averageEntry: price(entry) });
}

function baseSize(seen: SeenInventory, lot: Grid, mid: number | undefined): VenueOutcome<number> {
  if (typeof seen.net_size === 'number') return done(withoutDust(lot, seen.net_size));
  if (typeof seen.net_delta_usd !== 'number')
    return unreadable('inventory: net_size and net_delta_usd are missing');
  const at = mid ?? seen.mark_price ?? undefined;
  if (seen.net_delta_usd === 0) return done(0);
  return at === undefined
    ? unreadable('inventory: net_delta_usd without any price to convert it at')
    : done(onLot(lot, seen.net_delta_usd / at));
}

/**
 * A sum of float sizes is put back on its lot; a position that truly is between two lots is left as
 * it is.
 */
export const withoutDust = (lot: Grid, value: number): number =>
  isOnGrid(lot, value) ? onLot(lot, value) : value;
