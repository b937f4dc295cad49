import { atIndex, ceilIndex, floorIndex, type Grid } from '../domain/order/grid.ts';
import type { MarketSpec } from '../domain/venue/market.ts';
import { reason, type Reason } from '../domain/reason.ts';
import { reducingSide, signOf, type Side } from '../domain/order/side.ts';
import { bpsToRatio, price, size, type Price, type Size } from '../domain/units.ts';
import { requireWithin, VAST } from '../math/require.ts';

interface Slice {
  readonly size: Size;
  /** From the start of the schedule. */
  readonly afterMs: number;
}

/** Plain data: it can be kept with the hedge's row and carried on by another invocation. */
export interface SliceSchedule {
  readonly side: Side;
  /**
   * Unsigned position below which no slice goes, so that one sent twice takes nothing off beyond
   * the target.
   */
  readonly keep: Size;
  readonly slices: readonly Slice[];
}

export interface SlicePace {
  readonly intervalMs: number;
  /** Up to this share of the interval each slice comes later, 0 to 1. */
  readonly jitterRatio: number;
  /** Uniform numbers in [0, 1), one per slice; a missing one counts as 0. */
  readonly uniforms: readonly number[];
}

/**
 * A hedge as whole lots over time (B3). The sizes follow `shares` (relative, as from
 * `optimalTrajectory`), sum to the target in whole lots, never exceed the position, and are each at
 * least the venue's minimum unless the whole target is not. What is too small on its own goes with
 * the slice before it: sooner, not later. Nothing to do is a schedule without slices.
 */
export function scheduleSlices(
  position: number,
  target: number,
  shares: readonly number[],
  market: { readonly spec: MarketSpec; readonly mid: number },
  pace: SlicePace,
): SliceSchedule {
  requireWithin('position', position, -VAST);
  requireWithin('target', target, 0);
  requireWithin('market.mid', market.mid, Number.MIN_VALUE);
  requireWithin('pace.intervalMs', pace.intervalMs, 0);
  requireWithin('pace.jitterRatio', pace.jitterRatio, 0, 1);
  for (const uniform of pace.uniforms) requireWithin('pace.uniforms', uniform, 0, 1);
  const { lot, minNotionalUsd } = market.spec;
  const held = floorIndex(lot, Math.abs(position));
  const lots = Math.min(held, floorIndex(lot, target));
  const least = Math.max(1, ceilIndex(lot, minNotionalUsd / market.mid));
  const slices = lotsPerSlice(lots, least, shares).map(({ count, slot }) => ({
    size: size(atIndex(lot, count)),
    afterMs: (slot + pace.jitterRatio * (pace.uniforms[slot] ?? 0)) * pace.intervalMs,
  }));
  return { side: reducingSide(position), keep: size(atIndex(lot, held - lots)), slices };
}

/**
 * Cumulative shares are rounded, so that no lot is lost or found; each slice then takes at least
 * the minimum, and the last what is left.
 */
function lotsPerSlice(
  lots: number,
  least: number,
  shares: readonly number[],
): readonly { count: number; slot: number }[] {
  const taken: { count: number; slot: number }[] = [];
  for (const share of shares) requireWithin('shares', share, 0);
  const total = shares.reduce((sum, share) => sum + share, 0);
  requireWithin('the sum of shares', total, Number.MIN_VALUE);
  let done = 0;
  let passed = 0;
  for (const [slot, share] of shares.entries()) {
    passed += share;
    const due = Math.round(lots * Math.min(1, passed / total)) - done;
    const final = slot === shares.length - 1;
    if (due <= 0 && !final) continue;
    const wanted = Math.max(due, least);
    const count = final || lots - done - wanted < least ? lots - done : wanted;
    if (count <= 0) break;
    taken.push({ count, slot });
    done += count;
  }
  return taken;
}

export type SliceStep =
  | {
      readonly kind: 'send';
      readonly side: Side;
      readonly size: Size;
      /** The worst price accepted. */ readonly limitPrice: Price;
    }
  | { readonly kind: 'stop'; readonly reason: Reason };

/** The market as just read, before every slice. */
export interface SliceLook {
  readonly position: number;
  readonly mid: number;
  readonly spec: MarketSpec;
  /** At or inside this position in USD the hedge is over (B1 is strict). */
  readonly insideUsd: number;
  readonly maxSlippageBps: number;
}

/**
 * What slice number `index` sends, given the position as it is now: never beyond the schedule's
 * target, however often, late or half filled earlier slices were, and never across zero. Its limit
 * is `maxSlippageBps` from the mid of now, rounded towards the mid.
 */
export function nextSlice(schedule: SliceSchedule, index: number, look: SliceLook): SliceStep {
  const { position, mid, spec } = look;
  requireWithin('maxSlippageBps', look.maxSlippageBps, 0, 9999);
  requireWithin('mid', mid, Number.MIN_VALUE);
  const slice = schedule.slices[index];
  if (slice === undefined)
    return stop('hedge-sliced', `all ${schedule.slices.length} slices were sent`);
  if (position === 0 || reducingSide(position) !== schedule.side)
    return stop('hedge-flat', `the position is ${position}, no longer to be reduced`);
  const held = Math.abs(position);
  if (held * mid <= look.insideUsd)
    return stop(
      'hedge-inside',
      `${(held * mid).toFixed(2)} USD is inside ${look.insideUsd.toFixed(2)}`,
    );
  const lots = Math.min(
    floorIndex(spec.lot, slice.size),
    floorIndex(spec.lot, held - schedule.keep),
  );
  if (lots <= 0)
    return stop('hedge-done', `the position is down to the ${schedule.keep} that is kept`);
  const limit = limitIndex(schedule.side, mid, spec.tick, look.maxSlippageBps);
  if (limit <= 0)
    return stop(
      'hedge-no-price',
      'no price on the tick is between the mid and the slippage allowed',
    );
  return {
    kind: 'send',
    side: schedule.side,
    size: size(atIndex(spec.lot, lots)),
    limitPrice: price(atIndex(spec.tick, limit)),
  };
}

const stop = (code: string, text: string): SliceStep => ({
  kind: 'stop',
  reason: reason(code, text),
});

function limitIndex(side: Side, mid: number, tick: Grid, maxSlippageBps: number): number {
  const worst = mid * (1 + signOf(side) * bpsToRatio(maxSlippageBps));
  return side === 'buy' ? floorIndex(tick, worst) : ceilIndex(tick, worst);
}
