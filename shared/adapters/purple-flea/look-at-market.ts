import { done, type VenueOutcome } from '../../domain/failure.ts';
import type { Grid } from '../../domain/grid.ts';
import type { MarketSymbol } from '../../domain/market.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { VenueLook } from '../../ports/venue.ts';
import { parseInventory, positionFrom } from './parse-inventory.ts';
import { parseOrders } from './parse-orders.ts';
import { parsePrice } from './parse-price.ts';
import type { Read } from './reader.ts';

/**
 * Price, inventory and orders at once. `asked` is when the look began; `lotOf` may ask the venue,
 * the first time. A price nobody should quote on fails the book alone; an inventory or an order
 * that cannot be read fails the look.
 */
export async function lookAtMarket(
  read: Read,
  market: MarketSymbol,
  asked: EpochMs,
  lotOf: (market: MarketSymbol) => Promise<VenueOutcome<Grid>>,
): Promise<VenueOutcome<VenueLook>> {
  const rawOrders = (body: unknown): VenueOutcome<unknown> => done(body);
  const [lot, price, inventory, listed] = await Promise.all([
    lotOf(market),
    read(`/v1/markets/${encodeURIComponent(market)}/price`, {}, (body) => parsePrice(body, asked)),
    read('/v1/mm/inventory', { symbol: market }, parseInventory),
    read('/v1/orders', { symbol: market }, rawOrders),
  ]);
  if (!lot.ok) return lot;
  if (!price.ok) return price;
  if (!inventory.ok) return inventory;
  if (!listed.ok) return listed;
  const orders = parseOrders(listed.value.value, market, lot.value);
  const position = positionFrom(inventory.value.value, lot.value, price.value.value.mid);
  if (!position.ok) return position;
  if (!orders.ok) return orders;
  const left = [price, inventory, listed].map((answer) => answer.value.requestsLeftRatio);
  return done({
    book: price.value.value.book,
    position: position.value,
    orders: orders.value,
    // The venue lists our own trades only.
    trades: undefined,
    requestsLeftRatio: Math.min(...left),
  });
}
