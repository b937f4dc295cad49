import { atIndex, ceilIndex, floorIndex, sizeDown } from '../domain/order/grid.ts';
import type { MarketSpec } from '../domain/venue/market.ts';
import { inventoryCapUsd } from '../domain/books/inventory-cap.ts';
import type { Parameters } from '../domain/parameters/parameters.ts';
import { reducingSide, signOf, type Side } from '../domain/order/side.ts';
import { bpsToRatio, price, size, type Price, type Size } from '../domain/units.ts';

/** The inventory in USD above which a hedge is due: the lowest of the thresholds given (B1). */
export function hedgeThresholdUsd(parameters: Parameters): number {
  const thresholds = [parameters.hedgeThresholdRatio * inventoryCapUsd(parameters)];
  if (parameters.hedgeThresholdUsd !== undefined) thresholds.push(parameters.hedgeThresholdUsd);
  if (parameters.hedgeThresholdQuotes !== undefined)
    thresholds.push(parameters.hedgeThresholdQuotes * parameters.quoteSizeUsd);
  return Math.min(...thresholds);
}

/** Strictly above (B1): an inventory that just fits is not hedged. */
export const isBreach = (inventoryUsd: number, thresholdUsd: number): boolean =>
  Math.abs(inventoryUsd) > thresholdUsd;

export interface HedgePlan {
  readonly side: Side;
  readonly size: Size;
  /** The worst price accepted: hedgeMaxSlippageBps from the mid, rounded towards the mid. */
  readonly limitPrice: Price;
}

export interface HedgeLimits {
  readonly thresholdUsd: number;
  /** Share of the position to take off. */
  readonly fraction: number;
  readonly maxSlippageBps: number;
}

/**
 * What a hedge of this position sends: a fraction of it (B2) in whole lots, or the smallest order
 * the venue takes if that is more, and never more than there is. Undefined when the position is
 * inside the threshold, or all of it is too small to trade.
 */
export function planHedge(
  position: number,
  mid: number,
  spec: MarketSpec,
  limits: HedgeLimits,
): HedgePlan | undefined {
  if (!isBreach(position * mid, limits.thresholdUsd)) return undefined;
  const side = reducingSide(position);
  const held = sizeDown(spec.lot, Math.abs(position));
  const smallest = smallestOrder(spec, mid);
  const wanted = Math.max(sizeDown(spec.lot, Math.abs(position) * limits.fraction), smallest);
  const limit = mid * (1 + signOf(side) * bpsToRatio(limits.maxSlippageBps));
  const index = side === 'buy' ? floorIndex(spec.tick, limit) : ceilIndex(spec.tick, limit);
  if (held < smallest || index <= 0) return undefined;
  return {
    side,
    size: size(Math.min(wanted, held)),
    limitPrice: price(atIndex(spec.tick, index)),
  };
}

/** Whole lots worth at least the venue's minimum, and one lot at least. */
const smallestOrder = ({ lot, minNotionalUsd }: MarketSpec, mid: number): number =>
  atIndex(lot, Math.max(1, ceilIndex(lot, minNotionalUsd / mid)));
