import * as z from 'zod/mini';
import type { Session } from '../../domain/session.ts';
import {
  type EpochMs,
  epochMs,
  type Price,
  price,
  signedSize,
  size,
  usd,
} from '../../domain/units.ts';
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

/** A text, because only the brain of the same version knows what is in it. */
const brain = z.object({
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

/** The part of a session that other markets look at. */
export const markItem: Schema<{
  readonly pnl: { readonly markPrice: Price | undefined };
  readonly savedAt: EpochMs;
}> = z.object({
  pnl: z.object({ markPrice: orUndefined(aPrice) }),
  savedAt: time,
});

/** SESSION in the State table, without its key `item`. */
export const sessionItem: Schema<Session> = z.object({
  market: marketIdField,
  fence: count,
  savedAt: time,
  startedAt: time,
  pnl,
  fillCursor: z.object({ at: time, booked: z.array(z.object({ id: filledText, at: time })) }),
  fundingBookedTo: time,
  orders: z.array(workingOrder),
  brain: orUndefined(brain),
  equity: orUndefined(equity),
  quotesPlaced: count,
  decisions: count,
  decisionsHash: z.string(),
  openHedge: orUndefined(z.object({ id: filledText, openedAt: time })),
});
