import type { Side } from '../domain/order/side.ts';
import { signOf } from '../domain/order/side.ts';

/** An order that may still trade, in whatever state we believe it to be. */
export interface MayFill {
  readonly side: Side;
  readonly price: number;
  /** Base units. */
  readonly remaining: number;
}

/**
 * The position in USD if everything on one side filled and nothing on the other did: signed so that
 * more of `side` is more. It is valued at the dearest price involved, since that is where the last
 * of it may fill. `positions`: what the position may be, if two sources disagree; the worst counts.
 */
export function worstCaseUsd(
  side: Side,
  positions: readonly number[],
  orders: readonly MayFill[],
  mid: number,
): number {
  const sign = signOf(side);
  const held = Math.max(...positions.map((position) => sign * position));
  let resting = 0;
  let dearest = mid;
  for (const order of orders) {
    if (order.side !== side) continue;
    resting += order.remaining;
    dearest = Math.max(dearest, order.price);
  }
  return (held + resting) * dearest;
}
