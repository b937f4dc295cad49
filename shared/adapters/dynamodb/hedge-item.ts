import * as z from 'zod/mini';
import type { HedgeOutcome, HedgeRecord } from '../../domain/hedge.ts';
import { epochMs, usd } from '../../domain/units.ts';
import { marketIdField } from '../../schema/market-id.ts';
import { double, filledText, type Schema, unitOf } from './attribute.ts';

const time = unitOf(epochMs);
const money = unitOf(usd);

export const hedgeOutcome: Schema<HedgeOutcome> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hedged'), reducedUsd: money, inventoryUsd: money }),
  z.object({ kind: z.literal('not-needed'), inventoryUsd: money }),
  z.object({ kind: z.literal('gave-up'), reason: z.string() }),
]);

const status = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open') }),
  z.object({ kind: z.literal('claimed'), by: filledText, expiresAt: time }),
  z.object({ kind: z.literal('done'), outcome: hedgeOutcome, at: time }),
]);

/** HEDGE in the State table, without its key. */
export const hedgeItem: Schema<HedgeRecord> = z.object({
  intent: z.object({
    id: filledText,
    market: marketIdField,
    openedAt: time,
    inventoryUsd: money,
    thresholdUsd: money,
    hedgeFraction: double,
    hedgeMaxSlippageBps: double,
  }),
  status,
});

export const hedgeStatus: Schema<HedgeRecord['status']> = status;
