import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';
import type { WorkingOrder } from '../../domain/order/working-order.ts';
import type { OrderList } from './listed-rows.ts';
import {
  type Cancelling,
  ended,
  filledOf,
  isResting,
  known,
  type Modifying,
  type Next,
  restingOf,
  type UnknownCancel,
  type UnknownPlace,
} from '../order-states.ts';

type Lags = Pick<VenueAbilities, 'arrivesWithinMs' | 'listsLagMs'>;

/** An order that a list does not show: gone only if the list is complete and asked late enough. */
export function unlisted(
  order: Exclude<WorkingOrder, Modifying>,
  list: OrderList,
  abilities: Lags,
): Next {
  const { complete, askedAt } = list;
  const { listsLagMs } = abilities;
  if (!complete) return order;
  switch (order.state) {
    case 'sending':
      return order;
    case 'unknown':
      return order.command === 'cancel'
        ? unlistedCancelSent(order, list, abilities)
        : unlistedPlace(order, list, abilities);
    case 'open':
      return askedAt >= order.knownSince + listsLagMs
        ? { ...known(order), state: 'missing', missingSince: askedAt }
        : order;
    case 'missing':
      return askedAt >= order.missingSince + listsLagMs
        ? ended(order, 'not listed any more', filledOf(order), askedAt)
        : order;
    case 'cancelling':
      return unlistedCancelling(order, list, abilities);
    case 'stranger':
      return { ...known(order), state: 'missing', missingSince: askedAt };
    case 'foreign':
      return undefined;
  }
}

/** It never rested, unless it can still arrive or lists may be older than its arrival. */
function unlistedPlace(
  order: UnknownPlace,
  { askedAt }: OrderList,
  { arrivesWithinMs, listsLagMs }: Lags,
): Next {
  return askedAt >= order.givenUpAt + arrivesWithinMs + listsLagMs
    ? ended(order, 'never arrived', 0, askedAt)
    : order;
}

function unlistedCancelling(order: Cancelling, list: OrderList, abilities: Lags): Next {
  const { askedAt } = list;
  if (order.confirmedAt === undefined) return unlistedCancelSent(order, list, abilities);
  return askedAt >= order.confirmedAt + abilities.listsLagMs
    ? ended(order, 'cancelled', filledOf(order), askedAt)
    : { ...order, stillListed: 0 };
}

/** While nobody confirms its cancel, an order ends as it would without one. */
function unlistedCancelSent(
  order: Cancelling | UnknownCancel,
  list: OrderList,
  abilities: Lags,
): Next {
  const next = unlisted({ ...known(order), ...order.before }, list, abilities);
  if (next === undefined || !('state' in next) || !isResting(next)) return next;
  return { ...order, before: restingOf(next) };
}
