import type { MarketSymbol } from '../../../domain/venue/market.ts';
import type { Side } from '../../../domain/order/side.ts';
import type { EpochMs } from '../../../domain/units.ts';
import { betterness } from './displayed-side.ts';
import type { Lots } from './lots.ts';
import type { QueuePosition } from './queue-position.ts';

type OrderStatus = 'open' | 'filled' | 'cancelled';

/**
 * An order inside the exchange, in whole ticks and lots. Only the market that holds it changes it.
 */
export interface SimulatedOrder {
  readonly id: string;
  readonly accountKey: string;
  readonly market: MarketSymbol;
  readonly clientId: string | undefined;
  readonly side: Side;
  readonly tick: number;
  readonly lots: Lots;
  readonly reduceOnly: boolean;
  readonly placedAt: EpochMs;
  remainingLots: Lots;
  status: OrderStatus;
  /** Why it is no longer open, where that is not a fill. */
  closedBecause: string | undefined;
  queue: QueuePosition;
}

/** The resting orders of one side, best price first and at one price oldest first. */
export interface RestingOrders {
  readonly all: () => readonly SimulatedOrder[];
  best(): SimulatedOrder | undefined;
  insert(order: SimulatedOrder): void;
  /** One that was not swept out yet gives its place to another. */
  replace(old: SimulatedOrder, order: SimulatedOrder): void;
  /** Takes out what is no longer open. */
  sweep(): void;
}

export function createRestingOrders(side: Side): RestingOrders {
  let orders: SimulatedOrder[] = [];
  return {
    all: () => orders,
    best: () => orders[0],
    insert(order) {
      orders.splice(firstWorse(orders, side, order.tick), 0, order);
    },
    replace(old, order) {
      orders.splice(orders.indexOf(old), 1, order);
    },
    sweep() {
      if (orders.some((order) => order.status !== 'open'))
        orders = orders.filter((order) => order.status === 'open');
    },
  };
}

/** Binary search: behind every order at this price or a better one. */
function firstWorse(orders: readonly SimulatedOrder[], side: Side, tick: number): number {
  let low = 0;
  let high = orders.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = orders[middle];
    if (candidate !== undefined && betterness(side, candidate.tick, tick) >= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
