import { opposite, type Side } from '../../../domain/side.ts';
import { betterness } from './displayed-side.ts';
import type { ExternalBook } from './external-book.ts';
import { type FillModel, seenInQueue } from './queue-position.ts';
import type { RestingOrders, SimulatedOrder } from './resting-orders.ts';

/**
 * Fills up to `lots` of a resting order and says how many it took: a reduce-only order may take
 * fewer.
 */
export type FillResting = (order: SimulatedOrder, lots: number) => number;

/**
 * Who of the resting orders trades when somebody else's taker prints `lots` at `tick`.
 * Better-priced orders trade first, whatever the model; at the same price the model decides.
 * Together they never trade more than was printed.
 */
export function fillOnTrade(
  resting: RestingOrders,
  tick: number,
  lots: number,
  side: Side,
  model: FillModel,
  fill: FillResting,
): void {
  let left = lots;
  const atPrice: SimulatedOrder[] = [];
  for (const order of resting.all()) {
    const through = betterness(side, order.tick, tick);
    if (through < 0) break;
    if (through === 0) atPrice.push(order);
    else if (left > 0) left -= fill(order, Math.min(left, order.remainingLots));
  }
  if (model === 'queue') fillFromQueue(atPrice, left, fill);
  if (model === 'touch') {
    for (const order of atPrice)
      if (left > 0) left -= fill(order, Math.min(left, order.remainingLots));
  }
}

/**
 * What was displayed ahead trades first; each order only waits for what is ahead of it and not
 * ahead of those before it.
 */
function fillFromQueue(atPrice: readonly SimulatedOrder[], lots: number, fill: FillResting): void {
  let left = lots;
  let consumedAhead = 0;
  for (const order of atPrice) {
    const waitFor = Math.min(left, Math.max(0, order.queue.aheadLots - consumedAhead));
    consumedAhead += waitFor;
    left -= waitFor;
    order.queue = {
      ...order.queue,
      aheadLots: Math.max(0, order.queue.aheadLots - consumedAhead),
      tradedLots: order.queue.tradedLots + consumedAhead,
    };
    if (left > 0 && order.queue.aheadLots === 0)
      left -= fill(order, Math.min(left, order.remainingLots));
  }
}

/**
 * Somebody now bids at or above our ask (or offers at or below our bid): he would have traded with
 * us, at our price.
 */
export function fillOnCross(
  resting: RestingOrders,
  book: ExternalBook,
  side: Side,
  fill: FillResting,
): void {
  const against = book.touchTick(opposite(side));
  const best = resting.best();
  if (against === undefined || best === undefined || betterness(side, best.tick, against) < 0)
    return;
  let used = 0;
  for (const order of resting.all()) {
    if (betterness(side, order.tick, against) < 0) break;
    const offered = book.lotsAtOrBetter(opposite(side), order.tick) - used;
    if (offered > 0) used += fill(order, Math.min(offered, order.remainingLots));
  }
}

/** Moves every order's place in its queue to what is displayed now. */
export function updateQueues(resting: RestingOrders, book: ExternalBook, side: Side): void {
  for (const order of resting.all()) {
    const shown = book.shownLots(side, order.tick);
    if (shown !== undefined) order.queue = seenInQueue(order.queue, shown);
  }
}
