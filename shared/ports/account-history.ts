import type { VenueOutcome } from '../domain/failure.ts';
import type { FundingPayment } from '../domain/books/fill.ts';
import type { MarketId } from '../domain/venue/market-id.ts';
import type { EpochMs } from '../domain/units.ts';
import type { EquityChange, FillList } from '../domain/venue/venue-answers.ts';

/** What happened to one account, from which its books are made. */
export interface AccountHistory {
  /**
   * Our executions at or after `since`, oldest first, complete (all pages) or a failure. A row that
   * cannot be read is named and never fails the rest; another market's row never matters.
   */
  fills(market: MarketId, since: EpochMs): Promise<VenueOutcome<FillList>>;
  /** What was settled to us at the boundaries in (after, until], oldest first. */
  fundingPayments(
    market: MarketId,
    after: EpochMs,
    until: EpochMs,
  ): Promise<VenueOutcome<readonly FundingPayment[]>>;
  /** Since `since`, as the venue reckons it. */
  equityChange(market: MarketId, since: EpochMs): Promise<VenueOutcome<EquityChange>>;
}
