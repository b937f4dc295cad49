import { done, type VenueOutcome } from '../../domain/failure.ts';
import { symbolOf } from '../../domain/venue/market-id.ts';
import type { MarketSpec } from '../../domain/venue/market.ts';
import type { Clock } from '../../ports/clock.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { VendorPath } from './http/base-url.ts';
import { parsePrice } from './parse/parse-price.ts';
import { parseTicker } from './parse/parse-ticker.ts';
import { parseVolatility } from './parse/parse-volatility.ts';
import { type Read, valueOf } from './http/reader.ts';

interface MarketDataParts {
  readonly read: Read;
  readonly clock: Pick<Clock, 'now'>;
  readonly spec: (symbol: string) => Promise<VenueOutcome<MarketSpec>>;
  readonly clockSkewMs: () => number | undefined;
}

/** The vendor's public routes as market data. */
export const createMarketData = ({
  read,
  clock,
  spec,
  clockSkewMs,
}: MarketDataParts): MarketData => ({
  spec: (market) => spec(symbolOf(market)),
  funding: (market) =>
    valueOf(read(`/api/ticker/${encodeURIComponent(symbolOf(market))}`, {}, parseTicker)),
  hourlyVolatility: (market) =>
    valueOf(read(marketPath(symbolOf(market), '/volatility'), { period: '1h' }, parseVolatility)),
  async book(market) {
    const askedAt = clock.now();
    const price = await read(marketPath(symbolOf(market), '/price'), {}, (body) =>
      parsePrice(body, askedAt),
    );
    return price.ok
      ? done({
          book: price.value.value.book,
          // The venue lists our own trades only.
          trades: undefined,
          requestsLeftRatio: price.value.requestsLeftRatio,
          clockSkewMs: price.value.value.datedBy === 'us' ? 0 : clockSkewMs(),
        })
      : price;
  },
});

export const marketPath = (symbol: string, rest: '' | '/price' | '/volatility'): VendorPath =>
  `/v1/markets/${encodeURIComponent(symbol)}${rest}`;
