import type { MarketSpec } from '../domain/venue/market.ts';
import { type Reason, reason } from '../domain/reason.ts';
import { type HedgePlan, planHedge } from './hedge-plan.ts';

export interface EmergencyLimits {
  readonly capUsd: number;
  readonly maxSlippageBps: number;
  /** A person asked for it: then it is done whatever the cap says. */
  readonly isOrdered: boolean;
}

export type EmergencyReduction =
  | { readonly kind: 'reduce'; readonly plan: HedgePlan; readonly reason: Reason }
  | { readonly kind: 'nothing'; readonly reason: Reason };

/**
 * Half of the position at once, whatever it costs within the slippage allowed (B7): when it is at
 * the hard cap or beyond, or when a person orders it. In whole lots, the smallest order at least,
 * never across zero; asked again it halves what is left. Source: S2's emergency rule.
 */
export function emergencyReduction(
  position: number,
  mid: number,
  spec: MarketSpec,
  limits: EmergencyLimits,
): EmergencyReduction {
  const heldUsd = Math.abs(position * mid);
  const isDue = limits.isOrdered || heldUsd >= limits.capUsd;
  const held = `${heldUsd.toFixed(2)} USD held, the cap is ${limits.capUsd.toFixed(2)}`;
  if (!isDue) return { kind: 'nothing', reason: reason('emergency-not-due', held) };
  const plan = planHedge(position, mid, spec, {
    thresholdUsd: 0,
    fraction: 0.5,
    maxSlippageBps: limits.maxSlippageBps,
  });
  if (plan === undefined)
    return {
      kind: 'nothing',
      reason: reason(
        'emergency-too-small',
        `${held}: all of it is less than the smallest order, or has no price`,
      ),
    };
  return {
    kind: 'reduce',
    plan,
    reason: reason('emergency-reduce', `${held}: half of it goes at once`),
  };
}
