import { type ClientOrderId, parseClientOrderId } from '../domain/client-order-id.ts';
import type { Grid } from '../domain/grid.ts';
import { onLot } from '../domain/grid.ts';
import type { OpenOrder } from '../domain/order.ts';
import { type EpochMs, size } from '../domain/units.ts';
import type { VenueAbilities } from '../domain/venue-abilities.ts';
import type { GoneOrder, Orders, WorkingOrder } from '../domain/working-order.ts';
import { ended, filledOf, hasVenueId, known } from './lifecycle.ts';

/** A list of resting orders, and as of when it speaks: it proves nothing of what came later. */
export interface OrderList {
  readonly orders: readonly OpenOrder[];
  /** False when it may have been cut: what it does not show is then not gone. */
  readonly complete: boolean;
  readonly askedAt: EpochMs;
}

/** Whose orders are ours. */
export interface OrderOwner {
  readonly deployment: string;
  readonly symbol: string;
  readonly fence: number;
}

export interface ListedOrders {
  readonly orders: Orders;
  /** Something may have traded: our executions must be read before anything is decided. */
  readonly changed: boolean;
  /** For the log: a cancel that was confirmed and did not work, an order nobody here knows. */
  readonly odd: readonly string[];
}

type Abilities = Pick<VenueAbilities, 'arrivesWithinMs' | 'listsLagMs' | 'ids'>;

/**
 * What a list says of our orders. What it shows rests; what it does not show is gone only if the
 * list is complete, was asked later, and the venue's lag has passed. The dead never revive.
 */
