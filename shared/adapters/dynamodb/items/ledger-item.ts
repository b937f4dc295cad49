import * as z from 'zod/mini';
import { InvariantError } from '../../../domain/failure.ts';
import type { Halt } from '../../../domain/trading/halt.ts';
import {
  factName,
  type LedgerEntry,
  marketOf,
  type StoredFact,
  timeOf,
} from '../../../domain/books/ledger-entry.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import { utcDay } from '../../../domain/time.ts';
import { type EpochMs, epochMs, price, signedSize, size, usd } from '../../../domain/units.ts';
import { marketIdField } from '../../../schema/market-id.ts';
import { count, double, filledText, orUndefined, type Schema, unitOf } from './attribute.ts';
import { hedgeOutcome } from './hedge-item.ts';
import type { Key } from '../table/table.ts';

/** Digits of a time in a sort key: sorts as text like a number until the year 33658. */
const TIME_DIGITS = 15;

const time = unitOf(epochMs);
const mid = unitOf(price);

const halt: Schema<Halt & { readonly at: EpochMs }> = z.object({
  market: marketIdField,
  cause: filledText,
  text: z.string(),
  at: time,
  netPnlUsd: orUndefined(double),
});

const entry: Schema<LedgerEntry> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('fill'),
    fill: z.object({
      id: filledText,
      market: marketIdField,
      at: time,
      side: z.enum(['buy', 'sell']),
      price: unitOf(price),
      size: unitOf(size),
      feeUsd: unitOf(usd),
      liquidity: z.enum(['maker', 'taker']),
      orderId: z.string(),
    }),
    mid,
  }),
  z.object({
    kind: z.literal('funding'),
    payment: z.object({ market: marketIdField, at: time, rate: double, amountUsd: unitOf(usd) }),
    mid,
  }),
  z.object({
    kind: z.literal('adjustment'),
    id: filledText,
    market: marketIdField,
    at: time,
    size: unitOf(signedSize),
    mid,
  }),
  z.object({
    kind: z.literal('hedge'),
    intent: filledText,
    market: marketIdField,
    at: time,
    completedAt: time,
    outcome: hedgeOutcome,
  }),
  z.object({ kind: z.literal('halt'), halt }),
]);

/** An item of the Ledger table, without its key. */
export const ledgerItem: Schema<StoredFact> = z.object({ number: count, fence: count, entry });

/**
 * `purple-flea/BTC-PERP#2026-01-05`, the UTC day, and `001767571200000#fill#<id>`: sorts by time;
 * the same fact always has the same one.
 */
export const ledgerKey = (fact: LedgerEntry): Key => ({
  marketDay: marketDay(marketOf(fact), timeOf(fact)),
  timeId: `${timePrefix(timeOf(fact))}#${factName(fact)}`,
});

export const marketDay = (market: MarketId, at: EpochMs): string => `${market}#${utcDay(at)}`;

/**
 * Sorts before every key of that millisecond and after every earlier one. @throws InvariantError
 * beyond 15 digits.
 */
export function timePrefix(at: EpochMs): string {
  const digits = String(Math.floor(at));
  if (!/^\d{1,15}$/.test(digits))
    throw new InvariantError(`a ledger time has at most ${TIME_DIGITS} digits, was ${at}`);
  return digits.padStart(TIME_DIGITS, '0');
}
