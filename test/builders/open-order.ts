import type { DesiredQuote, OpenOrder, RequoteTolerance } from '#shared/domain/order/order.ts';
import { type EpochMs, size, usd } from '#shared/domain/units.ts';
import type { WorkingOrder } from '#shared/domain/order/working-order.ts';
import { diffOrders, type ModifyRules, type OrderChange } from '#shared/orders/diff-orders.ts';
import { aWorkingOrder, START } from './market.ts';

type Open = Extract<WorkingOrder, { state: 'open' }>;

/** A bid of ours that rests, of 0.001 whatever remains of it. */
export const anOpenOrder = (over: Partial<Open> = {}): Open =>
  aWorkingOrder({ size: size(0.001), ...over });

/** Every state an order that may trade can be in. */
export const STATES = [
  'sending',
  'modifying',
  'unknown place',
  'unknown modify',
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
  const { state: _, knownSince, venueId, clientId = 'c', ...quote } = anOpenOrder(over);
  const known = { ...quote, venueId, clientId };
  const open = { state: 'open', knownSince } as const;
  const replacing = { old: { ...known, ...open }, new: { ...quote, clientId: `${clientId}-new` } };
  const states: Readonly<Record<StateName, WorkingOrder>> = {
    open: { ...known, ...open },
    sending: { ...quote, clientId, state: 'sending' },
    modifying: { ...replacing, state: 'modifying' },
    'unknown place': { ...quote, clientId, state: 'unknown', command: 'place', givenUpAt: START },
    'unknown modify': { ...replacing, state: 'unknown', command: 'modify', givenUpAt: START },
    'unknown cancel': { ...known, state: 'unknown', command: 'cancel', before: open },
    missing: { ...known, state: 'missing', missingSince: START },
    stranger: { ...known, state: 'stranger' },
    foreign: { ...known, state: 'foreign', of: 'a person' },
    cancelling: {
      ...known,
      state: 'cancelling',
      confirmedAt: undefined,
      stillListed: 0,
      before: open,
    },
  };
  return states[state];
}

/** What a venue takes that cannot modify. */
export const NO_MODIFY: ModifyRules = { ability: 'none', minNotionalUsd: usd(10) };

/** What is to be cancelled and placed at such a venue. */
export function changeOf(
  desired: readonly DesiredQuote[],
  working: readonly WorkingOrder[],
  tolerance: RequoteTolerance,
  now: EpochMs,
): Pick<OrderChange, 'cancel' | 'place'> {
  const { cancel, place } = diffOrders(desired, working, tolerance, NO_MODIFY, now);
  return { cancel, place };
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
