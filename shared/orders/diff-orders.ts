import type { DesiredQuote, RequoteTolerance } from '../domain/order/order.ts';
import { type Side, signOf } from '../domain/order/side.ts';
import { ratioToBps, type EpochMs, type Usd } from '../domain/units.ts';
import type { ModifyAbility } from '../domain/venue/venue-abilities.ts';
import type { WorkingOrder } from '../domain/order/working-order.ts';
import { isOnBook, mayArrive, type OnBook, type Open } from './order-states.ts';

/** The smallest change that turns what works into what is wanted. */
export interface OrderChange {
  readonly cancel: readonly OnBook[];
  readonly modify: readonly Modification[];
  readonly place: readonly DesiredQuote[];
}

/** A quote into the place of an order that stands for none. */
interface Modification {
  readonly old: Open;
  readonly quote: DesiredQuote;
}

/** What a venue takes as a modify. */
export interface ModifyRules {
  readonly ability: ModifyAbility;
  readonly minNotionalUsd: Usd;
}

/**
 * What to cancel, to modify and to place so that just the wanted rests. While the fate of an order
 * is unknown, or a confirmed cancel is still listed, everything is cancelled and nothing placed.
 */
export function diffOrders(
  desired: readonly DesiredQuote[],
  working: readonly WorkingOrder[],
  tolerance: RequoteTolerance,
  rules: ModifyRules,
  now: EpochMs,
): OrderChange {
  if (working.some(isUnsettled))
    return { cancel: working.flatMap(toCancel), modify: [], place: [] };
  const kept = new Set<WorkingOrder>();
  const missing = desired.filter((quote) => {
    const match = working.find(
      (order) => !kept.has(order) && isGoodEnough(order, quote, tolerance, now),
    );
    if (match !== undefined) kept.add(match);
    return match === undefined;
  });
  const left = working.filter((order) => !kept.has(order));
  const pairs = rules.ability === 'none' ? [] : paired(missing, left);
  const [replaced, replacing] = [
    new Set(pairs.map((one) => one.old)),
    new Set(pairs.map((one) => one.quote)),
  ];
  return {
    cancel: left
      .filter((order) => !(order.state === 'open' && replaced.has(order)))
      .flatMap(toCancel),
    modify: pairs.map(({ old, quote }) => ({
      old,
      quote: inPlace(old, quote, tolerance, rules, now),
    })),
    place: missing.filter((quote) => !replacing.has(quote)),
  };
}

/** Where nothing may be placed on a side, what was to be replaced there goes. */
export function withoutQuotes(change: OrderChange, mayPlace: (side: Side) => boolean): OrderChange {
  const barred = change.modify.filter(({ old }) => !mayPlace(old.side));
  return {
    cancel: [...change.cancel, ...barred.map(({ old }) => old)],
    modify: change.modify.filter(({ old }) => mayPlace(old.side)),
    place: change.place.filter(({ side }) => mayPlace(side)),
  };
}

const isUnsettled = (order: WorkingOrder): boolean =>
  mayArrive(order) || (order.state === 'cancelling' && order.stillListed > 0);

/**
 * A cancel that was confirmed is not repeated, one without an answer is; a modify without one may
 * have left its old order where it was.
 */
function toCancel(order: WorkingOrder): readonly OnBook[] {
  if ('old' in order) return [order.old];
  if (!isOnBook(order)) return [];
  return order.state === 'cancelling' && order.confirmedAt !== undefined ? [] : [order];
}

/** Each quote with an order of its side, of its level if there is one. */
function paired(
  missing: readonly DesiredQuote[],
  left: readonly WorkingOrder[],
): readonly Modification[] {
  const open = left.filter((order) => order.state === 'open');
  const taken = new Map<DesiredQuote, Open>();
  const pairs = (isMatch: (order: Open, quote: DesiredQuote) => boolean): void => {
    for (const quote of missing) {
      if (taken.has(quote)) continue;
      const at = open.findIndex((order) => order.side === quote.side && isMatch(order, quote));
      const [old] = at < 0 ? [] : open.splice(at, 1);
      if (old !== undefined) taken.set(quote, old);
    }
  };
  pairs((order, { level }) => order.level === level);
  pairs(() => true);
  return [...taken].map(([quote, old]) => ({ old, quote }));
}

/** One that is only too large keeps its price where that keeps its place in the queue. */
function inPlace(
  old: Open,
  quote: DesiredQuote,
  tolerance: RequoteTolerance,
  { ability, minNotionalUsd }: ModifyRules,
  now: EpochMs,
): DesiredQuote {
  const keepsPlace =
    ability === 'shrinks-in-place' &&
    quote.size <= old.remaining &&
    quote.size * old.price >= minNotionalUsd &&
    isWellPriced(old, quote, tolerance, now);
  return keepsPlace ? { ...quote, price: old.price } : quote;
}

/** Whether a resting order may stand for this quote: well priced, and not larger than allowed. */
const isGoodEnough = (
  order: WorkingOrder,
  quote: DesiredQuote,
  tolerance: RequoteTolerance,
  now: EpochMs,
): boolean =>
  order.state === 'open' &&
  order.remaining <= quote.largest &&
  order.remaining >= quote.size * LEAST_SHARE &&
  isWellPriced(order, quote, tolerance, now);

/** The same side and level, young, and near enough. */
function isWellPriced(
  order: Open,
  quote: DesiredQuote,
  tolerance: RequoteTolerance,
  now: EpochMs,
): boolean {
  if (order.side !== quote.side || order.level !== quote.level) return false;
  if (now - order.since > tolerance.maxAgeMs) return false;
  const towardsBps = ratioToBps((signOf(order.side) * (order.price - quote.price)) / quote.price);
  return towardsBps <= tolerance.maxTowardsBps && -towardsBps <= tolerance.maxAwayBps;
}

/**
 * A partly filled order keeps its place in the queue until less than this share of the wanted size
 * is left.
 */
const LEAST_SHARE = 0.5;
