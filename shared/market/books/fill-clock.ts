import { CLOCKS_APART_MS } from '../../domain/time.ts';
import type { EpochMs } from '../../domain/units.ts';
import { MARKET_BOUNDS } from '../rules.ts';

/**
 * How far the clock that dates executions may be ahead of ours: as told, or as far as clocks are.
 */
const aheadMs = (clockSkewMs: number | undefined): number =>
  clockSkewMs !== undefined && Math.abs(clockSkewMs) <= CLOCKS_APART_MS
    ? clockSkewMs
    : CLOCKS_APART_MS;

/**
 * Whether an execution may have traded by then, by our clock, or a little after. Where nobody knows
 * how far the clocks are apart it may: a position it does not explain after all is doubted, while
 * one that it explains twice would be believed.
 */
export const mayExplain = (
  tradedAt: EpochMs,
  by: EpochMs,
  clockSkewMs: number | undefined,
): boolean => tradedAt <= by + aheadMs(clockSkewMs) + MARKET_BOUNDS.fillAfterMs;

/**
 * Whether it traded from then on for sure, as far as is known of the clocks: two may well be one.
 */
export const isAfter = (
  tradedAt: EpochMs,
  from: EpochMs,
  clockSkewMs: number | undefined,
): boolean => (clockSkewMs === 0 ? tradedAt >= from : !mayExplain(tradedAt, from, clockSkewMs));
