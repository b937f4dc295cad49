import { InvariantError } from '../../../domain/failure.ts';
import { atIndex, type Grid, nearestIndex } from '../../../domain/order/grid.ts';
import type { MarketSymbol } from '../../../domain/venue/market.ts';
import { signOf } from '../../../domain/order/side.ts';
import { bpsToRatio, type EpochMs, price, size, usd } from '../../../domain/units.ts';
import type { Account, AccountFill } from '../account.ts';
import { fewerLots, type Lots, lots, lotsLess } from './lots.ts';
import type { SimulatedOrder } from './resting-orders.ts';
import type { SimulatedMarket } from '../simulated-market.ts';

type Liquidity = 'maker' | 'taker';

/**
 * The one place where an order trades: it books the fill, charges the fee and takes the lots off
 * the order.
 */
export interface Execution {
  /** Lots that traded: fewer than asked where a reduce-only order would have opened a position. */
  fill(
    symbol: MarketSymbol,
    order: SimulatedOrder,
    tick: number,
    wanted: Lots,
    liquidity: Liquidity,
  ): Lots;
}

export interface ExecutionDeps {
  readonly account: (key: string) => Account;
  readonly market: (symbol: MarketSymbol) => SimulatedMarket | undefined;
  readonly now: () => EpochMs;
  readonly onFill: (accountKey: string, fill: AccountFill) => void;
}

export function createExecution(deps: ExecutionDeps): Execution {
  let issued = 0;
  return {
    fill(symbol, order, tick, wanted, liquidity) {
      const market = deps.market(symbol);
      if (market === undefined) throw new InvariantError(`there is no market ${symbol}`);
      if (wanted === 0 || wanted > order.remainingLots)
        throw new InvariantError(
          `order ${order.id} cannot trade ${wanted} lots of ${order.remainingLots}`,
        );
      const account = deps.account(order.accountKey);
      const traded = order.reduceOnly
        ? fewerLots(wanted, reducibleLots(account, order, market.feed.spec.lot))
        : wanted;
      order.remainingLots = lotsLess(order.remainingLots, traded);
      if (order.remainingLots === 0) order.status = 'filled';
      if (traded > 0) {
        issued += 1;
        const fill = fillOf({
          id: `fil_${String(issued).padStart(8, '0')}`,
          at: deps.now(),
          market,
          order,
          tick,
          lots: traded,
          liquidity,
        });
        account.bookFill(fill, market.feed.spec.lot);
        deps.onFill(order.accountKey, fill);
      }
      if (traded < wanted) {
        order.status = 'cancelled';
        order.closedBecause = NOTHING_TO_REDUCE;
      }
      return traded;
    },
  };
}

export const NOTHING_TO_REDUCE = 'reduce-only: nothing left to reduce';

/** Lots by which this order may trade before the position is flat. */
export const reducibleLots = (
  account: Account,
  order: Pick<SimulatedOrder, 'side' | 'market'>,
  lot: Grid,
): Lots =>
  lots(
    Math.max(
      0,
      -signOf(order.side) * nearestIndex(lot, account.holding(order.market).position.size),
    ),
  );

interface Trade {
  readonly id: string;
  readonly at: EpochMs;
  readonly market: SimulatedMarket;
  readonly order: SimulatedOrder;
  readonly tick: number;
  readonly lots: Lots;
  readonly liquidity: Liquidity;
}

function fillOf({ id, at, market, order, tick, lots: traded, liquidity }: Trade): AccountFill {
  const { spec } = market.feed;
  const mid = market.mid();
  if (mid === undefined) throw new InvariantError(`${spec.symbol} traded before its first quote`);
  const tradedAt = price(atIndex(spec.tick, tick));
  const tradedSize = size(atIndex(spec.lot, traded));
  const feeBps = liquidity === 'maker' ? spec.fees.makerBps : spec.fees.takerBps;
  return {
    id,
    market: spec.symbol,
    at,
    side: order.side,
    price: tradedAt,
    size: tradedSize,
    feeUsd: usd(-1 * tradedAt * tradedSize * bpsToRatio(feeBps)),
    liquidity,
    orderId: order.id,
    clientId: order.clientId,
    mid,
  };
}
