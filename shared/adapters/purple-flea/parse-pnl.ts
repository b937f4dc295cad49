import * as z from 'zod/mini';
import { done, type VenueOutcome } from '../../domain/failure.ts';
import { price, usd } from '../../domain/units.ts';
import type { EquityChange } from '../../domain/venue-answers.ts';
import { numberField, positiveField, readAs } from './wire.ts';

const pnlSchema = z.object({
  net_pnl: numberField,
  mark_price: positiveField,
  net_size: numberField,
});

/** GET /v1/mm/pnl. */
export function parsePnl(body: unknown): VenueOutcome<EquityChange> {
  const read = readAs(pnlSchema, body, 'pnl');
  if (!read.ok) return read;
  const { net_pnl: net, mark_price: mark, net_size: positionSize } = read.value;
  return done({ netUsd: usd(net), markPrice: price(mark), positionSize });
}
