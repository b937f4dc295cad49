import type { EpochMs } from '../units.ts';

/** What must be remembered of a series of equity. Plain data. */
export interface EquityCurve {
  readonly firstAt: EpochMs;
  readonly firstUsd: number;
  readonly lastAt: EpochMs;
  readonly lastUsd: number;
  readonly peakUsd: number;
  /** When the peak was first reached. */
  readonly peakAt: EpochMs;
  readonly maxDrawdownUsd: number;
  /**
   * The equity that the UTC day of `lastAt` began with: the last one seen before it, or the first
   * of all.
   */
  readonly dayOpenUsd: number;
  /** The most that a UTC day lost which is over, zero or below. */
  readonly worstPastDayUsd: number;
}
