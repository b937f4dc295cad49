import { reason, type Reason } from '../domain/reason.ts';
import type { FundingAction } from '../domain/trading/tilt.ts';
import type { EpochMs } from '../domain/units.ts';
import { requireWithin, VAST } from '../math/require.ts';

export interface RunningTilt {
  readonly action: FundingAction;
  /** The mid when the tilt was set. */
  readonly entryMid: number;
  /** Forecast then, as a fraction of notional at the funding time. */
  readonly expectedRate: number;
  readonly expiresAt: EpochMs;
}

export interface TiltCheck {
  readonly kind: 'keep' | 'drop';
  /** How far the price has run against the tilt since it was set; negative is for it. */
  readonly adverseBps: number;
  readonly allowedBps: number;
  readonly reason: Reason;
}

/**
 * Whether a tilt still holds (D5): it ends at the funding time, and before that when the price has
 * run against it by more than `multiple` times the funding it was set for. What was dropped is to
 * be weighed anew, from the price of now. Says keep for no tilt.
 */
export function checkTilt(
  tilt: RunningTilt,
  mid: number,
  now: EpochMs,
  multiple: number,
): TiltCheck {
  requireWithin('entryMid', tilt.entryMid, Number.MIN_VALUE);
  requireWithin('mid', mid, Number.MIN_VALUE);
  requireWithin('expectedRate', tilt.expectedRate, -VAST);
  requireWithin('multiple', multiple, 0);
  const moveBps = Math.min(VAST, Math.max(-VAST, (mid / tilt.entryMid - 1) * 10_000));
  const adverseBps = moveBps * ADVERSE[tilt.action];
  const allowedBps = Math.abs(tilt.expectedRate) * 10_000 * multiple;
  const found = (kind: TiltCheck['kind'], code: string, text: string): TiltCheck => ({
    kind,
    adverseBps,
    allowedBps,
    reason: reason(code, text),
  });
  if (tilt.action === 'neutral') return found('keep', 'tilt-none', 'there is no tilt');
  if (now >= tilt.expiresAt) return found('drop', 'tilt-expired', 'its funding time has come');
  const figures = `the price ran ${adverseBps.toFixed(2)} bps against it, ${allowedBps.toFixed(2)} allowed`;
  return adverseBps > allowedBps
    ? found('drop', 'tilt-stopped', figures)
    : found('keep', 'tilt-holds', figures);
}

/** A rising price hurts a short. */
const ADVERSE: Readonly<Record<FundingAction, number>> = {
  lean_long: -1,
  lean_short: 1,
  neutral: 0,
};
