import { type Reason, reason } from '../domain/reason.ts';
import { type OrderChange, withoutQuotes } from '../orders/diff-orders.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import type { MarketState } from './state.ts';

interface Roomed {
  readonly change: OrderChange;
  /** Why it is not all that was to be placed, if so. */
  readonly why: readonly Reason[];
}

/**
 * What of it there is room for, the nearest first: every order that ends is remembered for as long
 * as lists may lag, and a session holds only so many.
 */
export function roomed(change: OrderChange, state: MarketState, rules: Rules): Roomed {
  const room = roomToPlace(state, rules);
  const { modify, place } = change;
  if (modify.length + place.length <= room) return { change, why: [] };
  const why = [
    reason('many-orders', `so many orders ended lately that only ${room} are placed now`),
  ];
  // A modify ends one order and makes another: without room for all of them none is made.
  if (modify.length > room) return { change: withoutQuotes(change, () => false), why };
  const nearest = place.toSorted((a, b) => a.level - b.level);
  return { change: { ...change, place: nearest.slice(0, room - modify.length) }, why };
}

/**
 * At once while few are remembered; then no faster than they are forgotten, so that some always
 * rest.
 */
function roomToPlace({ orders, control }: MarketState, { abilities }: Rules): number {
  const { mostOrders, plentyOrders } = MARKET_BOUNDS;
  const ours = orders.working.filter((order) => order.state !== 'foreign');
  const remembered = ours.length + orders.gone.length;
  const { requoteIntervalMs } = control.parameters.values;
  const shareOfMemory = requoteIntervalMs / deadMemoryMs(abilities);
  const steady = Math.ceil((mostOrders - plentyOrders) * shareOfMemory);
  return Math.max(
    0,
    Math.min(mostOrders - remembered, Math.max(plentyOrders - remembered, steady)),
  );
}

/** For so long a late execution or a lagging list may speak of an order that ended. */
export const deadMemoryMs = ({ listsLagMs, arrivesWithinMs }: Rules['abilities']): number =>
  listsLagMs + arrivesWithinMs;
