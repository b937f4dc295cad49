import type { Outcome } from '../../domain/failure.ts';
import { atIndex, ceilIndex } from '../../domain/order/grid.ts';
import { reducingSide, type Side, SIDES } from '../../domain/order/side.ts';
import { type EpochMs, ratioToBps } from '../../domain/units.ts';
import { marketEquityUsd } from '../exchange/account.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Rejection } from '../exchange/matching/order-entry.ts';
import { type Pair, type PlacedPair, placePair } from './quote-pair.ts';
import type { SimulatedOrder } from '../exchange/matching/resting-orders.ts';
import type { SessionPicture } from './session-guardrails.ts';
import type { SimulatedMarket } from '../exchange/simulated-market.ts';

/** One account in one market, as its quoting session acts there. */
export interface SessionDesk {
  readonly market: SimulatedMarket;
  now(): EpochMs;
  /** Zero before the first quote, when there is nothing to value. */
  mid(): number;
  equityUsd(): number;
  /** `equityAtStartUsd`: what the session's profit is measured from. */
  picture(equityAtStartUsd: number): SessionPicture;
  /** Places a pair and keeps its orders in sight. */
  place(pair: Pair, postOnly: boolean): Outcome<PlacedPair, Rejection>;
  /** Cancels what rests of all pairs on these sides. */
  withdraw(sides: readonly Side[]): void;
  /** Cancels everything of the account in this market, whoever placed it. */
  cancelAll(): readonly SimulatedOrder[];
  /** Reduce-only at any price: takes at least `excessUsd` off the position if the book has it. */
  reduceBy(excessUsd: number): void;
  /** What rests of all pairs. */
  orders(): readonly SimulatedOrder[];
  /** The side of the latest pair that this order is. */
  sideOf(orderId: string): Side | undefined;
}

export function createSessionDesk(
  exchange: Exchange,
  accountKey: string,
  market: SimulatedMarket,
): SessionDesk {
  const { spec } = market.feed;
  let latest: PlacedPair = {};
  let orders: readonly SimulatedOrder[] = [];
  const mid = (): number => market.mid() ?? 0;
  const heldSize = (): number => exchange.account(accountKey).holding(spec.symbol).position.size;
  const equityUsd = (): number =>
    marketEquityUsd(exchange.account(accountKey).holding(spec.symbol), mid());
  return {
    market,
    now: exchange.now,
    mid,
    equityUsd,
    picture: (equityAtStartUsd) => ({
      netPnlUsd: equityUsd() - equityAtStartUsd,
      inventoryUsd: heldSize() * mid(),
      spreadBps: spreadBps(market),
    }),
    place(pair, postOnly) {
      const placed = placePair(exchange, accountKey, market, pair, postOnly);
      if (placed.ok) {
        latest = placed.value;
        orders = [...orders.filter(isOpen), ...Object.values(latest).map(({ order }) => order)];
      }
      return placed;
    },
    withdraw(sides) {
      orders = orders.filter(isOpen);
      for (const order of orders)
        if (sides.includes(order.side)) exchange.cancel(accountKey, order.id);
    },
    cancelAll: () => exchange.cancelAll(accountKey, spec.symbol),
    reduceBy(excessUsd) {
      const size = atIndex(spec.lot, Math.max(1, ceilIndex(spec.lot, excessUsd / mid())));
      const order = {
        market: spec.symbol,
        side: reducingSide(heldSize()),
        size,
        price: undefined,
      } as const;
      exchange.place(accountKey, {
        ...order,
        timeInForce: 'IOC',
        postOnly: false,
        reduceOnly: true,
      });
    },
    orders: () => orders.filter(isOpen),
    sideOf: (orderId) => SIDES.find((side) => latest[side]?.order.id === orderId),
  };
}

const isOpen = (order: SimulatedOrder): boolean => order.status === 'open';

/** The market's own spread, everybody else's touch, as a share of mid. */
function spreadBps({ book }: SimulatedMarket): number {
  const [bid, ask] = [book.touch('buy'), book.touch('sell')];
  if (bid === undefined || ask === undefined) return 0;
  return ratioToBps((2 * (ask.tick - bid.tick)) / (ask.tick + bid.tick));
}
