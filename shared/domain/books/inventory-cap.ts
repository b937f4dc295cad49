import type { Parameters } from '../parameters/parameters.ts';

/**
 * The hard cap on the position in USD, long or short (C1): maxInventoryUsd, and never more than
 * maxDirectionalPct of the capital (C7).
 */
export function inventoryCapUsd({
  maxInventoryUsd,
  capitalUsd,
  maxDirectionalPct,
}: Pick<Parameters, 'maxInventoryUsd' | 'capitalUsd' | 'maxDirectionalPct'>): number {
  return capitalUsd === undefined
    ? maxInventoryUsd
    : Math.min(maxInventoryUsd, (capitalUsd * maxDirectionalPct) / 100);
}
