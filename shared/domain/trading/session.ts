import type { EquityCurve } from '../books/equity-curve.ts';
import type { HedgesPast } from './hedge.ts';
import type { MarketId } from '../venue/market-id.ts';
import type { Markouts } from '../books/markouts.ts';
import type { ProfitAndLoss } from '../books/profit-and-loss.ts';
import type { Side } from '../order/side.ts';
import type { EpochMs, Price } from '../units.ts';
import type { Orders } from '../order/working-order.ts';

/**
 * What one market's trading remembers between invocations. Written by the lease holder only;
 * everything in it that concerns money can be rebuilt from the ledger and the venue.
 */
export interface Session {
  readonly market: MarketId;
  /** The quoting group it was traded in, and the fence of its lease: an older write is refused. */
  readonly group: string;
  readonly fence: number;
  readonly savedAt: EpochMs;
  /** Since when the P&L counts. */
  readonly startedAt: EpochMs;
  readonly pnl: ProfitAndLoss;
  /** The highest number a fact was given: all up to it that are ours are in the totals. */
  readonly lastFact: number;
  readonly contained: ContainedFacts;
  readonly markouts: Markouts;
  readonly newestFillAt: EpochMs;
  readonly fundingPaid: readonly EpochMs[];
  readonly adjustments: readonly Adjustment[];
  /** Net P&L since the limits count (C4, C5); undefined before the first mark. */
  readonly equity: EquityCurve | undefined;
  readonly orders: Orders;
  /** It was left, and nothing is on its way that `orders` does not tell of. */
  readonly drained: boolean;
  readonly hedges: HedgesPast;
  readonly waits: Waits;
  /** The parameters in force: they stay so while what people wrote is refused. */
  readonly parametersVersion: string;
  readonly quotesPlaced: number;
  readonly decisions: number;
  /** Chain over every decision: two runs that decided alike end with the same one. */
  readonly decisionsHash: string;
  /** The first counter that no order under this fence had in its id. */
  readonly nextCounter: number;
}

/** What was quoted, of what a session counts. */
export type QuotingTally = Pick<Session, 'quotesPlaced' | 'decisionsHash'>;

/** What is doubted, and what is left alone for a while: whoever comes next doubts and waits on. */
export interface Waits {
  /** Since when our executions do not explain the venue's position, if they do not. */
  readonly unexplainedSince: EpochMs | undefined;
  readonly doubted: Doubt | undefined;
  readonly refusals: Readonly<Record<Side, Refusals>>;
  /** The venue asked us to slow down until then. */
  readonly pauseUntil: EpochMs;
}

/**
 * A mid that is not believed yet, the time of its book by the venue, and since when it is doubted.
 */
export interface Doubt {
  readonly mid: Price;
  readonly bookAt: EpochMs;
  readonly since: EpochMs;
}

export interface Refusals {
  /** Sends in a row of which the venue refused every quote of the side. */
  readonly inRow: number;
  /** No quote of the side is placed before. */
  readonly placeFrom: EpochMs;
}

/** The facts of the ledger that totals contain, by who wrote them. Its size is bounded. */
export interface ContainedFacts {
  /** Every fact of an earlier fence, and of this one every lower number. */
  readonly allBefore: { readonly fence: number; readonly number: number };
  /** Oldest first, none touching another. */
  readonly ranges: readonly FactRange[];
}

/** Facts of one holder, by their numbers, the first and the last included. */
export interface FactRange {
  readonly fence: number;
  readonly first: number;
  readonly last: number;
}

/** A difference taken over from the venue and not taken back. */
export interface Adjustment {
  readonly id: string;
  readonly at: EpochMs;
  /** Signed base units. */
  readonly size: number;
  readonly mid: Price;
}
