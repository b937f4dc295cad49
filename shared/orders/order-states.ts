import { type EpochMs, size } from '../domain/units.ts';
import type { GoneOrder, Orders, Resting, WorkingOrder } from '../domain/working-order.ts';

/** An order's end, kept for as long as anybody may still speak of it. */
export function ended(
  order: WorkingOrder,
  why: GoneOrder['why'],
  filled: number,
  at: EpochMs,
): GoneOrder {
  return {
    venueId: hasVenueId(order) ? order.venueId : undefined,
    clientId: order.clientId,
    side: order.side,
    price: order.price,
    level: order.level,
    size: order.size,
    filled: size(filled),
    booked: order.booked,
    since: order.since,
    why,
    at,
  };
}

/** What the venue said has traded of it so far. */
export const filledOf = ({ size: all, remaining }: WorkingOrder): number => all - remaining;

/** An order the venue has given an id. */
type Numbered = Extract<WorkingOrder, { venueId: string }>;

export type Cancelling = Extract<WorkingOrder, { state: 'cancelling' }>;

export type UnknownPlace = Extract<WorkingOrder, { state: 'unknown'; command: 'place' }>;

export type UnknownCancel = Extract<WorkingOrder, { state: 'unknown'; command: 'cancel' }>;

/** One of ours. */
export type OnBook = Exclude<Numbered, { state: 'foreign' }>;

export const hasVenueId = (order: WorkingOrder): order is Numbered => 'venueId' in order;

export const isOnBook = (order: WorkingOrder): order is OnBook =>
  hasVenueId(order) && order.state !== 'foreign';

export const isNumbered = (next: WorkingOrder | GoneOrder): next is Numbered =>
  'state' in next && hasVenueId(next);

/** Ours, and no cancel of it is under way. */
export const isResting = (order: WorkingOrder): order is Exclude<OnBook, { before: Resting }> =>
  isOnBook(order) && !('before' in order);

/** Something of it that nobody has answered for may still come to rest. */
export const mayArrive = (order: WorkingOrder): boolean =>
  order.state === 'sending' || (order.state === 'unknown' && order.command !== 'cancel');

/** Whether this is the order the venue calls so. */
export const isOrder = (order: WorkingOrder, venueId: string): boolean =>
  hasVenueId(order) && order.venueId === venueId;

/** The order without its state's own fields. */
export function known(order: Numbered): KnownOrder {
  const { venueId, clientId, side, level, price, remaining, booked, since, adopted } = order;
  const quote = { side, level, price, size: order.size, remaining, booked, since, adopted };
  return { venueId, clientId, ...quote };
}

type KnownOrder = Omit<Extract<WorkingOrder, { state: 'stranger' }>, 'state'>;

/** The fields of its state alone. */
export function restingOf(order: KnownOrder & Resting): Resting {
  switch (order.state) {
    case 'open':
      return { state: order.state, knownSince: order.knownSince };
    case 'missing':
      return { state: order.state, missingSince: order.missingSince };
    case 'stranger':
      return { state: order.state };
  }
}

/** What may follow a state: another one, an end, or nothing at all. */
export type Next = WorkingOrder | GoneOrder | undefined;

/** One order of the list replaced by what it is now; an ended one moves to the dead. */
export function replaced(orders: Orders, order: WorkingOrder, next: Next): Orders {
  if (next === order) return orders;
  const stays = next !== undefined && 'state' in next;
  const working = orders.working.flatMap((one) => {
    if (one !== order) return [one];
    return stays ? [next] : [];
  });
  return { working, gone: next === undefined || stays ? orders.gone : [...orders.gone, next] };
}
