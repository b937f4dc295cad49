import { opposite, type Side } from '../../../domain/order/side.ts';
import { betterness } from './displayed-side.ts';
import type { ExternalBook } from './external-book.ts';
import { fewerLots, type Lots, lots, lotsLess, NO_LOTS, wholeLots } from './lots.ts';
import { type FillModel, seenInQueue } from './queue-position.ts';
import type { RestingOrders, SimulatedOrder } from './resting-orders.ts';

/**
 * Fills up to `wanted` of a resting order and says how many it took: a reduce-only order may take
 * fewer.
 */
export type FillResting = (order: SimulatedOrder, wanted: Lots) => Lots;

/**
 * Who of the resting orders trades when somebody else's taker prints at `tick`.
 * Better-priced orders trade first, whatever the model; at the same price the model decides.
 * Together they never trade more than was printed.
 */
export function fillOnTrade(
  resting: RestingOrders,
  tick: number,
  printed: Lots,
  side: Side,
  model: FillModel,
  fill: FillResting,
): void {
  let left = printed;
  const fillFromLeft = (order: SimulatedOrder): void => {
    if (left > 0) left = lotsLess(left, fill(order, fewerLots(left, order.remainingLots)));
  };
  const atPrice: SimulatedOrder[] = [];
  for (const order of resting.all()) {
    const through = betterness(side, order.tick, tick);
    if (through < 0) break;
    if (through === 0) atPrice.push(order);
    else fillFromLeft(order);
  }
  if (model === 'queue') fillFromQueue(atPrice, left, fill);
  if (model === 'touch') atPrice.forEach(fillFromLeft);
}

/**
 * What was displayed ahead trades first; each order only waits for what is ahead of it and not
 * ahead of those before it. How much is ahead is an estimate and may be a fraction; what reaches an
 * order is the whole lots of the rest.
 */
function fillFromQueue(atPrice: readonly SimulatedOrder[], printed: Lots, fill: FillResting): void {
  let left: number = printed;
  let consumedAhead = 0;
  for (const order of atPrice) {
    const ahead = Math.max(0, order.queue.aheadLots - consumedAhead);
    const waitFor = Math.min(left, ahead);
    consumedAhead += waitFor;
    left -= waitFor;
    order.queue = {
      ...order.queue,
      aheadLots: ahead - waitFor,
      tradedLots: order.queue.tradedLots + consumedAhead,
    };
    const reaching = waitFor === ahead ? wholeLots(left) : NO_LOTS;
    if (reaching > 0) left -= fill(order, fewerLots(reaching, order.remainingLots));
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
  let used = NO_LOTS;
  for (const order of resting.all()) {
    if (betterness(side, order.tick, against) < 0) break;
    const there = book.lotsAtOrBetter(opposite(side), order.tick);
    const offered = lotsLess(there, fewerLots(there, used));
    if (offered > 0) used = lots(used + fill(order, fewerLots(offered, order.remainingLots)));
  }
}

/** Moves every order's place in its queue to what is displayed now. */
export function updateQueues(resting: RestingOrders, book: ExternalBook, side: Side): void {
  for (const order of resting.all()) {
    const shown = book.shownLots(side, order.tick);
    if (shown !== undefined) order.queue = seenInQueue(order.queue, shown);
  }
}
