import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VenueOutcome } from '#shared/domain/failure.ts';
import { grid } from '#shared/domain/order/grid.ts';
import { epochMs } from '#shared/domain/units.ts';
import { parseFundingHistory } from '#shared/adapters/purple-flea/parse/parse-funding-history.ts';
import {
  parseInventory,
  positionFrom,
} from '#shared/adapters/purple-flea/parse/parse-inventory.ts';
import { parseMarketSpec } from '#shared/adapters/purple-flea/parse/parse-market-spec.ts';
import {
  parseCancelled,
  parseFate,
  saysAllCancelled,
} from '#shared/adapters/purple-flea/parse/parse-cancelled.ts';
import { parseOpenOrder, parseOrderPage } from '#shared/adapters/purple-flea/parse/parse-orders.ts';
import {
  parseHedge,
  parseOrderPlaced,
  parseQuotePlaced,
} from '#shared/adapters/purple-flea/parse/parse-placed.ts';
import { parsePnl } from '#shared/adapters/purple-flea/parse/parse-pnl.ts';
import { parsePrice } from '#shared/adapters/purple-flea/parse/parse-price.ts';
import { parseTicker } from '#shared/adapters/purple-flea/parse/parse-ticker.ts';
import { parseTrades } from '#shared/adapters/purple-flea/parse/parse-trades.ts';
import { parseVolatility } from '#shared/adapters/purple-flea/parse/parse-volatility.ts';
import { BTC } from '#test/builders/market.ts';
import { aQuote, aReduce, MARKET, NOW, SPEC } from './builders.ts';

const LOT = grid(0.001);

const position = (body: unknown): VenueOutcome<unknown> => {
  const seen = parseInventory(body);
  return seen.ok ? positionFrom(seen.value, LOT, 100) : seen;
};

const orders = (body: unknown): unknown => {
  const page = parseOrderPage(body, MARKET);
  return page.ok ? page.value.resting.map((row) => parseOpenOrder(row, LOT)) : page;
};
const spec = parseMarketSpec(SPEC, MARKET, undefined);
if (!spec.ok) throw new Error('the builder describes no market');
const of = { market: BTC, spec: spec.value };

const READERS: readonly (readonly [string, readonly string[], (body: unknown) => unknown])[] = [
  [
    'spec',
    ['symbol', 'tick_size', 'lot_size', 'size_step', 'min_size_usd', 'maker_fee', 'taker_fee'],
    (body) => parseMarketSpec(body, MARKET, 0.01),
  ],
  [
    'price',
    ['best_bid', 'best_ask', 'best_bid_size', 'best_ask_size', 'mid', 'timestamp'],
    (body) => parsePrice(body, NOW),
  ],
  ['inventory', ['net_size', 'net_delta_usd', 'average_entry_price', 'mark_price'], position],
  ['ticker', ['funding_rate', 'next_funding_at', 'funding_interval_hours'], parseTicker],
  ['volatility', ['realized_vol'], parseVolatility],
  ['pnl', ['net_pnl', 'mark_price', 'net_size'], (body) => parsePnl(body, of.spec.lot)],
  [
    'orders',
    ['orders', 'id', 'side', 'limit_price', 'size_usd', 'remaining_size', 'status'],
    orders,
  ],
  [
    'trades',
    [
      'trades',
      'id',
      'orderId',
      'coin',
      'side',
      'price',
      'size',
      'sizeUsd',
      'fee',
      'liquidity',
      'createdAt',
    ],
    (body) => parseTrades(body, of),
  ],
  [
    'payments',
    ['payments', 'time', 'rate', 'amount_usd'],
    (body) => parseFundingHistory(body, BTC, epochMs(0), epochMs(9e15)),
  ],
  [
    'quote',
    ['bid_id', 'ask_id', 'bid_status', 'reason', 'error'],
    (body) => parseQuotePlaced(body, aQuote()),
  ],
  [
    'order',
    ['order_id', 'order', 'id', 'status', 'filled_size', 'client_order_id'],
    (body) => parseOrderPlaced(body, aQuote()),
  ],
  ['hedge', ['fill_price', 'filled_size'], (body) => parseHedge(body, aReduce())],
  [
    'cancel',
    ['order_id', 'id', 'status', 'success', 'filled_size', 'order', 'error'],
    (body) => [parseCancelled(body, 'o1'), parseFate(body, 'o1'), saysAllCancelled(body, MARKET)],
  ],
];

/** Values a field could have, likely ones often enough that a whole answer is sometimes right. */
const value = fc.oneof(
  fc.jsonValue(),
  fc.double(),
  fc.double({ min: 0.001, max: 1000, noNaN: true }),
  fc.constantFrom(
    NOW,
    MARKET,
    'BTC',
    'long',
    'sell',
    'open',
    'maker',
    'NaN',
    'Infinity',
    '1e999',
    '-5',
    '0.25',
    Number.NaN,
    -0,
    null,
    '',
  ),
);

/** The first number of an outcome that is not finite. */
function wrongNumber(found: unknown): unknown {
  if (typeof found === 'number') return Number.isFinite(found) ? undefined : found;
  if (typeof found !== 'object' || found === null) return undefined;
  return Object.values(found)
    .map(wrongNumber)
    .find((wrong) => wrong !== undefined);
}

describe.each(READERS)('whatever the venue answers, the reader of %s', (_name, fields, read) => {
  const row = fc.record(Object.fromEntries(fields.map((field) => [field, value])), {
    requiredKeys: [],
  });
  const list = fc
    .array(row, { maxLength: 3 })
    .map((rows) => ({ orders: rows, trades: rows, payments: rows }));

  it('never throws and never lets a number through that is none', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), row, list, fc.anything()), (body) => {
        expect(wrongNumber(read(body))).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });
});
