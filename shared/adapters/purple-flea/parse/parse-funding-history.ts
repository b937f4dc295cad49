import * as z from 'zod/mini';
import { done, type VenueOutcome } from '../../../domain/failure.ts';
import type { FundingPayment } from '../../../domain/books/fill.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import { type EpochMs, usd } from '../../../domain/units.ts';
import { numberField, readAs, timeField, unreadable } from '../wire.ts';

const historySchema = z.object({
  payments: z.array(z.object({ time: timeField, rate: numberField, amount_usd: numberField })),
});

/**
 * GET /v1/funding-history/{market}: the payments in (after, until], oldest first, each boundary
 * once. Received is positive.
 */
export function parseFundingHistory(
  body: unknown,
  market: MarketId,
  after: EpochMs,
  until: EpochMs,
): VenueOutcome<readonly FundingPayment[]> {
  const read = readAs(historySchema, body, 'funding history');
  if (!read.ok) return read;
  const payments = read.value.payments
    .filter(({ time }) => time > after && time <= until)
    .map((row): FundingPayment => ({
      market,
      at: row.time,
      rate: row.rate,
      amountUsd: usd(row.amount_usd),
    }))
    .sort((a, b) => a.at - b.at);
  const boundaries = new Set(payments.map(({ at }) => at));
  return boundaries.size === payments.length
    ? done(payments)
    : unreadable('funding history: a boundary is settled twice');
}
