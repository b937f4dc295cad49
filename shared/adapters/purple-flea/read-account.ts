import { describeFailure, done, type VenueOutcome } from '../../domain/failure.ts';
import type { Grid } from '../../domain/grid.ts';
import type { OpenOrder } from '../../domain/order.ts';
import { epochMs } from '../../domain/units.ts';
import type { AccountSnapshot } from '../../domain/venue-answers.ts';
import { marketPath } from './market-data.ts';
import { needsMid, parseInventory, positionFrom } from './parse-inventory.ts';
import { parseOpenOrder } from './parse-orders.ts';
import { parsePrice } from './parse-price.ts';
import { type OrderList, readOrders } from './read-orders.ts';
import { type Read, valueOf } from './reader.ts';

/**
 * Position and orders at once; an order that cannot be read is a list that is not complete. `lotOf`
 * may ask the venue, the first time.
 */
export async function readAccount(
  read: Read,
  symbol: string,
  lotOf: (symbol: string) => Promise<VenueOutcome<Grid>>,
): Promise<VenueOutcome<AccountSnapshot>> {
  const [lot, inventory, listed] = await Promise.all([
    lotOf(symbol),
    read('/v1/mm/inventory', { symbol }, parseInventory),
    readOrders(read, symbol),
  ]);
  if (!lot.ok) return lot;
  if (!inventory.ok) return inventory;
  if (!listed.ok) return listed;
  const seen = inventory.value.value;
  const mid = needsMid(seen) ? await midOf(read, symbol) : done(undefined);
  if (!mid.ok) return mid;
  const position = positionFrom(seen, lot.value, mid.value);
  if (!position.ok) return position;
  const { orders, doubtful } = openOrders(listed.value, lot.value);
  return done({
    orders,
    complete: doubtful.length === 0,
    doubtful,
    position: position.value,
    requestsLeftRatio: Math.min(inventory.value.requestsLeftRatio, listed.value.requestsLeftRatio),
  });
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
