import type { Grid } from '../domain/order/grid.ts';
import type { OrderCommand } from '../domain/order/order.ts';
import type { EpochMs } from '../domain/units.ts';
import type { CommandOutcome, CommandResult } from '../domain/venue/venue-answers.ts';
import type { Orders, WorkingOrder } from '../domain/order/working-order.ts';
import {
  apart,
  asModifying,
  asPlaced,
  asSending,
  cancelConfirmed,
  modifyAnswered,
} from './modify.ts';
import {
  type Cancelling,
  cancelling,
  ended,
  isNumbered,
  isOnBook,
  known,
  type Next,
  replaced,
  type Sending,
} from './order-states.ts';

/** Before sending: a quote exists from the moment it may reach the venue. */
export function ordersSent(orders: Orders, commands: readonly OrderCommand[], at: EpochMs): Orders {
  const toCancel = new Set(commands.flatMap((one) => (one.kind === 'cancel' ? [one.venueId] : [])));
  const toModify = new Map(
    commands.flatMap((one) => (one.kind === 'modify' ? [[one.venueId, one] as const] : [])),
  );
  const left = orders.working.flatMap((order): readonly WorkingOrder[] => {
    if (order.state === 'unknown' && order.command === 'modify')
      return toCancel.has(order.old.venueId) ? apart(order) : [order];
    if (!isOnBook(order)) return [order];
    if (toCancel.has(order.venueId)) return [cancelling(order)];
    const modify = order.state === 'open' ? toModify.get(order.venueId) : undefined;
    if (order.state !== 'open' || modify === undefined) return [order];
    toModify.delete(order.venueId);
    return [asModifying(order, modify, at)];
  });
  const places = commands.filter((one) => one.kind === 'place');
  // A modify of what is not open here makes an order all the same.
  const sending = [...places, ...toModify.values()].map((one) => asSending(one, at));
  return { ...orders, working: [...left, ...sending] };
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
  const heard = results.reduce((all, result) => orderAnswered(all, result, lot, at), orders);
  return { ...heard, working: heard.working.map((order) => asGivenUp(order, at)) };
}

/** What is said of it when nobody waits for the answer to its command any more. */
export function asGivenUp(order: WorkingOrder, at: EpochMs): WorkingOrder {
  const state = 'unknown';
  if (order.state === 'sending') return { ...order, state, command: 'place', givenUpAt: at };
  if (order.state === 'modifying') return { ...order, state, command: 'modify', givenUpAt: at };
  if (order.state !== 'cancelling' || order.confirmedAt !== undefined) return order;
  return { ...known(order), state, command: 'cancel', before: order.before };
}

/** After the answers to a cancel of everything: what is on its way waits for its own. */
export const cancelsAnswered = (
  orders: Orders,
  results: readonly CommandResult[],
  lot: Grid,
  at: EpochMs,
): Orders => results.reduce((all, result) => orderAnswered(all, result, lot, at), orders);

function orderAnswered(orders: Orders, result: CommandResult, lot: Grid, at: EpochMs): Orders {
  const found = orders.working.find((order) => isNamed(order, result));
  if (found === undefined) return orders;
  const nexts = answered(found, result, lot, at);
  // A list may have shown what rests now before the answer, without an id of ours.
  const rests = nexts.flatMap((next) =>
    next !== undefined && isNumbered(next) ? [next.venueId] : [],
  );
  const isTwice = (order: WorkingOrder): boolean =>
    order !== found && 'venueId' in order && rests.includes(order.venueId);
  const once = { ...orders, working: orders.working.filter((order) => !isTwice(order)) };
  return replaced(once, found, ...nexts);
}

function answered(
  order: WorkingOrder,
  { outcome }: CommandResult,
  lot: Grid,
  at: EpochMs,
): readonly Next[] {
  if (order.state === 'sending') return [placed(order, outcome, lot, at)];
  if (order.state === 'modifying') return modifyAnswered(order, outcome, lot, at);
  if (order.state === 'cancelling') return [cancelled(order, outcome, at)];
  // Known by a list before the answer came.
  return [order];
}

function placed(order: Sending, outcome: CommandOutcome, lot: Grid, at: EpochMs): Next {
  switch (outcome.kind) {
    case 'placed':
      return asPlaced(order, outcome, lot, at);
    case 'refused':
    case 'rate-limited':
      return ended(order, 'refused', 0, at);
    case 'not-sent':
      return undefined;
    case 'modified':
    case 'neither':
    case 'cancelled':
    case 'gone':
    case 'reduced':
    case 'unknown':
      return order;
  }
}

function cancelled(order: Cancelling, outcome: CommandOutcome, at: EpochMs): Next {
  switch (outcome.kind) {
    case 'cancelled':
    case 'gone':
      return cancelConfirmed(order, outcome.filled, at);
    case 'refused':
    case 'rate-limited':
    case 'not-sent':
      return { ...known(order), ...order.before };
    case 'placed':
    case 'modified':
    case 'neither':
    case 'reduced':
    case 'unknown':
      return order;
  }
}

/** Forgets the dead of before `until`, unless something they traded early is not settled yet. */
export const deadForgotten = (orders: Orders, until: EpochMs): Orders => ({
  ...orders,
  gone: orders.gone.filter(({ at, early }) => at >= until || early !== undefined),
});

/** Whether the answer is to the command that this order waits for. */
function isNamed(order: WorkingOrder, { kind, id }: CommandResult): boolean {
  if (kind === 'cancel') return isOnBook(order) && order.venueId === id;
  return ('old' in order ? order.new.clientId : order.clientId) === id;
}
