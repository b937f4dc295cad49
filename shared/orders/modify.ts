import type { Grid } from '../domain/order/grid.ts';
import type { ModifyQuote, PlaceQuote } from '../domain/order/order.ts';
import { type EpochMs, size, type Size } from '../domain/units.ts';
import type { CommandOutcome } from '../domain/venue/venue-answers.ts';
import { less } from './lots.ts';
import {
  type Cancelling,
  cancelling,
  ended,
  filledOf,
  type Modifying,
  type Next,
  type Open,
  type Sending,
  type UnknownModify,
  type UnknownPlace,
  type Unnumbered,
  quoted,
} from './order-states.ts';

/** A quote exists from the moment it may reach the venue. */
export const asSending = (command: PlaceQuote | ModifyQuote, at: EpochMs): Sending => ({
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

export function asModifying(old: Open, command: ModifyQuote, at: EpochMs): Modifying {
  const { state: _, ...quote } = asSending(command, at);
  return { state: 'modifying', old, new: quote };
}

/** What the answer leaves of the old order and of the new; without one that tells, both stay. */
export function modifyAnswered(
  order: Modifying,
  outcome: CommandOutcome,
  lot: Grid,
  at: EpochMs,
): readonly Next[] {
  const refused = ended(order.new, 'refused', 0, at);
  switch (outcome.kind) {
    case 'modified':
      return [oldGone(order.old, outcome.oldFilled, at), asPlaced(order.new, outcome, lot, at)];
    case 'neither':
      return [oldGone(order.old, outcome.oldFilled, at), refused];
    case 'gone':
      return [oldGone(order.old, outcome.filled, at), refused];
    case 'refused':
    case 'rate-limited':
      return [oldStays(order.old, at), refused];
    case 'not-sent':
      return [oldStays(order.old, at)];
    case 'placed':
    case 'cancelled':
    case 'reduced':
    case 'unknown':
      return [order];
  }
}

export function asPlaced(
  order: Unnumbered,
  { venueId, filled }: { readonly venueId: string; readonly filled: Size },
  lot: Grid,
  at: EpochMs,
): Open {
  const remaining = less(lot, order.size, filled);
  const { clientId } = order;
  return { ...quoted(order), clientId, venueId, state: 'open', remaining, knownSince: at };
}

/** The old order is gone: what had traded of it may not be known yet. */
export const oldGone = (old: Open, filled: Size | 'all' | undefined, at: EpochMs): Next =>
  cancelConfirmed(cancelling(old), filled, at);

/** A confirmed cancel ends an order only if it is known how much of it had traded. */
export function cancelConfirmed(
  order: Cancelling,
  filled: Size | 'all' | undefined,
  at: EpochMs,
): Next {
  if (filled === 'all' || order.remaining === 0) return ended(order, 'filled', order.size, at);
  if (filled === undefined) return { ...order, confirmedAt: at };
  return ended(order, 'cancelled', Math.max(filled, filledOf(order)), at);
}

/** The old order is what it was, unless all of it has traded meanwhile. */
export const oldStays = (old: Open, at: EpochMs): Next =>
  old.remaining === 0 ? ended(old, 'filled', old.size, at) : old;

/** The old order is being cancelled beside it: from now on each has a fate of its own. */
export function apart({ old, new: quote, givenUpAt }: UnknownModify): [Cancelling, UnknownPlace] {
  return [cancelling(old), { ...quote, state: 'unknown', command: 'place', givenUpAt }];
}
