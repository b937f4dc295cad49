import { type Grid, onLot } from '../../domain/order/grid.ts';
import type { OpenOrder } from '../../domain/order/order.ts';
import { type EpochMs, size, type Size } from '../../domain/units.ts';
import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';
import type { GoneOrder, Leg, Resting, WorkingOrder } from '../../domain/order/working-order.ts';
import type { OrderList } from './listed-rows.ts';
import {
  type Cancelling,
  known,
  type Modifying,
  type Next,
  type OnBook,
  type Open,
  quoted,
  type Unnumbered,
} from '../order-states.ts';
import { unlisted } from './unlisted-order.ts';

/** What a list makes of an order. */
export interface Listed {
  readonly nexts: readonly (WorkingOrder | GoneOrder)[];
  /** Something of it may have traded. */
  readonly changed: boolean;
}

/** One order by its row of the list, if there is one. */
export function orderListed(
  order: Exclude<WorkingOrder, Modifying>,
  row: OpenOrder | undefined,
  list: OrderList,
  abilities: VenueAbilities,
  lot: Grid,
  odd: string[],
): Listed {
  const next =
    row === undefined ? unlisted(order, list, abilities) : shown(order, row, list, lot, odd);
  return {
    nexts: next === undefined ? [] : [next],
    changed: hasChanged(order, next, row !== undefined, list),
  };
}

function shown(
  order: Exclude<WorkingOrder, Modifying>,
  row: OpenOrder,
  { askedAt }: OrderList,
  lot: Grid,
  odd: string[],
): WorkingOrder {
  const remaining = leftOf(order, row, lot);
  switch (order.state) {
    case 'sending':
      return openedBy(order, row, lot, askedAt);
    case 'unknown':
      return order.command === 'place'
        ? openedBy(order, row, lot, askedAt)
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

/** No list makes more of it than there was. */
export const leftOf = (order: Leg, row: OpenOrder, lot: Grid): Size =>
  size(onLot(lot, Math.min(order.remaining, row.remaining)));

/** A quote without an id that rests, as its row shows. */
export function openedBy(order: Unnumbered, row: OpenOrder, lot: Grid, knownSince: EpochMs): Open {
  const { clientId } = order;
  const { venueId } = row;
  const remaining = leftOf(order, row, lot);
  return { ...quoted(order), clientId, venueId, remaining, state: 'open', knownSince };
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
  order: Exclude<WorkingOrder, Modifying>,
  next: Next,
  listed: boolean,
  { complete, askedAt }: OrderList,
): boolean {
  if (next === undefined || !('state' in next)) return true;
  if ('remaining' in next && next.remaining < order.remaining) return true;
  return !listed && complete && order.state === 'open' && askedAt > order.knownSince;
}
