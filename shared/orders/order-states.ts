import { type EpochMs, size } from '../domain/units.ts';
import type {
  GoneOrder,
  Leg,
  Orders,
  Resting,
  WorkingOrder,
} from '../domain/order/working-order.ts';

/** An order's end, kept for as long as anybody may still speak of it. */
export function ended(order: Leg, why: GoneOrder['why'], filled: number, at: EpochMs): GoneOrder {
  return {
    venueId: 'venueId' in order ? order.venueId : undefined,
    clientId: 'venueId' in order ? undefined : order.clientId,
    side: order.side,
    level: order.level,
    size: order.size,
    filled: size(filled),
    booked: order.booked,
    late: order.told?.late,
    early: order.early,
    since: order.since,
    why,
    at,
  };
}

/** What the venue said has traded of it so far. */
export const filledOf = ({ size: all, remaining }: Leg): number => all - remaining;

/** An order the venue has given an id. */
type Numbered = Extract<WorkingOrder, { venueId: string }>;

/** A quote without an id of the venue's, whatever is known of it besides. */
export type Unnumbered = Exclude<Leg, { venueId: string }>;

export type Sending = Extract<WorkingOrder, { state: 'sending' }>;

export type Open = Extract<WorkingOrder, { state: 'open' }>;

export type Cancelling = Extract<WorkingOrder, { state: 'cancelling' }>;

/** A modify without an answer, awaited or not. */
export type Modifying = Extract<WorkingOrder, { old: unknown }>;

export type UnknownModify = Extract<WorkingOrder, { state: 'unknown'; command: 'modify' }>;

export type UnknownPlace = Extract<WorkingOrder, { state: 'unknown'; command: 'place' }>;

export type UnknownCancel = Extract<WorkingOrder, { state: 'unknown'; command: 'cancel' }>;

/** One of ours. */
export type OnBook = Exclude<Numbered, { state: 'foreign' }>;

const isNumberedOrder = (order: WorkingOrder): order is Numbered => 'venueId' in order;

export const isOnBook = (order: WorkingOrder): order is OnBook =>
  isNumberedOrder(order) && order.state !== 'foreign';

export const isNumbered = (next: WorkingOrder | GoneOrder): next is Numbered =>
  'state' in next && isNumberedOrder(next);

/** Ours, and no cancel of it is under way. */
export const isResting = (order: WorkingOrder): order is Exclude<OnBook, { before: Resting }> =>
  isOnBook(order) && !('before' in order);

/** Something of it that nobody has answered for may still come to rest. */
export const mayArrive = (order: WorkingOrder): boolean =>
  order.state === 'sending' ||
  order.state === 'modifying' ||
  (order.state === 'unknown' && order.command !== 'cancel');

/** Nothing about it is under way or unexplained. */
export const isSettled = ({ state }: WorkingOrder): boolean =>
  state === 'open' || state === 'foreign';

/** Whether the venue calls it so. */
export const isCalled = (leg: Leg, venueId: string): boolean =>
  'venueId' in leg && leg.venueId === venueId;

/** The order without its state's own fields. */
export function known(order: KnownOrder): KnownOrder {
  const { venueId, clientId } = order;
  return { venueId, clientId, ...quoted(order) };
}

type KnownOrder = Extract<Leg, { venueId: string }>;

/** What every order has, whether the venue has given it an id or not. */
export function quoted(order: Leg): Omit<Leg, 'clientId'> {
  const { side, level, price, remaining, booked, since, adopted, early, told } = order;
  return {
    side,
    level,
    price,
    size: order.size,
    remaining,
    booked,
    since,
    adopted,
    ...(early === undefined ? {} : { early }),
    ...(told === undefined ? {} : { told }),
  };
}

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

/** A cancel of it is on its way. */
export const cancelling = (order: OnBook): Cancelling => ({
  ...known(order),
  state: 'cancelling',
  confirmedAt: undefined,
  stillListed: 0,
  before: 'before' in order ? order.before : restingOf(order),
});

/** What may follow a state: another one, an end, or nothing at all. */
export type Next = WorkingOrder | GoneOrder | undefined;

/** One order of the list replaced by what becomes of it; what ended moves to the dead. */
export function replaced(orders: Orders, order: WorkingOrder, ...nexts: readonly Next[]): Orders {
  const [next] = nexts;
  if (nexts.length === 1 && next === order) return orders;
  const after = nexts.filter((one) => one !== undefined);
  const still = after.filter((one) => 'state' in one);
  const dead = after.filter((one): one is GoneOrder => !('state' in one));
  const working = orders.working.flatMap((one) => (one === order ? still : [one]));
  return { working, gone: dead.length === 0 ? orders.gone : [...orders.gone, ...dead] };
}
