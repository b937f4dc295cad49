import { SECOND_MS } from '../time.ts';
import type { EpochMs } from '../units.ts';

/**
 * The fencing token of a taking-over: above the one stored, not below the clock's seconds nor what
 * was seen elsewhere, so that it also grows over a deleted item, a new table or a change of group.
 */
export const nextFence = (stored: number | undefined, now: EpochMs, leastFence: number): number =>
  Math.max((stored ?? 0) + 1, Math.floor(now / SECOND_MS), leastFence);
