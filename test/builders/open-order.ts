import type { OpenOrder } from '#shared/domain/order.ts';
import { price, size } from '#shared/domain/units.ts';
import type { WorkingOrder } from '#shared/domain/working-order.ts';
import { START } from './market.ts';

type Open = Extract<WorkingOrder, { state: 'open' }>;

/** A bid of ours that rests. */
export const anOpenOrder = (over: Partial<Open> = {}): Open => ({
  state: 'open',
  knownSince: START,
  venueId: 'ord_1',
  clientId: 'q2.test.quote.BTC-PERP.buy.0.1.0',
  side: 'buy',
  level: 0,
  price: price(99_900),
  size: size(0.001),
  remaining: size(0.001),
  booked: size(0),
  since: START,
  adopted: false,
  ...over,
});

/** Every state an order that may trade can be in. */
export const STATES = [
  'sending',
  'unknown place',
  'unknown cancel',
  'open',
  'missing',
  'stranger',
  'cancelling',
  'foreign',
] as const;

type StateName = (typeof STATES)[number];

/** The same order in another state. */
export function inState(state: StateName, over: Partial<Open> = {}): WorkingOrder {
  const { state: _, knownSince, venueId, clientId, ...quote } = anOpenOrder(over);
  const id = clientId ?? 'c';
  const known = { ...quote, venueId, clientId };
  switch (state) {
    case 'open':
      return { ...known, state, knownSince };
    case 'sending':
      return { ...quote, clientId: id, state };
    case 'unknown place':
      return { ...quote, clientId: id, state: 'unknown', command: 'place', givenUpAt: START };
    case 'unknown cancel':
      return {
        ...known,
        state: 'unknown',
        command: 'cancel',
        before: { state: 'open', knownSince },
      };
    case 'missing':
      return { ...known, state, missingSince: START };
    case 'stranger':
      return { ...known, state };
    case 'foreign':
      return { ...known, state, of: 'a person' };
    case 'cancelling':
      return {
        ...known,
        state,
        confirmedAt: undefined,
        stillListed: 0,
        before: { state: 'open', knownSince },
      };
  }
}

/** As a list shows it. */
export const listedAs = (order: Open, over: Partial<OpenOrder> = {}): OpenOrder => ({
  venueId: order.venueId,
  clientId: order.clientId,
  side: order.side,
  price: order.price,
  remaining: order.remaining,
  ...over,
});
