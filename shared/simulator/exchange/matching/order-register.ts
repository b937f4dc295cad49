import type { MarketSymbol } from '../../../domain/venue/market.ts';
import type { SimulatedOrder } from './resting-orders.ts';

/**
 * Every order by its id, and each account's open ones. Closed orders are kept for a while, so that
 * they can be asked about.
 */
export interface OrderRegister {
  nextId(): string;
  add(order: SimulatedOrder): void;
  find(accountKey: string, orderId: string): SimulatedOrder | undefined;
  open(accountKey: string, market: MarketSymbol): readonly SimulatedOrder[];
  /** Whether an order of the account that is open, or kept, has this client order id. */
  knowsClientId(accountKey: string, clientId: string): boolean;
}

interface OrdersOfAccount {
  readonly open: Map<MarketSymbol, Set<SimulatedOrder>>;
  readonly clientIds: Set<string>;
}

const CLOSED_KEPT = 20_000;

export function createOrderRegister(closedKept = CLOSED_KEPT): OrderRegister {
  const byId = new Map<string, SimulatedOrder>();
  const accounts = new Map<string, OrdersOfAccount>();
  let issued = 0;

  const accountOf = (key: string): OrdersOfAccount => {
    let account = accounts.get(key);
    if (account === undefined) {
      account = { open: new Map(), clientIds: new Set() };
      accounts.set(key, account);
    }
    return account;
  };
  const forget = (): void => {
    if (byId.size <= 2 * closedKept) return;
    let surplus = byId.size - closedKept;
    for (const [id, order] of byId) {
      if (surplus <= 0) break;
      if (order.status === 'open') continue;
      byId.delete(id);
      if (order.clientId !== undefined)
        accountOf(order.accountKey).clientIds.delete(order.clientId);
      surplus -= 1;
    }
  };
  return {
    nextId() {
      issued += 1;
      return `ord_${String(issued).padStart(8, '0')}`;
    },
    add(order) {
      byId.set(order.id, order);
      const account = accountOf(order.accountKey);
      if (order.clientId !== undefined) account.clientIds.add(order.clientId);
      const open = account.open.get(order.market);
      if (open === undefined) account.open.set(order.market, new Set([order]));
      else open.add(order);
      forget();
    },
    find(accountKey, orderId) {
      const order = byId.get(orderId);
      return order?.accountKey === accountKey ? order : undefined;
    },
    open(accountKey, market) {
      const orders = accounts.get(accountKey)?.open.get(market);
      if (orders === undefined) return [];
      for (const order of orders) if (order.status !== 'open') orders.delete(order);
      return [...orders];
    },
    knowsClientId: (accountKey, clientId) =>
      accounts.get(accountKey)?.clientIds.has(clientId) ?? false,
  };
}
