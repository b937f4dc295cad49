import { done, failed, type Outcome } from '../../../domain/failure.ts';
import { atIndex, floorIndex, nearestIndex } from '../../../domain/order/grid.ts';
import { opposite, signOf } from '../../../domain/order/side.ts';
import type { EpochMs } from '../../../domain/units.ts';
import { type Account } from '../account.ts';
import { type Execution, NOTHING_TO_REDUCE, reducibleLots } from './execution.ts';
import { betterness } from './displayed-side.ts';
import { malformed } from './malformed-order.ts';
import type { NewOrder, Placed, RejectCode, Rejection } from './order-entry.ts';
import type { OrderRegister } from './order-register.ts';
import { fewerLots, type Lots, wholeLots } from './lots.ts';
import { joinQueue } from './queue-position.ts';
import type { SimulatedOrder } from './resting-orders.ts';
import type { SimulatedMarket } from '../simulated-market.ts';

export interface PlaceContext {
  readonly account: Account;
  readonly order: NewOrder;
  readonly market: SimulatedMarket | undefined;
  readonly equityUsd: () => number;
  readonly register: OrderRegister;
  readonly execution: Execution;
  readonly now: EpochMs;
  readonly maxLeverage: number;
  /** Cancelled, and the order takes its place in the queue. */
  readonly inPlaceOf?: SimulatedOrder | undefined;
}

/** Resting orders one account may have in one market. */
const MAX_OPEN_ORDERS = 1000;

/**
 * Checks an order, trades what crosses and rests or drops the remainder. Nothing has happened when
 * it is rejected.
 */
export function placeOrder(context: PlaceContext): Outcome<Placed, Rejection> {
  const { market, order } = context;
  if (market === undefined) return refuse('MARKET_NOT_FOUND', `there is no market ${order.market}`);
  const problem = refusal(context, market);
  if (problem !== undefined) return failed(problem);
  const entered = enter(context, market);
  const taken = takeLiquidity(context, market, entered);
  if (entered.status === 'open') {
    if (order.timeInForce === 'GTC') market.rest(entered, context.inPlaceOf);
    else {
      entered.status = 'cancelled';
      entered.closedBecause = 'immediate-or-cancel: no more liquidity within the price';
    }
  }
  return done({ order: entered, ...taken });
}

const refuse = (code: RejectCode, reason: string): Outcome<Placed, Rejection> =>
  failed({ code, reason });

/** The first reason why this order is not accepted. */
const refusal = (context: PlaceContext, market: SimulatedMarket): Rejection | undefined =>
  malformed(context, market) ?? wrongForBook(context, market) ?? beyondLimits(context, market);

function beyondLimits(context: PlaceContext, market: SimulatedMarket): Rejection | undefined {
  const { order, account, register } = context;
  if (register.open(account.key, order.market).length >= MAX_OPEN_ORDERS) {
    return {
      code: 'TOO_MANY_ORDERS',
      reason: `at most ${MAX_OPEN_ORDERS} orders may rest in ${order.market}`,
    };
  }
  return order.reduceOnly ? undefined : beyondLeverage(context, market);
}

function wrongForBook(
  { order, account }: PlaceContext,
  market: SimulatedMarket,
): Rejection | undefined {
  const { spec } = market.feed;
  const against = opposite(order.side);
  if (order.postOnly && order.price !== undefined) {
    const tick = nearestIndex(spec.tick, order.price);
    const best = [market.book.touch(against)?.tick, market.resting(against).best()?.tick].filter(
      (candidate) => candidate !== undefined,
    );
    const crossed = best.find((candidate) => betterness(against, candidate, tick) >= 0);
    if (crossed !== undefined) {
      return {
        code: 'POST_ONLY_WOULD_CROSS',
        reason: `post-only ${order.side} at ${order.price} would trade against ${atIndex(spec.tick, crossed)}`,
      };
    }
  }
  if (order.reduceOnly && signOf(order.side) * account.holding(order.market).position.size >= 0) {
    return {
      code: 'REDUCE_ONLY_WOULD_INCREASE',
      reason: `a ${order.side} does not reduce a position of ${account.holding(order.market).position.size}`,
    };
  }
  return undefined;
}

