import type { Fill } from '../domain/fill.ts';
import { type Grid, onLot } from '../domain/grid.ts';
import type { OrderCommand, PlaceQuote } from '../domain/order.ts';
import { type EpochMs, size, type Size } from '../domain/units.ts';
import type { CommandResult } from '../domain/venue-answers.ts';
import type { GoneOrder, Orders, WorkingOrder } from '../domain/working-order.ts';

/** Before sending: a quote exists from the moment it may reach the venue. */
export function ordersSent(orders: Orders, commands: readonly OrderCommand[], at: EpochMs): Orders {
  const cancelled = new Set(
    commands.flatMap((one) => (one.kind === 'cancel' ? [one.venueId] : [])),
  );
  const placed = commands.flatMap((one) => (one.kind === 'place' ? [asSending(one, at)] : []));
  const left = orders.working.map((order): WorkingOrder => {
    if (!hasVenueId(order) || order.state === 'foreign' || !cancelled.has(order.venueId))
      return order;
    return { ...known(order), state: 'cancelling', confirmedAt: undefined, stillListed: 0 };
  });
  return { ...orders, working: [...left, ...placed] };
}

/**
 * After the answers: what was refused or withheld never was, what has no answer counts on.
 * A confirmed cancel ends an order only if the venue says how much of it had traded.
 */
export function ordersAnswered(
  orders: Orders,
  results: readonly CommandResult[],
  lot: Grid,
  at: EpochMs,
): Orders {
  return results.reduce((all, result) => orderAnswered(all, result, lot, at), orders);
}

function orderAnswered(orders: Orders, result: CommandResult, lot: Grid, at: EpochMs): Orders {
  const found = orders.working.find((order) => isNamed(order, result));
  if (found === undefined) return orders;
  const next =
    result.kind === 'place' ? placed(found, result, lot, at) : cancelled(found, result, at);
  return replaced(orders, found, next);
}

type Next = WorkingOrder | GoneOrder | undefined;

function placed(order: WorkingOrder, { outcome }: CommandResult, lot: Grid, at: EpochMs): Next {
  if (order.state !== 'sending') return order;
  switch (outcome.kind) {
    case 'placed': {
      const { state: _, ...quote } = order;
      const remaining = less(lot, quote.size, outcome.filled);
      return { ...quote, state: 'open', venueId: outcome.venueId, remaining, knownSince: at };
    }
    case 'refused':
    case 'rate-limited':
      return ended(order, 'refused', 0, at);
    case 'not-sent':
      return undefined;
    default:
      return { ...order, state: 'unknown' };
  }
}

function cancelled(order: WorkingOrder, { outcome }: CommandResult, at: EpochMs): Next {
  if (order.state !== 'cancelling') return order;
  switch (outcome.kind) {
    case 'cancelled':
    case 'gone':
      if (outcome.filled === 'all') return ended(order, 'filled', order.size, at);
      if (outcome.filled === undefined) return { ...order, confirmedAt: at };
      return ended(order, 'cancelled', Math.max(outcome.filled, filledOf(order)), at);
    case 'refused':
    case 'rate-limited':
    case 'not-sent':
      return { ...known(order), state: 'open', knownSince: at };
    default:
      return order;
  }
}

/** Fills as they are booked: each tells what its order has left, and ends it with the last lot. */
export function ordersFilled(
  orders: Orders,
  fills: readonly Pick<Fill, 'orderId' | 'size' | 'at'>[],
  lot: Grid,
): Orders {
  return fills.reduce((all, fill) => {
    const working = all.working.find(
      (order) => hasVenueId(order) && order.venueId === fill.orderId,
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

function afterFill(order: WorkingOrder, fill: Pick<Fill, 'size' | 'at'>, lot: Grid): Next {
  // What an order traded before we saw it is no part of the size it was seen with.
  if (fill.at < order.since - CLOCKS_APART_MS) return order;
  const booked = more(lot, order.booked, fill.size);
  const remaining = size(Math.min(order.remaining, less(lot, order.size, booked)));
  const next = { ...order, booked, remaining };
  return remaining === 0 ? ended(next, 'filled', order.size, fill.at) : next;
}

/** How far the venue's clock and ours may differ. */
const CLOCKS_APART_MS = 10_000;

/** Forgets the dead of before `until`. */
export const deadForgotten = (orders: Orders, until: EpochMs): Orders =>
  orders.gone.some(({ at }) => at < until)
    ? { ...orders, gone: orders.gone.filter(({ at }) => at >= until) }
    : orders;

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

export const hasVenueId = (
  order: WorkingOrder,
): order is Exclude<WorkingOrder, { state: 'sending' | 'unknown' }> =>
  order.state !== 'sending' && order.state !== 'unknown';

/** The order without its state's own fields. */
export function known(order: Extract<WorkingOrder, { venueId: string }>): KnownOrder {
  const { venueId, clientId, side, level, price, remaining, booked, since } = order;
  return { venueId, clientId, side, level, price, size: order.size, remaining, booked, since };
}

type KnownOrder = Omit<Extract<WorkingOrder, { state: 'stranger' }>, 'state'>;

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

const isNamed = (order: WorkingOrder, { kind, id }: CommandResult): boolean =>
  kind === 'place' ? order.clientId === id : hasVenueId(order) && order.venueId === id;

const asSending = (command: PlaceQuote, at: EpochMs): WorkingOrder => ({
  state: 'sending',
  clientId: command.clientId,
  side: command.side,
  level: command.level,
  price: command.price,
  size: command.size,
  remaining: command.size,
  booked: size(0),
  since: at,
});

const less = (lot: Grid, from: number, taken: number): Size =>
  size(Math.max(0, onLot(lot, from - taken)));
const more = (lot: Grid, to: number, added: number): Size => size(onLot(lot, to + added));
