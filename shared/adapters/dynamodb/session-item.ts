import * as z from 'zod/mini';
import type { Session } from '../../domain/session.ts';
import { epochMs, price, signedSize, size, usd } from '../../domain/units.ts';
import { count, double, filledText, orUndefined, type Schema, unitOf } from './attribute.ts';

const time = unitOf(epochMs);
const money = unitOf(usd);
const aPrice = unitOf(price);

const pnl = z.object({
  position: z.object({ size: unitOf(signedSize), averageEntry: orUndefined(aPrice) }),
  markPrice: orUndefined(aPrice),
  spreadIncomeUsd: money,
  makerFeesUsd: money,
  takerFeesUsd: money,
  inventoryPnlUsd: money,
  hedgeCostUsd: money,
  fundingUsd: money,
  volumeUsd: money,
  fills: count,
});

const workingOrder = z.object({
  clientId: orUndefined(z.string()),
  venueId: orUndefined(z.string()),
  side: z.enum(['buy', 'sell']),
  level: double,
  price: aPrice,
  remaining: unitOf(size),
  state: z.enum(['sending', 'open', 'cancelling', 'unknown', 'stranger']),
  since: time,
});

const brain = z.object({
  volatility: z.object({
    lastMid: orUndefined(aPrice),
    lastAt: orUndefined(time),
    weightedSquares: double,
    weightedMs: double,
    observedMs: double,
  }),
  pausedBySpread: z.boolean(),
  quoted: orUndefined(z.object({ inventorySize: double, parameterVersion: z.string(), targetRatio: double })),
});

/** SESSION in the State table, without its key `item`. */
export const sessionItem: Schema<Session> = z.object({
  market: filledText,
  fence: count,
  savedAt: time,
  startedAt: time,
  pnl,
  fillCursor: z.object({ at: time, booked: z.array(z.object({ id: filledText, at: time })) }),
  fundingBookedTo: time,
  orders: z.array(workingOrder),
  brain,
  quotesPlaced: count,
  decisions: count,
  decisionsHash: z.string(),
  openHedge: orUndefined(z.object({ id: filledText, openedAt: time })),
});
