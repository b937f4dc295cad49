import { opposite, type Side, SIDES } from '../../../domain/order/side.ts';
import type { ExternalBook } from './external-book.ts';
import type { Lots } from './lots.ts';
import { fillOnCross, type FillResting, fillOnTrade, updateQueues } from './passive-fills.ts';
import { type FillModel, joinQueue } from './queue-position.ts';
import { createRestingOrders, type RestingOrders, type SimulatedOrder } from './resting-orders.ts';

/**
 * Both sides of the accounts' resting orders in one market, and what the outside market does to
 * them.
 */
export interface RestingBook {
  side(side: Side): RestingOrders;
  /**
   * Puts an order's remainder behind everything displayed at its price, or where a cancelled one
   * stood.
   */
  rest(order: SimulatedOrder, inPlaceOf?: SimulatedOrder): void;
  /** The displayed book has changed. */
  onQuote(): void;
  /** Somebody else's taker traded. */
  onTrade(tick: number, printed: Lots, taker: Side): void;
  closeAll(because: string): void;
}

export function createRestingBook(
  book: ExternalBook,
  model: FillModel,
  fill: FillResting,
): RestingBook {
  const orders: Record<Side, RestingOrders> = {
    buy: createRestingOrders('buy'),
    sell: createRestingOrders('sell'),
  };
  return {
    side: (side) => orders[side],
    rest(order, inPlaceOf) {
      if (inPlaceOf !== undefined) {
        order.queue = inPlaceOf.queue;
        orders[order.side].replace(inPlaceOf, order);
        return;
      }
      order.queue = joinQueue(book.shownLots(order.side, order.tick));
      orders[order.side].insert(order);
    },
    onQuote() {
      for (const side of SIDES) {
        if (orders[side].best() === undefined) continue;
        fillOnCross(orders[side], book, side, fill);
        orders[side].sweep();
        if (model === 'queue') updateQueues(orders[side], book, side);
      }
    },
    onTrade(tick, printed, taker) {
      const side = opposite(taker);
      if (orders[side].best() === undefined) return;
      fillOnTrade(orders[side], tick, printed, side, model, fill);
      orders[side].sweep();
    },
    closeAll(because) {
      for (const side of SIDES) {
        for (const order of orders[side].all()) {
          order.status = 'cancelled';
          order.closedBecause = because;
        }
        orders[side].sweep();
      }
    },
  };
}
