import type { MarketId } from '../venue/market-id.ts';
import type { Side } from '../order/side.ts';
import type { EpochMs, Price, Size, Usd } from '../units.ts';

/** One execution as the venue reports it. `id` is the venue's and unique per market. */
export interface Fill {
  readonly id: string;
  readonly market: MarketId;
  readonly at: EpochMs;
  readonly side: Side;
  readonly price: Price;
  readonly size: Size;
  /** What the fee did to our cash: a cost is negative, a rebate positive. */
  readonly feeUsd: Usd;
  readonly liquidity: 'maker' | 'taker';
  readonly orderId: string;
}

/** Of an execution that the venue lists without its order. */
export const UNKNOWN_ORDER = 'unknown';

/** Funding settled at one boundary. Received is positive. */
export interface FundingPayment {
  readonly market: MarketId;
  /** The boundary it was settled at. */
  readonly at: EpochMs;
  readonly rate: number;
  readonly amountUsd: Usd;
}

/** Fills are booked in venue time; ids break ties, so that every reader sees one order. */
export function byTimeThenId(a: Pick<Fill, 'at' | 'id'>, b: Pick<Fill, 'at' | 'id'>): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
