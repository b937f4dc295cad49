type OrderState = 'rests' | 'filled' | 'cancelled' | 'gone';

/** Words of the vendor's pages for an order that cannot trade any more. */
const ENDED: ReadonlyMap<string, OrderState> = new Map([
  ['filled', 'filled'],
  ['cancelled', 'cancelled'],
  ['canceled', 'cancelled'],
  ['expired', 'cancelled'],
  ['rejected', 'gone'],
  ['closed', 'gone'],
]);

/**
 * What a status says of an order. A word that nobody knows counts as resting: an order that is
 * overlooked is worse than one that is not there.
 */
export const orderState = (status: unknown): OrderState =>
  (typeof status === 'string' ? ENDED.get(status.toLowerCase()) : undefined) ?? 'rests';
