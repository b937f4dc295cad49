import { ratioToBps } from '../../domain/units.ts';

export interface AdditiveSpread {
  readonly baseSpreadBps: number;
  /** Share of the hourly volatility, in bps, that is added. */
  readonly volCoefficient: number;
  /** Standard deviation of one hour's return as a fraction. */
  readonly hourlyVolatility: number;
  readonly inventoryPremiumBps: number;
  /** Inventory as a share of its cap, signed; beyond 1 it counts as 1. */
  readonly inventoryRatio: number;
}

/**
 * Whole spread in bps = base + volCoefficient x hourly volatility in bps + |inventory| / cap x
 * premium (A3). Source: S0's formula with its unit error mended: at 2 % an hour and the default
 * coefficient the premium is 12.5 bps.
 */
export function additiveSpreadBps(input: AdditiveSpread): number {
  const volatilityBps = input.volCoefficient * ratioToBps(input.hourlyVolatility);
  return (
    input.baseSpreadBps +
    volatilityBps +
    Math.min(1, Math.abs(input.inventoryRatio)) * input.inventoryPremiumBps
  );
}
