import * as z from 'zod/mini';
import { done, type VenueOutcome } from '../../domain/failure.ts';
import type { Fill } from '../../domain/fill.ts';
import { type Grid, onLot } from '../../domain/grid.ts';
import { type MarketId, symbolOf } from '../../domain/market-id.ts';
import { type EpochMs, price, size, usd } from '../../domain/units.ts';
import {
  idField,
  isMarket,
  numberField,
  positiveField,
  readAs,
  sideField,
  timeField,
  unreadable,
} from './wire.ts';

/** `fill` is undefined for a trade in another market, which only counts for paging. */
export interface TradeRow {
  readonly at: EpochMs;
  /** Whole seconds are cut off, not rounded: the trade was at `at` or less than this later. */
  readonly resolutionMs: 1 | 1000;
  readonly fill: Fill | undefined;
}

const headSchema = z.object({
  coin: z.nullish(z.string()),
  symbol: z.nullish(z.string()),
  market: z.nullish(z.string()),
  timestamp: z.nullish(timeField),
  createdAt: z.nullish(timeField),
});

const tradeSchema = z.object({
  id: idField,
  orderId: idField,
  side: sideField,
  price: positiveField,
  size: z.nullish(positiveField),
  sizeUsd: z.nullish(positiveField),
  fee: numberField,
  liquidity: z.pipe(
    z.transform((value) => (typeof value === 'string' ? value.toLowerCase() : value)),
    z.enum(['maker', 'taker'], { error: 'is neither maker nor taker' }),
  ),
});

/** More than rounding explains: one of the two is in the wrong unit. */
const disagree = (notional: number, sizeUsd: number | null | undefined): boolean =>
  typeof sizeUsd === 'number' && Math.abs(notional - sizeUsd) > Math.max(1, sizeUsd * 0.05);

const listSchema = z.object({ trades: z.array(z.unknown()) });

/**
 * GET /v1/trade/history. The venue's fee is positive when it costs. A row that does not say whether
 * it was maker or taker is refused: which one decides where its P&L is booked, and an adapter
 * cannot know what it sent in an earlier life.
 */
export function parseTrades(
  body: unknown,
  market: MarketId,
  lot: Grid,
): VenueOutcome<readonly TradeRow[]> {
  const list = readAs(listSchema, body, 'trades');
  if (!list.ok) return list;
  const rows: TradeRow[] = [];
  for (const [index, raw] of list.value.trades.entries()) {
    const row = parseRow(raw, market, lot, `trades.${index}`);
    if (!row.ok) return row;
    rows.push(row.value);
  }
  return done(rows);
}

function parseRow(
  raw: unknown,
  market: MarketId,
  lot: Grid,
  where: string,
): VenueOutcome<TradeRow> {
  const head = readAs(headSchema, raw, where);
  if (!head.ok) return head;
  const named = head.value.coin ?? head.value.symbol ?? head.value.market;
  const at = head.value.timestamp ?? head.value.createdAt;
  if (typeof named !== 'string')
    return unreadable(`${where}: coin is missing, so the market is unknown`);
  if (typeof at !== 'number') return unreadable(`${where}: timestamp and createdAt are missing`);
  const resolutionMs = typeof head.value.timestamp !== 'number' && at % 1000 === 0 ? 1000 : 1;
  if (!isMarket(named, symbolOf(market))) return done({ at, resolutionMs, fill: undefined });
  const fill = parseFill(raw, market, at, lot, where);
  return fill.ok ? done({ at, resolutionMs, fill: fill.value }) : fill;
}

function parseFill(
  raw: unknown,
  market: MarketId,
  at: EpochMs,
  lot: Grid,
  where: string,
): VenueOutcome<Fill> {
  const read = readAs(tradeSchema, raw, where);
  if (!read.ok) return read;
  const wire = read.value;
  const traded =
    wire.size ??
    (typeof wire.sizeUsd === 'number' ? onLot(lot, wire.sizeUsd / wire.price) : undefined);
  if (traded === undefined) return unreadable(`${where}: size and sizeUsd are missing`);
  if (traded === 0) return unreadable(`${where}: sizeUsd is less than half a lot`);
  if (disagree(traded * wire.price, wire.sizeUsd))
    return unreadable(`${where}: size and sizeUsd disagree`);
  return done({
    id: wire.id,
    market,
    at,
    side: wire.side,
    price: price(wire.price),
    size: size(traded),
    feeUsd: usd(0 - wire.fee),
    liquidity: wire.liquidity,
    orderId: wire.orderId,
  });
}
