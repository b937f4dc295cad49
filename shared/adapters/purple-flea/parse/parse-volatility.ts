import * as z from 'zod/mini';
import { done, type VenueOutcome } from '../../../domain/failure.ts';
import { nonNegativeField, readAs } from '../wire.ts';

const volatilitySchema = z.object({ realized_vol: z.nullable(nonNegativeField) });

/**
 * GET /v1/markets/{symbol}/volatility: a fraction, 0.015 is 1.5 %. Null is not calm, it is not
 * known.
 */
export function parseVolatility(body: unknown): VenueOutcome<number | undefined> {
  const read = readAs(volatilitySchema, body, 'volatility');
  return read.ok ? done(read.value.realized_vol ?? undefined) : read;
}
