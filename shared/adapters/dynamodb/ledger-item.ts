import * as z from 'zod/mini';
import { InvariantError } from '../../domain/failure.ts';
import { type LedgerEntry, timeOf } from '../../domain/ledger-entry.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { utcDay } from '../../domain/time.ts';
import { type EpochMs, epochMs, price, signedSize, size, usd } from '../../domain/units.ts';
import { marketIdField } from '../../schema/market-id.ts';
import { count, double, filledText, type Schema, unitOf } from './attribute.ts';

/** Digits of a time in a sort key: sorts as text like a number until the year 33658. */
const TIME_DIGITS = 15;

const time = unitOf(epochMs);
const mid = unitOf(price);

/** An item of the Ledger table, without its key. */
export const ledgerItem: Schema<LedgerEntry> = z.discriminatedUnion('kind', [
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
    fence: count,
  }),
  z.object({
    kind: z.literal('funding'),
    payment: z.object({ market: marketIdField, at: time, rate: double, amountUsd: unitOf(usd) }),
    mid,
    fence: count,
  }),
  z.object({
    kind: z.literal('adjustment'),
    market: marketIdField,
    at: time,
    size: unitOf(signedSize),
    mid,
    fence: count,
  }),
]);

export interface LedgerKey {
  /** `BTC-PERP#2026-01-05`, the UTC day. */
  readonly marketDay: string;
  /** `001767571200000#fill#<id>`: sorts by time; the same fact always has the same one. */
  readonly timeId: string;
}

export const ledgerKey = (entry: LedgerEntry): LedgerKey => ({
  marketDay: marketDay(marketOf(entry), timeOf(entry)),
  timeId: `${timePrefix(timeOf(entry))}#${entry.kind}#${idOf(entry)}`,
});

export const marketDay = (symbol: MarketId, at: EpochMs): string => `${symbol}#${utcDay(at)}`;

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

export function marketOf(entry: LedgerEntry): MarketId {
  switch (entry.kind) {
    case 'fill':
      return entry.fill.market;
    case 'funding':
      return entry.payment.market;
    case 'adjustment':
      return entry.market;
  }
}

/** Unique among the facts of one kind, market and millisecond. */
function idOf(entry: LedgerEntry): string {
  switch (entry.kind) {
    case 'fill':
      return entry.fill.id;
    case 'funding':
      return 'boundary';
    case 'adjustment':
      return `${entry.fence}#${entry.size}`;
  }
}
