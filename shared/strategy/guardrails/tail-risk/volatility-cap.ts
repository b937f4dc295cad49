import { reason, type Reason } from '../../../domain/reason.ts';
import { requireWithin } from '../../../math/require.ts';

export interface VolatilityCap {
  /** Never above the cap given. */
  readonly capUsd: number;
  /** Undefined when the cap given stands. */
  readonly reason: Reason | undefined;
}

/**
 * The inventory cap so much lower that cap x volatility stays what it is at the trigger, down to
 * `leastRatio` of the cap (C8, S4).
 * Units: volatilities as fractions per hour (0.02 is 2 %).
 * Source: A. Moreira, T. Muir, "Volatility-managed portfolios", Journal of Finance 72 (2017).
 */
export function capByVolatility(
  maxInventoryUsd: number,
  hourlyVolatility: number,
  triggerHourly: number,
  leastRatio: number,
): VolatilityCap {
  requireWithin('maxInventoryUsd', maxInventoryUsd, 0);
  requireWithin('hourlyVolatility', hourlyVolatility, 0);
  requireWithin('triggerHourly', triggerHourly, 1e-9);
  requireWithin('leastRatio', leastRatio, 0, 1);
  if (hourlyVolatility <= triggerHourly) return { capUsd: maxInventoryUsd, reason: undefined };
  const capUsd = maxInventoryUsd * Math.max(leastRatio, triggerHourly / hourlyVolatility);
  const figures = `${(hourlyVolatility * 100).toFixed(2)} % an hour, above ${(triggerHourly * 100).toFixed(2)} %`;
  return {
    capUsd,
    reason: reason('volatility-cap', `${figures}: inventory capped at ${capUsd.toFixed(2)} USD`),
  };
}
