import * as z from 'zod/mini';
import { done, type VenueOutcome } from '../../../domain/failure.ts';
import { type Grid, onLot } from '../../../domain/order/grid.ts';
import type { OpenOrder } from '../../../domain/order/order.ts';
import { price, size } from '../../../domain/units.ts';
import { orderState } from './order-state.ts';
import {
  idField,
  isMarket,
  isRecord,
  nonNegativeField,
  positiveField,
  readAs,
  sideField,
  unreadable,
} from '../wire.ts';

/** An order that rests in the market, known by name. */
export interface RestingRow {
  readonly venueId: string;
  readonly clientId: string | undefined;
  readonly row: Readonly<Record<string, unknown>>;
  /** Where it stood, for a message. */
  readonly where: string;
}

export interface OrderPage {
  /** Of all its rows, whatever their market and state; undefined where one has none. */
  readonly ids: readonly (string | undefined)[];
  readonly resting: readonly RestingRow[];
  /** Rows that may be orders of this market but cannot be told, one line each. */
  readonly doubtful: readonly string[];
  /** Some row has the field of our ids, filled or not. */
  readonly carriesIds: boolean;
}

const listSchema = z.object({ orders: z.array(z.unknown()) });

/**
 * GET /v1/orders: what rests in the market. A row that names no market is of the one that was asked
 * for; of another market's, or of what is gone, the other fields do not matter.
 */
export function parseOrderPage(body: unknown, symbol: string): VenueOutcome<OrderPage> {
  const list = readAs(listSchema, body, 'orders');
  if (!list.ok) return list;
  const ids: (string | undefined)[] = [];
  const resting: RestingRow[] = [];
  const doubtful: string[] = [];
  for (const [index, row] of list.value.orders.entries()) {
    const where = `orders.${index}`;
    const fields = isRecord(row) ? row : {};
    const named = idField.safeParse(fields['id'] ?? fields['order_id']);
    ids.push(named.success ? named.data : undefined);
    if (!isRecord(row)) doubtful.push(`${where}: is not an order`);
    else if (!mayRestIn(row, symbol)) continue;
    else if (!named.success) doubtful.push(`${where}: id is missing or no id`);
    else resting.push({ venueId: named.data, clientId: textIn(row), row, where });
  }
  const carriesIds = list.value.orders.some((row) => isRecord(row) && CLIENT_ID in row);
  return done({ ids, resting, doubtful, carriesIds });
}

const CLIENT_ID = 'client_order_id';

/** The order rests whatever its client id looks like: one that is no text is none of ours. */
function textIn(row: RestingRow['row']): string | undefined {
  const text = row[CLIENT_ID];
  return typeof text === 'string' ? text : undefined;
}

function mayRestIn(row: RestingRow['row'], symbol: string): boolean {
  const named = row['market'] ?? row['symbol'];
  if (typeof named === 'string' && !isMarket(named, symbol)) return false;
  return orderState(row['status']) === 'rests';
}

const orderSchema = z.object({
  side: sideField,
  limit_price: z.nullish(positiveField),
  price: z.nullish(positiveField),
  remaining_size: z.nullish(nonNegativeField),
  remaining_size_usd: z.nullish(nonNegativeField),
  size_usd: z.nullish(nonNegativeField),
});

/** A row as an order; `remaining` may be zero. */
export function parseOpenOrder(
  { venueId, clientId, row, where }: RestingRow,
  lot: Grid,
): VenueOutcome<OpenOrder> {
  const read = readAs(orderSchema, row, where);
  if (!read.ok) return read;
  const wire = read.value;
  const at = wire.limit_price ?? wire.price;
  if (typeof at !== 'number') return unreadable(`${where}: limit_price is missing`);
  const usdLeft = wire.remaining_size_usd ?? wire.size_usd;
  const remaining =
    wire.remaining_size ?? (typeof usdLeft === 'number' ? lotsWorth(lot, usdLeft / at) : undefined);
  if (remaining === undefined)
    return unreadable(`${where}: remaining_size, remaining_size_usd and size_usd are missing`);
  return done({ venueId, clientId, side: wire.side, price: price(at), remaining: size(remaining) });
}

/** To the nearest lot, but what still rests is never rounded away. */
const lotsWorth = (lot: Grid, value: number): number =>
  value === 0 ? 0 : Math.max(lot.step, onLot(lot, value));
