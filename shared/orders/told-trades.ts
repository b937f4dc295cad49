import type { Grid } from '../domain/order/grid.ts';
import { type EpochMs, size } from '../domain/units.ts';
import type { Orders, WorkingOrder } from '../domain/order/working-order.ts';
import { less } from './lots.ts';

/**
 * Orders with what was told of their trades by `at`: what was told of by `shownUntil` is late
 * unless it is booked.
 */
export const toldNoted = (orders: Orders, at: EpochMs, shownUntil: EpochMs, lot: Grid): Orders => ({
  ...orders,
  working: orders.working.map((order) => withTold(order, at, shownUntil, lot)),
});

/** One moment is waited for at a time, so that what is told of after it puts nothing off. */
function withTold(order: WorkingOrder, at: EpochMs, shownUntil: EpochMs, lot: Grid): WorkingOrder {
  if ('old' in order) return order;
  const { told, booked } = order;
  const filled = less(lot, order.size, order.remaining);
  if (filled <= booked) return told === undefined ? order : { ...order, told: undefined };
  const late = told?.late ?? size(0);
  if (told === undefined) return { ...order, told: { late, filled, at } };
  if (late === filled) return order;
  const waits = told.filled > Math.max(late, booked) && told.at > shownUntil;
  return waits ? order : { ...order, told: { late: told.filled, filled, at } };
}
