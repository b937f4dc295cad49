import type { Orders, WorkingOrder } from '../domain/order/working-order.ts';
import { apart } from './modify.ts';
import { cancelling, isOnBook, type OnBook } from './order-states.ts';

/** Ours that may rest and that the venue has given an id: what can be cancelled by it. */
export const idsOnBook = ({ working }: Orders): readonly string[] =>
  working.flatMap((order) => {
    if ('old' in order) return [order.old.venueId];
    return isToCancel(order) ? [order.venueId] : [];
  });

/** Everything of ours is being cancelled. */
export const allCancelling = (orders: Orders): Orders => ({
  ...orders,
  working: orders.working.flatMap((order): readonly WorkingOrder[] => {
    // One whose modify still waits for its answer hears of both by it.
    if ('old' in order) return order.state === 'unknown' ? apart(order) : [order];
    return [isToCancel(order) ? cancelling(order) : order];
  }),
});

/** Nothing of ours may rest: the cancel of each was confirmed, and no list shows it. */
export const isOffBook = ({ working }: Orders): boolean =>
  working.every((order) => order.state === 'foreign' || isConfirmed(order));

/** A cancel that was confirmed is not repeated until a list shows that it did not work. */
const isToCancel = (order: WorkingOrder): order is OnBook => isOnBook(order) && !isConfirmed(order);

const isConfirmed = (order: WorkingOrder): boolean =>
  order.state === 'cancelling' && order.confirmedAt !== undefined && order.stillListed === 0;
