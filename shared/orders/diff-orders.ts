import type { DesiredQuote, RequoteTolerance, WorkingOrder } from '../domain/order.ts';
import { signOf } from '../domain/side.ts';
import { ratioToBps, type EpochMs } from '../domain/units.ts';

/** The smallest change that turns what works into what is wanted. Cancels are sent first. */
export interface OrderChange {
  readonly cancel: readonly WorkingOrder[];
  readonly place: readonly DesiredQuote[];
  /**
   * An order of ours has an unknown fate: everything is cancelled and nothing placed until a look
   * has settled it.
   */
  readonly unsettled: boolean;
}

export function diffOrders(
  desired: readonly DesiredQuote[],
  working: readonly WorkingOrder[],
  tolerance: RequoteTolerance,
  now: EpochMs,
): OrderChange {
  if (working.some(({ state }) => state === 'unknown' || state === 'sending'))
    return { cancel: working, place: [], unsettled: true };
  const kept = new Set<WorkingOrder>();
  const place = desired.filter((quote) => {
    const match = working.find(
      (order) => !kept.has(order) && isGoodEnough(order, quote, tolerance, now),
    );
    if (match !== undefined) kept.add(match);
    return match === undefined;
  });
  return { cancel: working.filter((order) => !kept.has(order)), place, unsettled: false };
}

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
