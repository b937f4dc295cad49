import type { MarketSymbol } from '../../../domain/market.ts';
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
  /** Whether the account ever used this client order id. */
  knowsClientId(accountKey: string, clientId: string): boolean;
}

const CLOSED_KEPT = 20_000;

export function createOrderRegister(): OrderRegister {
  const byId = new Map<string, SimulatedOrder>();
  const openOf = new Map<string, Set<SimulatedOrder>>();
  const clientIds = new Set<string>();
  let issued = 0;

  const forget = (): void => {
    if (byId.size <= 2 * CLOSED_KEPT) return;
    let surplus = byId.size - CLOSED_KEPT;
    for (const [id, order] of byId) {
      if (surplus <= 0) break;
      if (order.status === 'open') continue;
      byId.delete(id);
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
      if (order.clientId !== undefined) clientIds.add(`${order.accountKey} ${order.clientId}`);
      const key = `${order.accountKey} ${order.market}`;
      const open = openOf.get(key) ?? new Set();
      openOf.set(key, open.add(order));
      forget();
    },
    find(accountKey, orderId) {
      const order = byId.get(orderId);
      return order?.accountKey === accountKey ? order : undefined;
    },
    open(accountKey, market) {
      const orders = openOf.get(`${accountKey} ${market}`);
      if (orders === undefined) return [];
      for (const order of orders) if (order.status !== 'open') orders.delete(order);
      return [...orders];
    },
    knowsClientId: (accountKey, clientId) => clientIds.has(`${accountKey} ${clientId}`),
  };
}
