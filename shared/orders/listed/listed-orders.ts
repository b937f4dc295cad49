import type { Grid } from '../../domain/order/grid.ts';
import type { OpenOrder } from '../../domain/order/order.ts';
import { size } from '../../domain/units.ts';
import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';
import type { GoneOrder, Orders, Resting, WorkingOrder } from '../../domain/order/working-order.ts';
import { adopt, type OrderOwner } from './adopt-order.ts';
import { modifyListed } from './listed-modify.ts';
import { orderListed } from './listed-order.ts';
import { listedRows, type OrderList } from './listed-rows.ts';

export interface ListedOrders {
  readonly orders: Orders;
  /** Something may have traded: our executions must be read before anything is decided. */
  readonly changed: boolean;
  /** For the log: a cancel that was confirmed and did not work, an order nobody here knows. */
  readonly odd: readonly string[];
}

/**
 * What a list says of our orders. What it shows rests; what it does not show is gone only if the
 * list is complete, was asked later, and the venue's lag has passed. The dead never revive.
 */
export function ordersListed(
  { working, gone }: Orders,
  list: OrderList,
  owner: OrderOwner,
  abilities: VenueAbilities,
  lot: Grid,
): ListedOrders {
  const rows = listedRows(list, working, abilities);
  const odd: string[] = [];
  const still: WorkingOrder[] = [];
  const dead: GoneOrder[] = [];
  let changed = false;
  for (const order of working) {
    const seen =
      'old' in order
        ? modifyListed(order, rows, list, abilities, lot)
        : orderListed(order, rows.take(order), list, abilities, lot, odd);
    changed ||= seen.changed;
    for (const next of seen.nexts)
      if ('state' in next) still.push(next);
      else dead.push(next);
  }
  const left: GoneOrder[] = [];
  for (const order of gone) {
    const found = rows.takeDead(order);
    const revenant = found === undefined ? undefined : listedThoughDead(order, found, list);
    if (revenant === undefined) left.push(order);
    else still.push(revenant);
  }
  for (const order of rows.rest()) {
    const adopted = adopt(order, list.askedAt, owner, abilities.ids, odd);
    if (adopted === undefined) continue;
    still.push(adopted);
    changed = true;
  }
  return { orders: { working: still, gone: [...left, ...dead] }, changed, odd };
}

/** An order that lists do not show any more and nothing explains, being cancelled or not. */
export const isMissing = (order: WorkingOrder): boolean =>
  order.state === 'missing' ||
  ('before' in order && order.before.state === 'missing' && !isConfirmed(order));

/** Its cancel is: lists only have to show that it is gone. */
const isConfirmed = (order: WorkingOrder): boolean =>
  order.state === 'cancelling' && order.confirmedAt !== undefined;

/** A cancelled order that a list asked after its end still shows is a cancel to be doubted. */
function listedThoughDead(
  dead: GoneOrder,
  found: OpenOrder,
  { askedAt }: OrderList,
): WorkingOrder | undefined {
  if (dead.why === 'filled' || askedAt < dead.at) return undefined;
  const { side, level, since, booked, early } = dead;
  const quote = { side, level, since, booked, early, size: dead.size, adopted: true };
  const { venueId, clientId, price } = found;
  // A row may be older than the one it was first seen by: no order grows.
  const remaining = size(Math.min(found.remaining, dead.size));
  const seen = { ...quote, venueId, clientId, price, remaining };
  const before: Resting = { state: 'stranger' };
  return dead.why === 'cancelled'
    ? { ...seen, state: 'cancelling', confirmedAt: dead.at, stillListed: 1, before }
    : { ...seen, ...before };
}
