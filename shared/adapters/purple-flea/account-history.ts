import { done, type VenueOutcome } from '../../domain/failure.ts';
import { symbolOf } from '../../domain/venue/market-id.ts';
import type { MarketSpec } from '../../domain/venue/market.ts';
import type { AccountHistory } from '../../ports/account-history.ts';
import { parseFundingHistory } from './parse/parse-funding-history.ts';
import { parsePnl } from './parse/parse-pnl.ts';
import { readFills } from './read-fills.ts';
import { type Read, valueOf } from './http/reader.ts';

interface HistoryOptions {
  readonly maxPages: number;
  readonly clockSkewMs: () => number | undefined;
}

/** One account's past. */
export const createAccountHistory = (
  read: Read,
  specOf: (symbol: string) => Promise<VenueOutcome<MarketSpec>>,
  { maxPages, clockSkewMs }: HistoryOptions,
): AccountHistory => ({
  async fills(market, since) {
    const symbol = symbolOf(market);
    const spec = await specOf(symbol);
    if (!spec.ok) return spec;
    const list = await readFills(read, { symbol, market, since, spec: spec.value, maxPages });
    return list.ok ? done({ ...list.value, clockSkewMs: clockSkewMs() }) : list;
  },
  fundingPayments: (market, after, until) =>
    valueOf(
      read(
        `/v1/funding-history/${encodeURIComponent(symbolOf(market))}`,
        { from: after, to: until },
        (body) => parseFundingHistory(body, market, after, until),
      ),
    ),
  async equityChange(market, since) {
    const symbol = symbolOf(market);
    const spec = await specOf(symbol);
    if (!spec.ok) return spec;
    const { lot } = spec.value;
    return valueOf(read('/v1/mm/pnl', { symbol, from: since }, (body) => parsePnl(body, lot)));
  },
});
