import { ratioToBps } from '../../domain/units.ts';
import { type Side, signOf } from '../../domain/side.ts';
import type { MarketTrade, MarketView } from '../../domain/view.ts';
import { type BrainState, FILLS_HALF_LIFE_SECONDS } from '../brain-state.ts';
import { observeRested, type RestedQuote } from './calibrate-intensity.ts';
import { observeReach } from './calibrate-reach.ts';
import { observeQuotes } from '../signals/fill-toxicity.ts';

/**
 * Half-life of what is known of fills at once: long enough for tens of quotes, short enough that a
 * market is soon tried again.
 */
export const OUTCOME_HALF_LIFE_MS = 600_000;

/**
 * What became of our quotes since the last look: how often they are filled by distance (A4, A5),
 * and whether at once (A13).
 */
export function observeFills(view: MarketView, state: BrainState): BrainState {
  const { last } = state;
  if (last === undefined)
    return { ...state, intensity: observeRested(state.intensity, [], view.now) };
  const reached = reachedSince(view.trades ?? [], last);
  return {
    ...state,
    intensity: observeRested(state.intensity, restedSince(view, last), view.now),
    reach:
      view.trades === undefined
        ? state.reach
        : observeReach(state.reach, reached, view.now, FILLS_HALF_LIFE_SECONDS),
    outcomes: observeQuotes(state.outcomes, fateOfNewQuotes(view, last.at), OUTCOME_HALF_LIFE_MS),
  };
}

/**
 * Quotes still resting, and those filled, at their distance from the mid they were left at, in bps.
 */
function restedSince(
  { now, orders, fills }: MarketView,
  last: { readonly at: number; readonly mid: number },
): readonly RestedQuote[] {
  const distance = (side: Side, price: number): number =>
    ratioToBps((signOf(side) * (last.mid - price)) / last.mid);
  const resting = orders
    .filter(({ state }) => state === 'open')
    .map(({ side, price, since }) => ({
      distance: distance(side, price),
      seconds: (now - Math.max(since, last.at)) / 1000,
      fills: 0,
    }));
  const filled = fills.map(({ side, price, size, at, orderId }) => {
    const rest = orders.find((order) => 'venueId' in order && order.venueId === orderId);
    return {
      distance: distance(side, price),
      // The time of what still rests is counted above.
      seconds: rest === undefined ? Math.max(0, at - last.at) / 1000 : 0,
      fills: size / (size + (rest?.remaining ?? 0)),
    };
  });
  return [...resting, ...filled];
}

/** Per side, how far beyond the last mid the furthest taker went, in bps; below zero: none did. */
function reachedSince(
  trades: readonly MarketTrade[],
  last: { readonly mid: number },
): readonly [number, number] {
  let [up, down] = [-Infinity, -Infinity];
  for (const { side, price } of trades) {
    const beyond = ratioToBps((signOf(side) * (price - last.mid)) / last.mid);
    if (side === 'buy') up = Math.max(up, beyond);
    else down = Math.max(down, beyond);
  }
  return [up, down];
}

/**
 * Of the quotes sent since the look before: at the next look it is known which of them rest and
 * which were filled.
 */
function fateOfNewQuotes(
  { now, orders, fills }: MarketView,
  since: number,
): Parameters<typeof observeQuotes>[1] {
  const filled = new Set(
    fills
      .filter(({ placedAt }) => placedAt !== undefined && placedAt >= since)
      .map(({ orderId }) => orderId),
  );
  const resting = orders.filter(
    (order) => order.since >= since && order.state === 'open' && !filled.has(order.venueId ?? ''),
  );
  return { at: now, placed: resting.length + filled.size, filledAtOnce: filled.size };
}
