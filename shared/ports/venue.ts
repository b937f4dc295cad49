import type { Book } from '../domain/book.ts';
import type { Outcome, VenueOutcome } from '../domain/failure.ts';
import type { Fill, FundingPayment } from '../domain/fill.ts';
import type { FundingRate, MarketSpec } from '../domain/market.ts';
import type { MarketId } from '../domain/market-id.ts';
import type { Approved, OpenOrder, OrderCommand } from '../domain/order.ts';
import type { Position } from '../domain/position.ts';
import type { EpochMs, Price, Usd } from '../domain/units.ts';
import type { MarketTrade } from '../domain/view.ts';

/**
 * An exchange, as the cycles see it. Every expected failure is a value; a call that got no answer
 * is `outcome-unknown` and is never repeated by the adapter where repeating could trade twice.
 */
export interface Venue {
  readonly name: string;
  /** No request of this adapter takes longer: the lease must outlive it before anything is sent. */
  readonly requestTimeoutMs: number;
  spec(market: MarketId): Promise<VenueOutcome<MarketSpec>>;
  look(market: MarketId): Promise<VenueOutcome<VenueLook>>;
  /** Our executions at or after `since`, oldest first, complete: if the venue pages, all pages. */
  fills(market: MarketId, since: EpochMs): Promise<VenueOutcome<readonly Fill[]>>;
  fundingRate(market: MarketId): Promise<VenueOutcome<FundingRate>>;
  /** What was settled to us at the boundaries in (after, until], oldest first. */
  fundingPayments(
    market: MarketId,
    after: EpochMs,
    until: EpochMs,
  ): Promise<VenueOutcome<readonly FundingPayment[]>>;
  /** The venue's realised volatility over the last hour as a fraction: 0.015 is 1.5 %. */
  hourlyVolatility(market: MarketId): Promise<VenueOutcome<number>>;
  /**
   * The change of the account's equity through this market since `since`, as the venue reckons it.
   */
  equityChange(market: MarketId, since: EpochMs): Promise<VenueOutcome<EquityChange>>;
  /**
   * Cancels first, then the rest. One result per command, in the order given; one failure does not
   * stop the others.
   */
  send(commands: readonly Approved[]): Promise<readonly CommandResult[]>;
}

/**
 * One picture of a market. The position and the orders are facts; the book may be one nobody should
 * quote on.
 */
export interface VenueLook {
  readonly book: Outcome<Book, string>;
  readonly position: Position;
  readonly orders: readonly OpenOrder[];
  /** Trades since the look before, each once; undefined where the venue does not show them. */
  readonly trades: readonly MarketTrade[] | undefined;
  /** Share of the request allowance that is left, 0 to 1. */
  readonly requestsLeftRatio: number;
}

export interface EquityChange {
  readonly netUsd: Usd;
  /** What the venue marked the position at, and the position it marked. */
  readonly markPrice: Price;
  readonly positionSize: number;
}

export interface CommandResult {
  readonly command: OrderCommand;
  readonly outcome: VenueOutcome<CommandDone>;
}

export type CommandDone =
  | { readonly kind: 'placed'; readonly venueId: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'reduced'; readonly averagePrice: Price | undefined };
