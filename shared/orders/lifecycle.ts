import type { Fill } from '../domain/fill.ts';
import { type Grid, onLot } from '../domain/grid.ts';
import type { OrderCommand, PlaceQuote } from '../domain/order.ts';
import { type EpochMs, size, type Size } from '../domain/units.ts';
import type { CommandResult } from '../domain/venue-answers.ts';
import type { GoneOrder, Orders, WorkingOrder } from '../domain/working-order.ts';
import {
  ended,
  filledOf,
  isNumbered,
  isOnBook,
  isOrder,
  known,
  type Next,
  type OnBook,
  replaced,
  restingOf,
} from './order-states.ts';

/** Before sending: a quote exists from the moment it may reach the venue. */
export function ordersSent(orders: Orders, commands: readonly OrderCommand[], at: EpochMs): Orders {
  const toCancel = new Set(commands.flatMap((one) => (one.kind === 'cancel' ? [one.venueId] : [])));
  const places = commands.flatMap((one) => (one.kind === 'place' ? [asSending(one, at)] : []));
  const left = orders.working.map((order) =>
    isOnBook(order) && toCancel.has(order.venueId) ? cancelling(order) : order,
  );
  return { ...orders, working: [...left, ...places] };
}

/** Its cancel is on its way. */
export function cancelling(order: OnBook): WorkingOrder {
  const before = order.state === 'cancelling' ? order.before : restingOf(order);
  const state = 'cancelling';
  return { ...known(order), state, confirmedAt: undefined, stillListed: 0, before };
}

/**
 * After the answers: what was refused or withheld never was, what has no answer counts on, also
 * where the answers leave a command out. A confirmed cancel ends an order only if the venue says
 * how much of it had traded.
 */
export function ordersAnswered(
  orders: Orders,
  results: readonly CommandResult[],
  lot: Grid,
  at: EpochMs,
): Orders {
  const answered = results.reduce((all, result) => orderAnswered(all, result, lot, at), orders);
  return answered.working.some(({ state }) => state === 'sending')
    ? { ...answered, working: answered.working.map((order) => asGivenUp(order, at)) }
    : answered;
}

/** After the answers to a cancel of everything: what is on its way waits for its own. */
export const cancelsAnswered = (
  orders: Orders,
  results: readonly CommandResult[],
  lot: Grid,
  at: EpochMs,
): Orders => results.reduce((all, result) => orderAnswered(all, result, lot, at), orders);

/** What was on its way when nobody waits for its answer any more. */
export const asGivenUp = (order: WorkingOrder, at: EpochMs): WorkingOrder =>
  order.state === 'sending' ? { ...order, state: 'unknown', givenUpAt: at } : order;

function orderAnswered(orders: Orders, result: CommandResult, lot: Grid, at: EpochMs): Orders {
  const found = orders.working.find((order) => isNamed(order, result));
  if (found === undefined) return orders;
  if (result.kind !== 'place') return replaced(orders, found, cancelled(found, result, at));
  const next = placed(found, result, lot, at);
  // A list may have shown it before the answer, without an id of ours.
  const isTwice = (order: WorkingOrder): boolean =>
    order !== found && next !== undefined && isNumbered(next) && isOrder(order, next.venueId);
  const once = { ...orders, working: orders.working.filter((order) => !isTwice(order)) };
  return replaced(once, found, next);
}

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
    case 'cancelled':
    case 'gone':
    case 'reduced':
    case 'unknown':
      return asGivenUp(order, at);
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
      return { ...known(order), ...order.before };
    case 'placed':
    case 'reduced':
    case 'unknown':
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
    const working = all.working.find((order) => isOrder(order, fill.orderId));
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
  // Whether what an adopted order traded about then is part of what was seen of it, nobody can say:
  // only lists and later trades make less of it.
  const from = order.since + (order.adopted ? ADOPTED_WITHIN_MS : -CLOCKS_APART_MS);
  if (fill.at < from) return order;
  const booked = more(lot, order.booked, fill.size);
  const remaining = size(Math.min(order.remaining, less(lot, order.size, booked)));
  const next = { ...order, booked, remaining };
  return remaining === 0 ? ended(next, 'filled', order.size, fill.at) : next;
}

/** How far the venue's clock and ours may differ. */
const CLOCKS_APART_MS = 10_000;

/** That, and how long the list took that an order was adopted from. */
const ADOPTED_WITHIN_MS = 2 * CLOCKS_APART_MS;

/** Forgets the dead of before `until`. */
export const deadForgotten = (orders: Orders, until: EpochMs): Orders =>
  orders.gone.some(({ at }) => at < until)
    ? { ...orders, gone: orders.gone.filter(({ at }) => at >= until) }
    : orders;

const isNamed = (order: WorkingOrder, { kind, id }: CommandResult): boolean =>
  kind === 'place' ? order.clientId === id : isOrder(order, id);

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
  adopted: false,
});

const less = (lot: Grid, from: number, taken: number): Size =>
  size(Math.max(0, onLot(lot, from - taken)));
const more = (lot: Grid, to: number, added: number): Size => size(onLot(lot, to + added));
