/**
 * How far both quotes shift, in bps of the fair value: against the inventory, so that what we hold
 * is sold sooner than more is bought (A8). Long is a positive ratio and gives a negative shift.
 * `inventoryRatio`: inventory beyond its target as a share of the cap, clamped to [-1, 1]. Source:
 * S0, S2, S3, one definition.
 */
export function skewBps({
  halfSpreadBps,
  inventoryRatio,
  skewFactor,
}: {
  readonly halfSpreadBps: number;
  readonly inventoryRatio: number;
  readonly skewFactor: number;
}): number {
  const clamped = Math.max(-1, Math.min(1, inventoryRatio));
  return clamped === 0 ? 0 : -skewFactor * halfSpreadBps * clamped;
}