export function ordersListed(
  { working, gone }: Orders,
  list: OrderList,
  owner: OrderOwner,
  abilities: Abilities,
  lot: Grid,
): ListedOrders {
  const unmatched = new Set(list.orders);
  const odd: string[] = [];
  const still: WorkingOrder[] = [];
  const dead: GoneOrder[] = [];
  let changed = false;
  for (const order of working) {
    const found = list.orders.find((one) => unmatched.has(one) && isSame(order, one));
    if (found !== undefined) unmatched.delete(found);
    const next =
      found === undefined ? unlisted(order, list, abilities) : shown(order, found, list, lot, odd);
    changed ||= hasChanged(order, next, found !== undefined, list);
    if ('state' in next) still.push(next);
    else dead.push(next);
  }
  const left: GoneOrder[] = [];
  for (const order of gone) {
    const found = list.orders.find((one) => unmatched.has(one) && isSameAsDead(order, one));
    if (found !== undefined) unmatched.delete(found);
    const revenant = found === undefined ? undefined : listedThoughDead(order, found, list);
    if (revenant === undefined) left.push(order);
    else still.push(revenant);
  }
  for (const order of unmatched) {
    const adopted = adopt(order, list.askedAt, owner, abilities.ids, odd);
    if (adopted !== undefined) {
      still.push(adopted);
      changed = true;
    }
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
  if (!hasVenueId(order)) {
    const { state: _, ...quote } = order;
    return { ...quote, remaining, state: 'open', venueId: found.venueId, knownSince: askedAt };
  }
  switch (order.state) {
    case 'open':
    case 'stranger':
    case 'foreign':
      return remaining === order.remaining ? order : { ...order, remaining };
    case 'missing':
      return { ...known(order), remaining, state: 'open', knownSince: askedAt };
    case 'cancelling': {
      if (order.confirmedAt === undefined || askedAt < order.confirmedAt)
        return { ...order, remaining };
      const stillListed = order.stillListed + 1;
      if (stillListed < LOOKS_OF_A_FAILED_CANCEL) return { ...order, remaining, stillListed };
      odd.push(`the cancel of ${order.venueId} was confirmed and did not work`);
      return { ...known(order), remaining, state: 'stranger' };
    }
  }
}

/** An order still listed by so many looks after its cancel was confirmed has not been cancelled. */
const LOOKS_OF_A_FAILED_CANCEL = 2;

function unlisted(
  order: WorkingOrder,
  { complete, askedAt }: OrderList,
  { arrivesWithinMs, listsLagMs }: Abilities,
): WorkingOrder | GoneOrder {
  if (!complete) return order;
  switch (order.state) {
    case 'sending':
      return order;
    case 'unknown':
      return askedAt >= order.since + arrivesWithinMs + listsLagMs
        ? ended(order, 'never arrived', 0, askedAt)
        : order;
    case 'open':
      return askedAt >= order.knownSince + listsLagMs
        ? { ...known(order), state: 'missing', missingSince: askedAt }
        : order;
    case 'missing':
      return askedAt >= order.missingSince + listsLagMs
        ? ended(order, 'not listed any more', filledOf(order), askedAt)
        : order;
    case 'cancelling':
      return order.confirmedAt !== undefined && askedAt >= order.confirmedAt + listsLagMs
        ? ended(order, 'cancelled', filledOf(order), askedAt)
        : { ...order, stillListed: 0 };
    case 'stranger':
      return { ...known(order), state: 'missing', missingSince: askedAt };
    case 'foreign':
      return ended(order, 'not listed any more', filledOf(order), askedAt);
  }
}

/** A list asked before an order was known cannot tell that it is missing. */
function hasChanged(
  order: WorkingOrder,
  next: WorkingOrder | GoneOrder,
  listed: boolean,
  { complete, askedAt }: OrderList,
): boolean {
  if (!('state' in next)) return true;
  if (next.remaining < order.remaining) return true;
  return !listed && complete && order.state === 'open' && askedAt > order.knownSince;
}

/** A cancelled order that a list asked after its end still shows is a cancel to be doubted. */
function listedThoughDead(
  dead: GoneOrder,
  found: OpenOrder,
  { askedAt }: OrderList,
): WorkingOrder | undefined {
  if (dead.why === 'filled' || askedAt < dead.at) return undefined;
  const { clientId, side, price, level, since, booked } = dead;
  const quote = { clientId, side, price, level, since, booked, size: dead.size };
  const seen = { ...quote, venueId: found.venueId, remaining: found.remaining };
  return dead.why === 'cancelled'
    ? { ...seen, state: 'cancelling', confirmedAt: dead.at, stillListed: 1 }
    : { ...seen, state: 'stranger' };
}

/** An order this session did not know of; undefined for one that is counted elsewhere. */
function adopt(
  order: OpenOrder,
  since: EpochMs,
  owner: OrderOwner,
  ids: boolean,
  odd: string[],
): WorkingOrder | undefined {
  const id = order.clientId === undefined ? undefined : parseClientOrderId(order.clientId);
  const { venueId, clientId, side, price, remaining } = order;
  const seen = {
    venueId,
    clientId,
    side,
    price,
    remaining,
    size: remaining,
    booked: size(0),
    since,
  };
  const whose = ownerOf(id, order, owner, ids);
  switch (whose) {
    case 'ours':
      return { ...seen, state: 'open', level: levelOf(id), knownSince: since };
    case 'our hedge':
      return undefined;
    case 'nobody here':
      odd.push(`order ${venueId} bears an id of ours that nobody here knows`);
      return { ...seen, state: 'stranger', level: levelOf(id) };
    case 'another deployment':
    case 'a person':
      odd.push(
        `order ${venueId} is ${whose === 'a person' ? "a person's" : "another deployment's"}`,
      );
      return { ...seen, state: 'foreign', of: whose, level: -1 };
  }
}

const levelOf = (id: ClientOrderId | undefined): number => (id?.role === 'quote' ? id.level : -1);

function ownerOf(
  id: ClientOrderId | undefined,
  { side }: OpenOrder,
  owner: OrderOwner,
  ids: boolean,
): 'ours' | 'our hedge' | 'nobody here' | 'another deployment' | 'a person' {
  if (id === undefined) return ids ? 'a person' : 'nobody here';
  if (id.deployment !== owner.deployment) return 'another deployment';
  if (id.role !== 'quote') return 'our hedge';
  const fits = id.symbol === owner.symbol && id.side === side && id.fence <= owner.fence;
  return fits ? 'ours' : 'nobody here';
}

function isSame(order: WorkingOrder, listed: OpenOrder): boolean {
  if (hasVenueId(order)) return order.venueId === listed.venueId;
  return order.clientId === listed.clientId;
}

const isSameAsDead = (order: GoneOrder, listed: OpenOrder): boolean =>
  order.venueId === undefined
    ? order.clientId !== undefined && order.clientId === listed.clientId
    : order.venueId === listed.venueId;
