import type { BrainMemory } from './brain-memory.ts';
import type { EquityCurve } from './equity-curve.ts';
import type { MarketId } from './market-id.ts';
import type { WorkingOrder } from './order.ts';
import type { ProfitAndLoss } from './profit-and-loss.ts';
import type { EpochMs } from './units.ts';

/**
 * What one market's trading remembers between invocations. Written by the lease holder only;
 * everything in it that concerns money can be rebuilt from the ledger and the venue.
 */
export interface Session {
  readonly market: MarketId;
  /** Fencing token of the lease it was written under: a write with an older one is refused. */
  readonly fence: number;
  readonly savedAt: EpochMs;
  /** Since when the P&L counts. */
  readonly startedAt: EpochMs;
  readonly pnl: ProfitAndLoss;
  readonly fillCursor: FillCursor;
  /** The last funding boundary that is booked. */
  readonly fundingBookedTo: EpochMs;
  readonly orders: readonly WorkingOrder[];
  /** What the brain had learned when this was saved; undefined when it never was. */
  readonly brain: BrainMemory | undefined;
  /**
   * Net P&L since the session began, or since a halt was lifted; undefined before the first look
   * (C4, C5).
   */
  readonly equity: EquityCurve | undefined;
  readonly quotesPlaced: number;
  readonly decisions: number;
  /**
   * Chain over every decision since `startedAt`: two runs that decided alike end with the same one.
   */
  readonly decisionsHash: string;
  readonly openHedge: OpenHedge | undefined;
}

/** Which fills are booked: all before `at`, and of those at or after it the ones named. */
export interface FillCursor {
  readonly at: EpochMs;
  readonly booked: readonly BookedFill[];
}

export interface BookedFill {
  readonly id: string;
  readonly at: EpochMs;
}

interface OpenHedge {
  readonly id: string;
  readonly openedAt: EpochMs;
}
