import type { Fill } from '../domain/books/fill.ts';
import type { Grid } from '../domain/order/grid.ts';
import { type EpochMs, size } from '../domain/units.ts';
import {
  type GoneOrder,
  type Leg,
  legsOf,
  type Orders,
  type WorkingOrder,
} from '../domain/order/working-order.ts';
import { less, more } from './lots.ts';
import { ended, filledOf, isCalled, type Next, replaced } from './order-states.ts';

/** Fills as they are booked: each tells what its order has left, and ends it with the last lot. */
export function ordersFilled(
  orders: Orders,
  fills: readonly Pick<Fill, 'orderId' | 'size' | 'at'>[],
  lot: Grid,
): Orders {
  return fills.reduce((all, fill) => {
    const working = all.working.find((order) =>
      legsOf(order).some((leg) => isCalled(leg, fill.orderId)),
    );
    if (working !== undefined) return replaced(all, working, afterFill(working, fill, lot));
    const gone = all.gone.map((order): GoneOrder => {
      if (order.venueId !== fill.orderId) return order;
      const booked = more(lot, order.booked, fill.size);
      return { ...order, booked, filled: size(Math.max(order.filled, booked)) };
    });
    return { ...all, gone };
  }, orders);
}

/** One that is being modified ends with the modify: to its last lot traded, it is not replaced. */
function afterFill(order: WorkingOrder, fill: Pick<Fill, 'size' | 'at'>, lot: Grid): Next {
  if ('old' in order) return { ...order, old: withTrade(order.old, fill, lot) };
  const next = withTrade(order, fill, lot);
  return next.remaining === 0 && next !== order ? ended(next, 'filled', order.size, fill.at) : next;
}

function withTrade<Order extends Leg>(
  order: Order,
  fill: Pick<Fill, 'size' | 'at'>,
  lot: Grid,
): Order {
  // Whether what an adopted order traded about then is part of what was seen of it, nobody can say:
  // only lists and later trades make less of it.
  const from = order.since + (order.adopted ? ADOPTED_WITHIN_MS : -CLOCKS_APART_MS);
  if (fill.at < from)
    return order.adopted ? { ...order, early: more(lot, order.early ?? 0, fill.size) } : order;
  const booked = more(lot, order.booked, fill.size);
  const remaining = size(Math.min(order.remaining, less(lot, order.size, booked)));
  return { ...order, booked, remaining };
}

/**
 * What adopted orders traded about then, where lists had to show it by `shownUntil`: what they told
 * of is booked by it, and the rest was no part of their size. Those that are gone no less.
 */
export function earlySettled(orders: Orders, shownUntil: EpochMs, lot: Grid): Orders {
  const settled = <One extends Early>(one: One, filled: number): One => {
    const { early, booked, since } = one;
    if (early === undefined || since + ADOPTED_WITHIN_MS > shownUntil) return one;
    const told = less(lot, filled, booked);
    return { ...one, booked: more(lot, booked, Math.min(told, early)), early: undefined };
  };
  return {
    working: orders.working.map((order) =>
      'old' in order ? order : settled(order, filledOf(order)),
    ),
    gone: orders.gone.map((order) => settled(order, order.filled)),
  };
}

type Early = Pick<GoneOrder, 'early' | 'booked' | 'since'>;

/** How far the venue's clock and ours may differ. */
const CLOCKS_APART_MS = 10_000;

/** That, and how long the list took that an order was adopted from. */
const ADOPTED_WITHIN_MS = 2 * CLOCKS_APART_MS;
