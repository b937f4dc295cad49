import { done, failed, type Outcome } from '../../domain/failure.ts';
import type { MarketSymbol } from '../../domain/market.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Accounts } from './accounts.ts';
import type { Execution } from './matching/execution.ts';
import type { NewOrder, Placed, Rejection } from './matching/order-entry.ts';
import { createOrderRegister } from './matching/order-register.ts';
import { placeOrder } from './matching/place-order.ts';
import type { SimulatedOrder } from './matching/resting-orders.ts';
import type { SimulatedMarket } from './simulated-market.ts';

/** Where accounts place, cancel and ask for their orders. */
export interface OrderDesk {
  place(key: string, order: NewOrder): Outcome<Placed, Rejection>;
  cancel(key: string, orderId: string): Outcome<SimulatedOrder, 'not-found' | 'not-open'>;
  cancelAll(key: string, market: MarketSymbol): readonly SimulatedOrder[];
  openOrders(key: string, market: MarketSymbol): readonly SimulatedOrder[];
  order(key: string, orderId: string): SimulatedOrder | undefined;
}

export interface OrderDeskDeps {
  readonly markets: ReadonlyMap<MarketSymbol, SimulatedMarket>;
  readonly accounts: Accounts;
  readonly execution: Execution;
  readonly now: () => EpochMs;
  readonly maxLeverage: number;
}

export function createOrderDesk({
  markets,
  accounts,
  execution,
  now,
  maxLeverage,
}: OrderDeskDeps): OrderDesk {
  const register = createOrderRegister();
  const close = (order: SimulatedOrder): void => {
    order.status = 'cancelled';
    order.closedBecause = 'cancelled by its owner';
    markets.get(order.market)?.resting(order.side).sweep();
  };
  return {
    place: (key, order) =>
      placeOrder({
        account: accounts.account(key),
        equityUsd: () => accounts.equityUsd(key),
        order,
        market: markets.get(order.market),
        register,
        execution,
        now: now(),
        maxLeverage,
      }),
    cancel(key, orderId) {
      const order = register.find(key, orderId);
      if (order === undefined) return failed('not-found');
      if (order.status !== 'open') return failed('not-open');
      close(order);
      return done(order);
    },
    cancelAll(key, market) {
      const open = register.open(key, market);
      for (const order of open) close(order);
      return open;
    },
    openOrders: (key, market) => register.open(key, market),
    order: (key, orderId) => register.find(key, orderId),
  };
}
