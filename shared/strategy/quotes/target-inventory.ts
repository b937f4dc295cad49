import { type Reason, reason } from '../../domain/reason.ts';
import type { FundingTilt } from '../../domain/trading/tilt.ts';
import type { EpochMs } from '../../domain/units.ts';

/**
 * Where the inventory should be, as a share of the cap: 0, or the funding tilt while it is in force
 * (A15). It never moves the cap.
 */
export function targetInventory(
  tilt: FundingTilt | undefined,
  now: EpochMs,
  maxTiltRatio: number,
): { readonly ratio: number; readonly reasons: readonly Reason[] } {
  if (tilt === undefined || now >= tilt.expiresAt || tilt.targetRatio === 0)
    return { ratio: 0, reasons: [] };
  const ratio = Math.max(-maxTiltRatio, Math.min(maxTiltRatio, tilt.targetRatio));
  return {
    ratio,
    reasons: [
      reason(
        'funding-tilt',
        `${tilt.action}: target ${percent(ratio)} of cap for ${tilt.rateBps.toFixed(2)} bps of funding`,
      ),
    ],
  };
}

const percent = (ratio: number): string => `${(ratio * 100).toFixed(0)} %`;
