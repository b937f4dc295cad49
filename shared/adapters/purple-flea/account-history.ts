import type { VenueOutcome } from '../../domain/failure.ts';
import type { MarketSpec } from '../../domain/market.ts';
import type { AccountHistory } from '../../ports/account-history.ts';
import { parseFundingHistory } from './parse-funding-history.ts';
import { parsePnl } from './parse-pnl.ts';
import { readFills } from './read-fills.ts';
import { type Read, valueOf } from './reader.ts';

/** One account's past. The venue's name of a market is its symbol. */
export const createAccountHistory = (
  read: Read,
  specOf: (symbol: string) => Promise<VenueOutcome<MarketSpec>>,
  maxPages: number,
): AccountHistory => ({
  async fills(market, since) {
    const spec = await specOf(market);
    return spec.ok
      ? readFills(read, { symbol: market, market, since, spec: spec.value, maxPages })
      : spec;
  },
  fundingPayments: (market, after, until) =>
    valueOf(
      read(
        `/v1/funding-history/${encodeURIComponent(market)}`,
        { from: after, to: until },
        (body) => parseFundingHistory(body, market, after, until),
      ),
    ),
  equityChange: (market, since) =>
    valueOf(read('/v1/mm/pnl', { symbol: market, from: since }, parsePnl)),
});
