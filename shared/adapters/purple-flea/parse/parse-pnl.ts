import * as z from 'zod/mini';
import { done, type VenueOutcome } from '../../../domain/failure.ts';
import type { Grid } from '../../../domain/order/grid.ts';
import { price, usd } from '../../../domain/units.ts';
import type { EquityChange } from '../../../domain/venue/venue-answers.ts';
import { withoutDust } from './parse-inventory.ts';
import { numberField, positiveField, readAs } from '../wire.ts';

const pnlSchema = z.object({
  net_pnl: numberField,
  mark_price: positiveField,
  net_size: numberField,
});

/** GET /v1/mm/pnl. */
export function parsePnl(body: unknown, lot: Grid): VenueOutcome<EquityChange> {
  const read = readAs(pnlSchema, body, 'pnl');
  if (!read.ok) return read;
  const { net_pnl: net, mark_price: mark, net_size: netSize } = read.value;
  const positionSize = withoutDust(lot, netSize);
  return done({ netUsd: usd(net), markPrice: price(mark), positionSize });
}
