import type { Grid } from '../../domain/order/grid.ts';
import type { VenueAbilities } from '../../domain/venue/venue-abilities.ts';
import { leftOf, type Listed, openedBy } from './listed-order.ts';
import type { ListedRows, OrderList } from './listed-rows.ts';
import { oldGone, oldStays } from '../modify.ts';
import { ended, known, type Modifying, type Next } from '../order-states.ts';

type Lags = Pick<VenueAbilities, 'arrivesWithinMs' | 'listsLagMs'>;

/**
 * A modify without an answer by the rows of its two orders. The new one proves that it was done:
 * the old one is gone, and what had traded of it is not known yet. Else only a complete list tells,
 * asked when the modify could no longer arrive and lists had caught up: it never did, and the old
 * one rests if it is shown. Until then nothing ends, whatever is shown.
 */
export function modifyListed(
  order: Modifying,
  rows: ListedRows,
  list: OrderList,
  abilities: Lags,
  lot: Grid,
): Listed {
  const { askedAt, heardAt } = list;
  const [oldRow, newRow] = [rows.take(order.old), rows.take(order.new)];
  const old =
    oldRow === undefined ? order.old : { ...order.old, remaining: leftOf(order.old, oldRow, lot) };
  if (newRow !== undefined)
    return listed(oldGone(old, undefined, heardAt), openedBy(order.new, newRow, lot, askedAt));
  const isUnseen = oldRow === undefined && list.complete && askedAt > old.knownSince;
  const changed = isUnseen || old.remaining < order.old.remaining;
  if (!isOver(order, list, abilities)) return { nexts: [{ ...order, old }], changed };
  const neverArrived = ended(order.new, 'never arrived', 0, askedAt);
  if (oldRow !== undefined || old.remaining === 0)
    return listed(oldStays(old, askedAt), neverArrived);
  return listed({ ...known(old), state: 'missing', missingSince: askedAt }, neverArrived);
}

const listed = (...nexts: readonly Next[]): Listed => ({
  nexts: nexts.filter((next) => next !== undefined),
  changed: true,
});

/** Whatever may have become of it has, and lists must show it. */
const isOver = (
  order: Modifying,
  { complete, askedAt }: OrderList,
  { arrivesWithinMs, listsLagMs }: Lags,
): boolean =>
  order.state === 'unknown' &&
  complete &&
  askedAt >= order.givenUpAt + arrivesWithinMs + listsLagMs;
