import type { VenueOutcome } from '../domain/failure.ts';
import type { MarketId } from '../domain/venue/market-id.ts';
import type { FundingRate, MarketSpec } from '../domain/venue/market.ts';
import type { BookPicture } from '../domain/venue/venue-answers.ts';

/** A market as its venue shows it to anybody: needs no key, may be live, recorded or made up. */
export interface MarketData {
  spec(market: MarketId): Promise<VenueOutcome<MarketSpec>>;
  funding(market: MarketId): Promise<VenueOutcome<FundingRate>>;
  /**
   * The venue's realised volatility over the last hour as a fraction: 0.015 is 1.5 %. Undefined
   * where it gives none.
   */
  hourlyVolatility(market: MarketId): Promise<VenueOutcome<number | undefined>>;
  /** One picture now. Where nobody should quote on the book, the book alone fails. */
  book(market: MarketId): Promise<VenueOutcome<BookPicture>>;
}
