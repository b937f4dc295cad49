import * as z from 'zod/mini';
import { done, failed, type VenueOutcome } from '../../domain/failure.ts';
import { nonNegativeField, readAs } from './wire.ts';

const volatilitySchema = z.object({ realized_vol: z.nullable(nonNegativeField) });

/**
 * GET /v1/markets/{symbol}/volatility: a fraction, 0.015 is 1.5 %. Null is not calm, it is not
 * known.
 */
export function parseVolatility(body: unknown): VenueOutcome<number> {
  const read = readAs(volatilitySchema, body, 'volatility');
  if (!read.ok) return read;
  const { realized_vol: volatility } = read.value;
  return volatility === null ? failed(NOT_KNOWN) : done(volatility);
}

const NOT_KNOWN = {
  kind: 'rejected',
  code: 'not-known',
  reason: 'the venue does not know the volatility of the last hour yet',
} as const;