function beyondLeverage(
  { account, order, equityUsd, register, maxLeverage }: PlaceContext,
  market: SimulatedMarket,
): Rejection | undefined {
  const mid = market.mid() ?? 0;
  const resting = register
    .open(account.key, order.market)
    .filter((other) => other.side === order.side);
  const lots = resting.reduce((sum, other) => sum + other.remainingLots, 0);
  const held = signOf(order.side) * account.holding(order.market).position.size;
  const worstUsd = (held + atIndex(market.feed.spec.lot, lots) + order.size) * mid;
  const allowedUsd = equityUsd() * maxLeverage;
  if (worstUsd <= allowedUsd) return undefined;
  return {
    code: 'INSUFFICIENT_BALANCE',
    reason: `${order.side}ing ${order.size} could make the position ${worstUsd.toFixed(2)} USD; allowed: ${allowedUsd.toFixed(2)}`,
  };
}

function enter(
  { account, order, register, now }: PlaceContext,
  market: SimulatedMarket,
): SimulatedOrder {
  const { spec } = market.feed;
  const anyPrice = order.side === 'buy' ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const lots = wholeLots(floorIndex(spec.lot, order.size));
  const entered: SimulatedOrder = {
    id: register.nextId(),
    accountKey: account.key,
    market: order.market,
    clientId: order.clientId,
    side: order.side,
    tick: order.price === undefined ? anyPrice : nearestIndex(spec.tick, order.price),
    lots,
    reduceOnly: order.reduceOnly,
    placedAt: now,
    remainingLots: lots,
    status: 'open',
    closedBecause: undefined,
    queue: joinQueue(undefined),
  };
  register.add(entered);
  return entered;
}

/**
 * Trades against displayed liquidity and other accounts, best price first; at one price what is
 * displayed was there first.
 */
function takeLiquidity(
  { account, execution }: PlaceContext,
  market: SimulatedMarket,
  order: SimulatedOrder,
): Pick<Placed, 'filledSize' | 'averagePrice'> {
  const { spec } = market.feed;
  const against = opposite(order.side);
  const resting = market.resting(against);
  let filledLots = 0;
  let weighted = 0;
  const trade = (tick: number, wanted: Lots): Lots => {
    const traded = execution.fill(order.market, order, tick, wanted, 'taker');
    filledLots += traded;
    weighted += traded * tick;
    return traded;
  };
  // A maker must not trade more with a reduce-only order than that one has left to reduce.
  const wantedLots = (): Lots =>
    order.reduceOnly
      ? fewerLots(order.remainingLots, reducibleLots(account, order, spec.lot))
      : order.remainingLots;
  while (isOpen(order)) {
    const other = resting.best();
    const reachable = other !== undefined && betterness(against, other.tick, order.tick) >= 0;
    for (const taken of market.book.take(
      against,
      reachable ? other.tick : order.tick,
      wantedLots(),
    )) {
      if (isOpen(order)) trade(taken.tick, taken.lots);
    }
    if (isOpen(order) && wantedLots() === 0) {
      order.status = 'cancelled';
      order.closedBecause = NOTHING_TO_REDUCE;
    }
    if (!reachable || !isOpen(order)) break;
    tradeWith(other, order, wantedLots(), trade, (wanted) =>
      execution.fill(order.market, other, other.tick, wanted, 'maker'),
    );
    resting.sweep();
  }
  return {
    filledSize: atIndex(spec.lot, filledLots),
    averagePrice: filledLots === 0 ? undefined : atIndex(spec.tick, weighted / filledLots),
  };
}

/** Asked through a function, since trading changes it under our hands. */
const isOpen = (order: SimulatedOrder): boolean => order.status === 'open';

/** One account never trades with itself: its older order gives way. */
function tradeWith(
  resting: SimulatedOrder,
  incoming: SimulatedOrder,
  wantedLots: Lots,
  take: (tick: number, wanted: Lots) => Lots,
  make: (wanted: Lots) => Lots,
): void {
  if (resting.accountKey === incoming.accountKey) {
    resting.status = 'cancelled';
    resting.closedBecause = 'self-trade prevention';
    return;
  }
  const made = make(fewerLots(resting.remainingLots, wantedLots));
  if (made > 0) take(resting.tick, made);
}
