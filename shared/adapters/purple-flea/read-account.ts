import { describeFailure, done, type VenueOutcome } from '../../domain/failure.ts';
import type { Grid } from '../../domain/order/grid.ts';
import type { OpenOrder } from '../../domain/order/order.ts';
import { epochMs } from '../../domain/units.ts';
import type {
  AccountSnapshot,
  OrderReport,
  PositionReport,
} from '../../domain/venue/venue-answers.ts';
import { marketPath } from './market-data.ts';
import { needsMid, parseInventory, positionFrom } from './parse/parse-inventory.ts';
import { parseOpenOrder } from './parse/parse-orders.ts';
import { parsePrice } from './parse/parse-price.ts';
import { type OrderList, readOrders } from './read-orders.ts';
import { type Read, valueOf } from './http/reader.ts';

/** The lot of a market; it may ask the venue, the first time. */
export type LotOf = (symbol: string) => Promise<VenueOutcome<Grid>>;

/** Position and orders at once. */
export async function readAccount(
  read: Read,
  symbol: string,
  lotOf: LotOf,
): Promise<VenueOutcome<AccountSnapshot>> {
  const [held, resting] = await Promise.all([
    readPosition(read, symbol, lotOf),
    readOpenOrders(read, symbol, lotOf),
  ]);
  if (!held.ok) return held;
  if (!resting.ok) return resting;
  return done({
    ...held.value,
    ...resting.value,
    requestsLeftRatio: Math.min(held.value.requestsLeftRatio, resting.value.requestsLeftRatio),
  });
}

export async function readPosition(
  read: Read,
  symbol: string,
  lotOf: LotOf,
): Promise<VenueOutcome<PositionReport>> {
  const [lot, inventory] = await Promise.all([
    lotOf(symbol),
    read('/v1/mm/inventory', { symbol }, parseInventory),
  ]);
  if (!lot.ok) return lot;
  if (!inventory.ok) return inventory;
  const { value: seen, requestsLeftRatio } = inventory.value;
  const mid = needsMid(seen) ? await midOf(read, symbol) : done(undefined);
  if (!mid.ok) return mid;
  const position = positionFrom(seen, lot.value, mid.value);
  return position.ok ? done({ position: position.value, requestsLeftRatio }) : position;
}

/** Only the price is looked at, not how old it is. */
const UNDATED = epochMs(0);

/** For a venue that states a position in USD only. */
const midOf = (read: Read, symbol: string): Promise<VenueOutcome<number | undefined>> =>
  valueOf(
    read(marketPath(symbol, '/price'), {}, (body) => {
      const price = parsePrice(body, UNDATED);
      return price.ok ? done(price.value.mid) : price;
    }),
  );

/** An order that cannot be read is a list that is not complete. */
export async function readOpenOrders(
  read: Read,
  symbol: string,
  lotOf: LotOf,
): Promise<VenueOutcome<OrderReport>> {
  const [lot, listed] = await Promise.all([lotOf(symbol), readOrders(read, symbol)]);
  if (!lot.ok) return lot;
  if (!listed.ok) return listed;
  const { orders, doubtful } = openOrders(listed.value, lot.value);
  const { requestsLeftRatio } = listed.value;
  return done({ orders, complete: doubtful.length === 0, doubtful, requestsLeftRatio });
}

function openOrders(
  list: OrderList,
  lot: Grid,
): { readonly orders: readonly OpenOrder[]; readonly doubtful: readonly string[] } {
  const orders: OpenOrder[] = [];
  const doubtful = [...list.doubtful];
  for (const row of list.resting) {
    const order = parseOpenOrder(row, lot);
    if (!order.ok) doubtful.push(describeFailure(order.failure));
    else if (order.value.remaining > 0) orders.push(order.value);
  }
  return { orders, doubtful };
}
