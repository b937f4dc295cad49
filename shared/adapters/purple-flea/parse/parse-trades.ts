import * as z from 'zod/mini';
import { describeFailure, done, type VenueOutcome } from '../../../domain/failure.ts';
import { type Fill, UNKNOWN_ORDER } from '../../../domain/books/fill.ts';
import { onLot } from '../../../domain/order/grid.ts';
import { type MarketId, symbolOf } from '../../../domain/venue/market-id.ts';
import type { MarketSpec } from '../../../domain/venue/market.ts';
import { bpsToRatio, type EpochMs, price, size, type Usd, usd } from '../../../domain/units.ts';
import {
  idField,
  isMarket,
  isRecord,
  positiveField,
  readAs,
  sideField,
  toEpochMs,
  toNumber,
  unreadable,
} from '../wire.ts';

export interface TradeRow {
  /** Undefined where it cannot be read. */
  readonly at: EpochMs | undefined;
  /** Whole seconds are cut off, not rounded: the trade was at `at` or less than this later. */
  readonly resolutionMs: 1 | 1000;
  /**
   * Undefined for a row of another market or one that is no trade, which only counts for paging.
   */
  readonly fill: Fill | undefined;
}

export interface TradePage {
  readonly rows: readonly TradeRow[];
  /** One line for each row that was left out, or is not known in full. */
  readonly doubtful: readonly string[];
}

/** Whose trades, and what is taken where the venue does not say. */
export interface TradesOf {
  readonly market: MarketId;
  readonly spec: MarketSpec;
}

const listSchema = z.object({ trades: z.array(z.unknown()) });

/**
 * GET /v1/trade/history. Without identity, side, price, size and time a row is no fill and is named
 * as doubtful. What else is missing is taken for the worst and named, too: an execution by the
 * venue itself (liquidation, settlement) may have no order, fee or liquidity.
 */
export function parseTrades(body: unknown, of: TradesOf): VenueOutcome<TradePage> {
  const list = readAs(listSchema, body, 'trades');
  if (!list.ok) return list;
  const rows: TradeRow[] = [];
  const doubtful: string[] = [];
  for (const [index, raw] of list.value.trades.entries()) {
    const { row, doubt } = parseRow(raw, of, `trades.${index}`);
    rows.push(row);
    if (doubt !== undefined) doubtful.push(doubt);
  }
  return done({ rows, doubtful });
}

type Parsed = { readonly row: TradeRow; readonly doubt?: string | undefined };
type Raw = Readonly<Record<string, unknown>>;

function parseRow(raw: unknown, of: TradesOf, where: string): Parsed {
  if (!isRecord(raw)) return { row: NO_TRADE, doubt: `${where}: is not a trade` };
  const fine = toEpochMs(raw['timestamp']);
  const at = fine ?? toEpochMs(raw['createdAt']);
  const resolutionMs = fine === undefined && at !== undefined && at % 1000 === 0 ? 1000 : 1;
  const row: TradeRow = { at, resolutionMs, fill: undefined };
  const named = raw['coin'] ?? raw['symbol'] ?? raw['market'];
  if (typeof named !== 'string')
    return { row, doubt: `${where}: coin is missing, so the market is unknown` };
  if (!isMarket(named, symbolOf(of.market))) return { row };
  if (at === undefined) return { row, doubt: `${where}: timestamp and createdAt are no times` };
  const fill = parseFill(raw, at, of, where);
  return fill.ok
    ? { row: { ...row, fill: fill.value.fill }, doubt: fill.value.doubt }
    : { row, doubt: describeFailure(fill.failure) };
}

const NO_TRADE: TradeRow = { at: undefined, resolutionMs: 1, fill: undefined };

const tradeSchema = z.object({
  id: idField,
  side: sideField,
  price: positiveField,
  size: z.nullish(positiveField),
  sizeUsd: z.nullish(positiveField),
});

/** More than rounding explains: one of the two is in the wrong unit. */
const disagree = (notional: number, sizeUsd: number | null | undefined): boolean =>
  typeof sizeUsd === 'number' && Math.abs(notional - sizeUsd) > Math.max(1, sizeUsd * 0.05);

function parseFill(
  raw: Raw,
  at: EpochMs,
  { market, spec }: TradesOf,
  where: string,
): VenueOutcome<{ readonly fill: Fill; readonly doubt: string | undefined }> {
  const read = readAs(tradeSchema, raw, where);
  if (!read.ok) return read;
  const wire = read.value;
  const traded =
    wire.size ??
    (typeof wire.sizeUsd === 'number' ? onLot(spec.lot, wire.sizeUsd / wire.price) : undefined);
  if (traded === undefined) return unreadable(`${where}: size and sizeUsd are missing`);
  if (traded === 0) return unreadable(`${where}: sizeUsd is less than half a lot`);
  const notional = traded * wire.price;
  if (disagree(notional, wire.sizeUsd)) return unreadable(`${where}: size and sizeUsd disagree`);
  const { known, doubts } = termsOf(raw, notional, spec);
  return done({
    fill: {
      id: wire.id,
      market,
      at,
      side: wire.side,
      price: price(wire.price),
      size: size(traded),
      ...known,
    },
    doubt: doubts.length === 0 ? undefined : `trade ${wire.id}: ${doubts.join(', ')}`,
  });
}

/** The venue's fee is positive when it costs. */
function termsOf(
  raw: Raw,
  notional: number,
  { fees }: MarketSpec,
): {
  readonly known: Pick<Fill, 'orderId' | 'feeUsd' | 'liquidity'>;
  readonly doubts: readonly string[];
} {
  const order = idField.safeParse(raw['orderId']);
  const fee = toNumber(raw['fee']);
  const word = typeof raw['liquidity'] === 'string' ? raw['liquidity'].toLowerCase() : undefined;
  const liquidity = word === 'maker' || word === 'taker' ? word : undefined;
  const takerFee = (): Usd => usd(0 - notional * bpsToRatio(fees.takerBps));
  return {
    known: {
      orderId: order.success ? order.data : UNKNOWN_ORDER,
      feeUsd: fee === undefined ? takerFee() : usd(0 - fee),
      liquidity: liquidity ?? 'taker',
    },
    doubts: [
      ...(order.success ? [] : ['it names no order']),
      ...(fee === undefined ? ['its fee is unknown, the taker rate is taken'] : []),
      ...(liquidity === undefined ? ['neither maker nor taker, taken for a taker'] : []),
    ],
  };
}
