import type { MarketId } from '../venue/market-id.ts';
import type { EpochMs } from '../units.ts';

export type FundingAction = 'lean_long' | 'lean_short' | 'neutral';

/**
 * What the funding check recommends and why (D2, D3). In force until `expiresAt`, the funding time.
 */
export interface FundingTilt {
  readonly market: MarketId;
  readonly action: FundingAction;
  /** Signed: positive when longs pay shorts. */
  readonly rateBps: number;
  /** |rate| over a year of intervals, in percent. */
  readonly annualisedYieldPct: number;
  /** Share of the inventory cap to hold while in force: long is positive. */
  readonly targetRatio: number;
  readonly fundingTime: EpochMs;
  readonly setAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly reason: string;
}
