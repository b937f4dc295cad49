import type { DesiredQuote, RequoteTolerance } from '../domain/order.ts';
import type { WorkingOrder } from '../domain/working-order.ts';
import { isOnBook, mayArrive, type OnBook } from './order-states.ts';
import { signOf } from '../domain/side.ts';
import { ratioToBps, type EpochMs } from '../domain/units.ts';

/** The smallest change that turns what works into what is wanted. */
export interface OrderChange {
  readonly cancel: readonly OnBook[];
  readonly place: readonly DesiredQuote[];
}

/**
 * What to cancel and what to place so that just the wanted rests. While the fate of an order is
 * unknown, or a confirmed cancel is still listed, everything is cancelled and nothing placed.
 */
export function diffOrders(
  desired: readonly DesiredQuote[],
  working: readonly WorkingOrder[],
  tolerance: RequoteTolerance,
  now: EpochMs,
): OrderChange {
  const kept = new Set<WorkingOrder>();
  const place = working.some(isUnsettled)
    ? []
    : desired.filter((quote) => {
        const match = working.find(
          (order) => !kept.has(order) && isGoodEnough(order, quote, tolerance, now),
        );
        if (match !== undefined) kept.add(match);
        return match === undefined;
      });
  const cancel = working.flatMap((order) => (!kept.has(order) && isToCancel(order) ? [order] : []));
  return { cancel, place };
}

const isUnsettled = (order: WorkingOrder): boolean =>
  mayArrive(order) || (order.state === 'cancelling' && order.stillListed > 0);

/** A cancel that was confirmed is not repeated, one without an answer is. */
const isToCancel = (order: WorkingOrder): order is OnBook =>
  isOnBook(order) && !(order.state === 'cancelling' && order.confirmedAt !== undefined);

/**
 * Whether a resting order may stand for this quote: the same side and level, young, near enough,
 * and not larger than allowed.
 */
function isGoodEnough(
  order: WorkingOrder,
  quote: DesiredQuote,
  tolerance: RequoteTolerance,
  now: EpochMs,
): boolean {
  if (order.state !== 'open' || order.side !== quote.side || order.level !== quote.level)
    return false;
  if (now - order.since > tolerance.maxAgeMs) return false;
  if (order.remaining > quote.largest || order.remaining < quote.size * LEAST_SHARE) return false;
  const towardsBps = ratioToBps((signOf(order.side) * (order.price - quote.price)) / quote.price);
  return towardsBps <= tolerance.maxTowardsBps && -towardsBps <= tolerance.maxAwayBps;
}

/**
 * A partly filled order keeps its place in the queue until less than this share of the wanted size
 * is left.
 */
const LEAST_SHARE = 0.5;
