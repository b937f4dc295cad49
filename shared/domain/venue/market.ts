import type { Grid } from '../order/grid.ts';
import type { Bps, EpochMs, Usd } from '../units.ts';

/** A perpetual future as the venue names it to us, for example `BTC-PERP`. */
export type MarketSymbol = string;

/** What a venue accepts for a market. */
export interface MarketSpec {
  readonly symbol: MarketSymbol;
  readonly tick: Grid;
  readonly lot: Grid;
  readonly minNotionalUsd: Usd;
  readonly fees: Fees;
  /** The venue says of itself that no real money moves there. */
  readonly simulated: boolean;
}

/** Signed, as a share of notional: positive is a cost to us, negative a rebate. */
export interface Fees {
  readonly makerBps: Bps;
  readonly takerBps: Bps;
}

/**
 * The rate longs pay shorts at `nextAt`, as a fraction of notional per interval. Negative: shorts
 * pay longs.
 */
export interface FundingRate {
  readonly rate: number;
  readonly intervalHours: number;
  readonly nextAt: EpochMs;
}
