import * as z from 'zod/mini';
import type { FundingTilt } from '../../../domain/trading/tilt.ts';
import { epochMs } from '../../../domain/units.ts';
import { marketIdField } from '../../../schema/market-id.ts';
import { double, type Schema, unitOf } from './attribute.ts';

const time = unitOf(epochMs);

/** TILT in the State table, without its key `item`. */
export const tiltItem: Schema<FundingTilt> = z.object({
  market: marketIdField,
  action: z.enum(['lean_long', 'lean_short', 'neutral']),
  rateBps: double,
  annualisedYieldPct: double,
  targetRatio: double,
  fundingTime: time,
  setAt: time,
  expiresAt: time,
  reason: z.string(),
});
