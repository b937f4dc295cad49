import { floorIndex, isOnGrid } from '../../../domain/order/grid.ts';
import type { MarketSpec } from '../../../domain/venue/market.ts';
import type { Account } from '../account.ts';
import type { SimulatedMarket } from '../simulated-market.ts';
import type { NewOrder, Rejection } from './order-entry.ts';
import type { OrderRegister } from './order-register.ts';

/** Who orders what, and what was ordered before. */
interface Ordered {
  readonly account: Account;
  readonly order: NewOrder;
  readonly register: OrderRegister;
}

/** Why it is no order at all, whatever is held and rests. */
export function malformed(
  { order, account, register }: Ordered,
  market: SimulatedMarket,
): Rejection | undefined {
  if (!market.isOpen())
    return { code: 'MARKET_CLOSED', reason: `${order.market} has no live book at the moment` };
  const wrong = invalidPriceOrSize(order, market);
  if (wrong !== undefined) return wrong;
  if (order.clientId !== undefined && register.knowsClientId(account.key, order.clientId)) {
    return {
      code: 'DUPLICATE_CLIENT_ORDER_ID',
      reason: `client order id ${order.clientId} was used before`,
    };
  }
  return undefined;
}

function invalidPriceOrSize(order: NewOrder, market: SimulatedMarket): Rejection | undefined {
  const { spec } = market.feed;
  if (!isValidPrice(order, spec)) {
    return {
      code: 'INVALID_PRICE',
      reason: `price is ${order.price}; allowed: above zero in steps of ${spec.tick.step}, none only if IOC`,
    };
  }
  if (!Number.isFinite(order.size) || floorIndex(spec.lot, order.size) <= 0) {
    return {
      code: 'INVALID_SIZE',
      reason: `size is ${order.size}; allowed: at least one lot of ${spec.lot.step}`,
    };
  }
  const worth = order.price ?? market.mid() ?? 0;
  // One lot of tolerance: sizes come in as dollars and were rounded down to the lot.
  if (!order.reduceOnly && (order.size + spec.lot.step) * worth < spec.minNotionalUsd) {
    return {
      code: 'SIZE_TOO_SMALL',
      reason: `notional is ${(order.size * worth).toFixed(2)} USD; allowed: at least ${spec.minNotionalUsd}`,
    };
  }
  return undefined;
}

function isValidPrice(order: NewOrder, spec: MarketSpec): boolean {
  if (order.price === undefined) return order.timeInForce === 'IOC';
  return Number.isFinite(order.price) && order.price > 0 && isOnGrid(spec.tick, order.price);
}
