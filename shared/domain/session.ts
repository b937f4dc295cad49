import type { EquityCurve } from './equity-curve.ts';
import type { MarketId } from './market-id.ts';
import type { WorkingOrder } from './order.ts';
import type { ProfitAndLoss } from './profit-and-loss.ts';
import type { EpochMs } from './units.ts';

/**
 * What one market's trading remembers between invocations. Written by the lease holder only;
 * everything in it that concerns money can be rebuilt from the ledger and the venue. It does not
 * grow with the number of fills: which are booked since a cursor, the ledger tells.
 */
export interface Session {
  readonly market: MarketId;
  /** The quoting group that traded it. */
  readonly group: string;
  /** Fencing token of the lease it was written under: a write with an older one is refused. */
  readonly fence: number;
  readonly savedAt: EpochMs;
  /** Since when the P&L counts. */
  readonly startedAt: EpochMs;
  readonly pnl: ProfitAndLoss;
  /** The number of the last fact that `pnl` is made of: later ones in the ledger are yet to be booked. */
  readonly lastFact: number;
  /** Every fill before this is booked; those since, the ledger names. */
  readonly fillsBookedTo: EpochMs;
  /** The last funding boundary that is booked. */
  readonly fundingBookedTo: EpochMs;
  readonly orders: readonly WorkingOrder[];
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
  /** The version last in force: a later invocation goes on with it where a new edit is refused. */
  readonly parametersVersion: string;
}

interface OpenHedge {
  readonly id: string;
  readonly openedAt: EpochMs;
}
