import * as z from 'zod/mini';
import { done, type VenueOutcome } from '../../../domain/failure.ts';
import type { FundingRate } from '../../../domain/venue/market.ts';
import { numberField, positiveField, readAs, timeField } from '../wire.ts';

const DEFAULT_INTERVAL_HOURS = 8;
const MAX_INTERVAL_HOURS = 168;
/**
 * No venue pays half the notional per interval: that would be percent or bps taken for a fraction.
 */
const MAX_RATE = 0.5;

const tickerSchema = z.object({
  funding_rate: numberField.check(
    z.refine((rate) => Math.abs(rate) <= MAX_RATE, `is not a fraction of at most ${MAX_RATE}`),
  ),
  next_funding_at: timeField,
  funding_interval_hours: z.nullish(
    positiveField.check(
      z.refine((hours) => hours <= MAX_INTERVAL_HOURS, `is more than ${MAX_INTERVAL_HOURS}`),
    ),
  ),
});

/**
 * GET /api/ticker/{market}: the rate is a fraction of notional per interval, 8 h where the venue
 * does not say.
 */
export function parseTicker(body: unknown): VenueOutcome<FundingRate> {
  const read = readAs(tickerSchema, body, 'ticker');
  if (!read.ok) return read;
  const { funding_rate: rate, next_funding_at: nextAt, funding_interval_hours: hours } = read.value;
  return done({ rate, intervalHours: hours ?? DEFAULT_INTERVAL_HOURS, nextAt });
}
