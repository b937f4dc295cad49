import { bpsToRatio } from '../../domain/units.ts';

/** How a text places its quotes. */
export interface Quoting {
  /** The full spread. */
  readonly spreadBps: number;
  /** Share of the half-spread by which both quotes shift at full inventory. */
  readonly lean: number;
}

/**
 * Where the nearest quotes go: half the spread on each side of the mid, both moved against what is
 * held (A2, A8). `heldRatio`: held over the most that may be, long is positive; no text bounds it.
 */
export function quotePrices(
  mid: number,
  heldRatio: number,
  { spreadBps, lean }: Quoting,
): { readonly bid: number; readonly ask: number } {
  const half = (mid * bpsToRatio(spreadBps)) / 2;
  const middle = mid - lean * heldRatio * half;
  return { bid: middle - half, ask: middle + half };
}

/** All texts round prices to cents, whatever the market's tick. */
export const cents = (price: number): number => Math.round(price * 100) / 100;
