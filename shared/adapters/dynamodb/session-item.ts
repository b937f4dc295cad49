import * as z from 'zod/mini';
import type { BrainMemory } from '../../domain/brain-memory.ts';
import type { MarketMark } from '../../domain/market-mark.ts';
import type { Session } from '../../domain/session.ts';
import { epochMs, price, signedSize, size, usd } from '../../domain/units.ts';
import { marketIdField } from '../../schema/market-id.ts';
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

/** BRAIN: a text, because only the brain of the same version knows what is in it. */
export const brainItem: Schema<BrainMemory> = z.object({
  version: filledText,
  json: z.string().check(z.refine(isJson, 'not JSON')),
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const equity = z.object({
  firstAt: time,
  firstUsd: double,
  lastAt: time,
  lastUsd: double,
  peakUsd: double,
  peakAt: time,
  maxDrawdownUsd: double,
  dayOpenUsd: double,
  worstPastDayUsd: double,
});

/** MARK in the State table, without its key `item`. */
export const markItem: Schema<MarketMark> = z.object({
  market: marketIdField,
  fence: count,
  at: time,
  mid: aPrice,
  position: unitOf(signedSize),
  netPnlUsd: money,
  peakUsd: money,
  dayOpenUsd: money,
  limitsSince: time,
});

/** SESSION in the State table, without its key `item`. */
export const sessionItem: Schema<Session> = z.object({
  market: marketIdField,
  group: filledText,
  fence: count,
  savedAt: time,
  startedAt: time,
  pnl,
  lastFact: count,
  fillsBookedTo: time,
  fundingBookedTo: time,
  orders: z.array(workingOrder),
  equity: orUndefined(equity),
  quotesPlaced: count,
  decisions: count,
  decisionsHash: z.string(),
  openHedge: orUndefined(z.object({ id: filledText, openedAt: time })),
  parametersVersion: z.string(),
});
