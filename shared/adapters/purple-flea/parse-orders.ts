import * as z from 'zod/mini';
import { done, type VenueOutcome } from '../../domain/failure.ts';
import { type Grid, onLot } from '../../domain/grid.ts';
import type { MarketSymbol } from '../../domain/market.ts';
import type { OpenOrder } from '../../domain/order.ts';
import { price, size } from '../../domain/units.ts';
import {
  idField,
  isMarket,
  nonNegativeField,
  positiveField,
  readAs,
  sideField,
  unreadable,
} from './wire.ts';

const RESTING: ReadonlySet<string> = new Set(['pending', 'open', 'partial', 'partially_filled']);
const GONE: ReadonlySet<string> = new Set([
  'filled',
  'cancelled',
  'canceled',
  'expired',
  'rejected',
  'closed',
]);

/**
 * Which rows are ours to read at all: of those of other markets, or that are gone, the other fields
 * do not matter.
 */
const rowHeadSchema = z.object({
  market: z.nullish(z.string()),
  symbol: z.nullish(z.string()),
  status: z.nullish(
    z.string().check(
      z.toLowerCase(),
      z.refine((status) => RESTING.has(status) || GONE.has(status), 'is not a known order state'),
    ),
  ),
});

/** The order rests whatever its client id looks like: one that is no text is none of ours. */
const textOrNothing = z.pipe(
  z.optional(z.unknown()),
  z.transform((value): string | undefined => (typeof value === 'string' ? value : undefined)),
);

const orderSchema = z.object({
  id: z.nullish(idField),
  order_id: z.nullish(idField),
  client_order_id: textOrNothing,
  side: sideField,
  limit_price: z.nullish(positiveField),
  price: z.nullish(positiveField),
  remaining_size: z.nullish(nonNegativeField),
  remaining_size_usd: z.nullish(nonNegativeField),
  size_usd: z.nullish(nonNegativeField),
});

const listSchema = z.object({ orders: z.array(z.unknown()) });

/**
 * GET /v1/orders: those that rest in the market. A row that names no market is of the one that was
 * asked for.
 */
export function parseOrders(
  body: unknown,
  market: MarketSymbol,
  lot: Grid,
): VenueOutcome<readonly OpenOrder[]> {
  const list = readAs(listSchema, body, 'orders');
  if (!list.ok) return list;
  const orders: OpenOrder[] = [];
  for (const [index, row] of list.value.orders.entries()) {
    const rests = restsIn(row, market, index);
    if (!rests.ok) return rests;
    const order = rests.value ? parseOrder(row, lot, index) : done(undefined);
    if (!order.ok) return order;
    if (order.value !== undefined && order.value.remaining > 0) orders.push(order.value);
  }
  return done(orders);
}

function restsIn(row: unknown, market: MarketSymbol, index: number): VenueOutcome<boolean> {
  const head = readAs(rowHeadSchema, row, `orders.${index}`);
  if (!head.ok) return head;
  const { market: named, symbol, status } = head.value;
  return done(isMarket(named ?? symbol ?? market, market) && RESTING.has(status ?? 'open'));
}

function parseOrder(row: unknown, lot: Grid, index: number): VenueOutcome<OpenOrder> {
  const read = readAs(orderSchema, row, `orders.${index}`);
  if (!read.ok) return read;
  const wire = read.value;
  const venueId = wire.id ?? wire.order_id;
  const at = wire.limit_price ?? wire.price;
  if (typeof venueId !== 'string' || typeof at !== 'number')
    return unreadable(`orders.${index}: id or limit_price is missing`);
  const usdLeft = wire.remaining_size_usd ?? wire.size_usd;
  const remaining =
    wire.remaining_size ?? (typeof usdLeft === 'number' ? lotsWorth(lot, usdLeft / at) : undefined);
  if (remaining === undefined)
    return unreadable(
      `orders.${index}: remaining_size, remaining_size_usd and size_usd are missing`,
    );
  return done({
    venueId,
    clientId: wire.client_order_id,
    side: wire.side,
    price: price(at),
    remaining: size(remaining),
  });
}

/** To the nearest lot, but what still rests is never rounded away. */
const lotsWorth = (lot: Grid, value: number): number =>
  value === 0 ? 0 : Math.max(lot.step, onLot(lot, value));
