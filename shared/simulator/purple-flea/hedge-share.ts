import { atIndex, floorIndex, nearestIndex } from '../../domain/order/grid.ts';
import type { MarketSpec } from '../../domain/venue/market.ts';

/** Down to the lot, but at least one: a hedge that was asked for reduces something. */
export function shareOf({ lot }: MarketSpec, held: number, part: number): number {
  const lots = Math.abs(nearestIndex(lot, held));
  return atIndex(lot, Math.max(1, floorIndex(lot, atIndex(lot, lots) * part)));
}
