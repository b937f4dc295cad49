import * as z from 'zod/mini';
import type { HedgeAttempt, HedgeOutcome, HedgeRecord } from '../../../domain/trading/hedge.ts';
import { epochMs, usd } from '../../../domain/units.ts';
import { marketIdField } from '../../../schema/market-id.ts';
import { count, double, filledText, type Schema, undefinedOrMissing, unitOf } from './attribute.ts';

const time = unitOf(epochMs);
const money = unitOf(usd);

export const hedgeOutcome: Schema<HedgeOutcome> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hedged'),
    side: undefinedOrMissing(z.enum(['buy', 'sell'])),
    reducedUsd: money,
    inventoryUsd: money,
  }),
  z.object({ kind: z.literal('not-needed'), inventoryUsd: money }),
  z.object({ kind: z.literal('called-off'), reason: z.string() }),
  z.object({ kind: z.literal('gave-up'), reason: z.string() }),
]);

const status = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open') }),
  z.object({ kind: z.literal('claimed'), by: filledText, expiresAt: time }),
  z.object({ kind: z.literal('done'), outcome: hedgeOutcome, at: time }),
]);

export const hedgeAttempt: Schema<HedgeAttempt> = z.object({
  number: count,
  sentAt: time,
  began: double,
  before: double,
  asked: double,
});

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
  attempt: undefinedOrMissing(hedgeAttempt),
});

export const hedgeStatus: Schema<HedgeRecord['status']> = status;
