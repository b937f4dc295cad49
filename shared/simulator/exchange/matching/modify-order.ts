import { done, failed, type Outcome } from '../../../domain/failure.ts';
import { floorIndex, nearestIndex } from '../../../domain/order/grid.ts';
import { malformed } from './malformed-order.ts';
import type { Modified, ModifyFailure, Replacement } from './order-entry.ts';
import { type PlaceContext, placeOrder } from './place-order.ts';
import type { SimulatedOrder } from './resting-orders.ts';

/**
 * Cancels an open order, then places another as if the first had never been: what is no order at
 * all changes nothing, what is not accepted leaves neither.
 */
export function modifyOrder(
  context: PlaceContext,
  old: SimulatedOrder,
  to: Replacement,
  sweep: () => void,
): Outcome<Modified, ModifyFailure> {
  const wrong = context.market && malformed(context, context.market);
  if (wrong !== undefined) return failed({ kind: 'refused', because: wrong });
  const inPlaceOf = keepsPlace(context, old, to) ? old : undefined;
  old.status = 'cancelled';
  old.closedBecause = 'replaced by its owner';
  const placed = placeOrder({ ...context, inPlaceOf });
  sweep();
  return placed.ok
    ? done({ ...placed.value, old })
    : failed({ kind: 'neither', old, because: placed.failure });
}

function keepsPlace(
  { market }: PlaceContext,
  old: SimulatedOrder,
  { shrinksInPlace, price, size }: Replacement,
): boolean {
  if (market === undefined || !shrinksInPlace) return false;
  const { tick, lot } = market.feed.spec;
  return nearestIndex(tick, price) === old.tick && floorIndex(lot, size) <= old.remainingLots;
}
