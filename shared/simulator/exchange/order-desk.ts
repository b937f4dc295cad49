import { done, failed, type Outcome } from '../../domain/failure.ts';
import type { MarketSymbol } from '../../domain/venue/market.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Accounts } from './accounts.ts';
import type { Execution } from './matching/execution.ts';
import type {
  Modified,
  ModifyFailure,
  NewOrder,
  Placed,
  Rejection,
  Replacement,
} from './matching/order-entry.ts';
import { createOrderRegister } from './matching/order-register.ts';
import { modifyOrder } from './matching/modify-order.ts';
import { type PlaceContext, placeOrder } from './matching/place-order.ts';
import type { SimulatedOrder } from './matching/resting-orders.ts';
import type { SimulatedMarket } from './simulated-market.ts';

/** Where accounts place, cancel and ask for their orders. */
export interface OrderDesk {
  place(key: string, order: NewOrder): Outcome<Placed, Rejection>;
  cancel(key: string, orderId: string): Outcome<SimulatedOrder, 'not-found' | 'not-open'>;
  modify(key: string, orderId: string, to: Replacement): Outcome<Modified, ModifyFailure>;
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
  const contextOf = (key: string, order: NewOrder): PlaceContext => ({
    account: accounts.account(key),
    equityUsd: () => accounts.equityUsd(key),
    order,
    market: markets.get(order.market),
    register,
    execution,
    now: now(),
    maxLeverage,
  });
  return {
    place: (key, order) => placeOrder(contextOf(key, order)),
    cancel(key, orderId) {
      const order = register.find(key, orderId);
      if (order === undefined) return failed('not-found');
      if (order.status !== 'open') return failed('not-open');
      close(order);
      sweep(markets, order);
      return done(order);
    },
    modify(key, orderId, to) {
      const old = register.find(key, orderId);
      if (old?.status !== 'open') return failed({ kind: 'not-open', order: old });
      return modifyOrder(contextOf(key, asNewOrder(old, to)), old, to, () => sweep(markets, old));
    },
    cancelAll(key, market) {
      const open = register.open(key, market);
      for (const order of open) {
        close(order);
        sweep(markets, order);
      }
      return open;
    },
    openOrders: (key, market) => register.open(key, market),
    order: (key, orderId) => register.find(key, orderId),
  };
}

function close(order: SimulatedOrder): void {
  order.status = 'cancelled';
  order.closedBecause = 'cancelled by its owner';
}

const sweep = (markets: OrderDeskDeps['markets'], order: SimulatedOrder): void =>
  markets.get(order.market)?.resting(order.side).sweep();

const asNewOrder = (old: SimulatedOrder, { price, size, clientId }: Replacement): NewOrder => ({
  market: old.market,
  side: old.side,
  price,
  size,
  clientId,
  timeInForce: 'GTC',
  postOnly: true,
  reduceOnly: old.reduceOnly,
});
