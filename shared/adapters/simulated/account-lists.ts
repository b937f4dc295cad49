import { atIndex } from '../../domain/order/grid.ts';
import type { MarketSpec } from '../../domain/venue/market.ts';
import type { OpenOrder } from '../../domain/order/order.ts';
import type { Position } from '../../domain/books/position.ts';
import { price, size } from '../../domain/units.ts';
import type { Exchange } from '../../simulator/exchange/exchange.ts';
import type { SimulatedOrder } from '../../simulator/exchange/matching/resting-orders.ts';

/** What an account rests and holds in one market, as its lists show it. */
interface Listed {
  readonly orders: readonly OpenOrder[];
  readonly position: Position;
}

export interface AccountLists {
  listed(symbol: string): Listed;
  /** Something was done at the exchange just now. */
  remember(): void;
}

interface Moment {
  readonly at: number;
  readonly listed: Listed;
}

/** Lists that show what was `lagMs` ago; without a lag, what is. */
export function createAccountLists(
  exchange: Exchange,
  accountKey: string,
  lagMs: number,
): AccountLists {
  const now = (symbol: string): Listed => ({
    orders: exchange
      .openOrders(accountKey, symbol)
      .flatMap((order) => openOrder(order, exchange.market(symbol)?.feed.spec)),
    position: exchange.account(accountKey).holding(symbol).position,
  });
  if (lagMs === 0) return { listed: now, remember: () => undefined };
  // What was there before counts as having been there always.
  const past = new Map<string, Moment[]>(
    exchange.symbols().map((symbol) => [symbol, [{ at: -Infinity, listed: now(symbol) }]]),
  );
  const rememberOf = (symbol: string): void => {
    const moments = past.get(symbol) ?? [];
    moments.push({ at: exchange.now(), listed: now(symbol) });
    past.set(symbol, moments.slice(Math.max(0, indexAt(moments, exchange.now() - lagMs))));
  };
  exchange.listen({ ticked: rememberOf });
  return {
    listed(symbol) {
      const moments = past.get(symbol) ?? [];
      return moments[indexAt(moments, exchange.now() - lagMs)]?.listed ?? now(symbol);
    },
    remember: () => exchange.symbols().forEach(rememberOf),
  };
}

const indexAt = (moments: readonly Moment[], at: number): number =>
  moments.findLastIndex((moment) => moment.at <= at);

const openOrder = (order: SimulatedOrder, spec: MarketSpec | undefined): readonly OpenOrder[] =>
  spec === undefined
    ? []
    : [
        {
          venueId: order.id,
          clientId: order.clientId,
          side: order.side,
          price: price(atIndex(spec.tick, order.tick)),
          remaining: size(atIndex(spec.lot, order.remainingLots)),
        },
      ];
