import type { Grid } from '../domain/grid.ts';
import { onLot } from '../domain/grid.ts';
import type { OpenOrder } from '../domain/order.ts';
import { type EpochMs, size } from '../domain/units.ts';
import type { VenueAbilities } from '../domain/venue-abilities.ts';
import type { GoneOrder, Orders, Resting, WorkingOrder } from '../domain/working-order.ts';
import { adopt, type OrderOwner } from './adopt-order.ts';
import { ListedRows, type OrderList } from './listed-rows.ts';
import { unlisted } from './unlisted-order.ts';
import { type Cancelling, known, type Next, type OnBook } from './order-states.ts';

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
  const rows = new ListedRows(list, working, abilities);
  const odd: string[] = [];
  const still: WorkingOrder[] = [];
  const dead: GoneOrder[] = [];
  let changed = false;
  for (const order of working) {
    const found = rows.take(order);
    const next =
      found === undefined ? unlisted(order, list, abilities) : shown(order, found, list, lot, odd);
    changed ||= hasChanged(order, next, found !== undefined, list);
    if (next === undefined) continue;
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

function shown(
  order: WorkingOrder,
  found: OpenOrder,
  { askedAt }: OrderList,
  lot: Grid,
  odd: string[],
): WorkingOrder {
  const remaining = size(onLot(lot, Math.min(order.remaining, found.remaining)));
  switch (order.state) {
    case 'sending':
      return asOpen(order, found.venueId, remaining, askedAt);
    case 'unknown':
      return order.command === 'place'
        ? asOpen(order, found.venueId, remaining, askedAt)
        : { ...order, before: seenAgain(order.before, askedAt), remaining };
    case 'open':
    case 'stranger':
    case 'foreign':
      return remaining === order.remaining ? order : { ...order, remaining };
    case 'missing':
      return { ...known(order), remaining, state: 'open', knownSince: askedAt };
    case 'cancelling':
      return { ...shownCancelling(order, askedAt, odd), remaining };
  }
}

function asOpen(
  order: Extract<WorkingOrder, { state: 'sending' } | { command: 'place' }>,
  venueId: string,
  remaining: WorkingOrder['remaining'],
  knownSince: EpochMs,
): WorkingOrder {
  const { clientId, side, level, price, size: all, booked, since, adopted } = order;
  const quote = { clientId, side, level, price, size: all, booked, since, adopted };
  return { ...quote, remaining, state: 'open', venueId, knownSince };
}

function shownCancelling(order: Cancelling, askedAt: EpochMs, odd: string[]): OnBook {
  const before = seenAgain(order.before, askedAt);
  if (order.confirmedAt === undefined || askedAt < order.confirmedAt) return { ...order, before };
  const stillListed = order.stillListed + 1;
  if (stillListed < LOOKS_OF_A_FAILED_CANCEL) return { ...order, before, stillListed };
  odd.push(`the cancel of ${order.venueId} was confirmed and did not work`);
  return { ...known(order), state: 'stranger' };
}

const seenAgain = (before: Resting, askedAt: EpochMs): Resting =>
  before.state === 'missing' ? { state: 'open', knownSince: askedAt } : before;

/** An order still listed by so many looks after its cancel was confirmed has not been cancelled. */
const LOOKS_OF_A_FAILED_CANCEL = 2;

/** A list asked before an order was known cannot tell that it is missing. */
function hasChanged(
  order: WorkingOrder,
  next: Next,
  listed: boolean,
  { complete, askedAt }: OrderList,
): boolean {
  if (next === undefined || !('state' in next)) return true;
  if (next.remaining < order.remaining) return true;
  return !listed && complete && order.state === 'open' && askedAt > order.knownSince;
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
  const { clientId, side, price, level, since, booked } = dead;
  const quote = { clientId, side, price, level, since, booked, size: dead.size, adopted: true };
  const seen = { ...quote, venueId: found.venueId, remaining: found.remaining };
  const before: Resting = { state: 'stranger' };
  return dead.why === 'cancelled'
    ? { ...seen, state: 'cancelling', confirmedAt: dead.at, stillListed: 1, before }
    : { ...seen, ...before };
}
