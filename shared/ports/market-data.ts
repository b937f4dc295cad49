import type { VenueOutcome } from '../domain/failure.ts';
import type { FundingRate, MarketSpec, MarketSymbol } from '../domain/market.ts';
import type { BookPicture } from '../domain/venue-answers.ts';

/** A market as its venue shows it to anybody: needs no key, may be live, recorded or made up. */
export interface MarketData {
  spec(market: MarketSymbol): Promise<VenueOutcome<MarketSpec>>;
  funding(market: MarketSymbol): Promise<VenueOutcome<FundingRate>>;
  /**
   * The venue's realised volatility over the last hour as a fraction: 0.015 is 1.5 %. Undefined
   * where it gives none.
   */
  hourlyVolatility(market: MarketSymbol): Promise<VenueOutcome<number | undefined>>;
  /** One picture now. Where nobody should quote on the book, the book alone fails. */
  book(market: MarketSymbol): Promise<VenueOutcome<BookPicture>>;
}
