import * as z from 'zod';
import { done, failed, type Outcome } from '#shared/domain/failure.ts';
import { atIndex, ceilIndex, floorIndex } from '#shared/domain/order/grid.ts';
import type { MarketSpec } from '#shared/domain/venue/market.ts';
import type { Side } from '#shared/domain/order/side.ts';
import type { NewOrder } from '#shared/simulator/exchange/matching/order-entry.ts';
import type { SimulatedOrder } from '#shared/simulator/exchange/matching/resting-orders.ts';
import type { SimulatedMarket } from '#shared/simulator/exchange/simulated-market.ts';
import { aboveZero, clientOrderId, count, flag, oneOf, side, text, wholeNumber } from './fields.ts';
import { answered, refused, rejected, type Reply } from './reply.ts';
import { accountRoute, inMarket, inMarkets, type Route, type Trading } from './route.ts';
import { isoTime, longOrShort } from './vendor-words.ts';

const orderBody = z.object({
  market: text,
  side,
  /** USD. */
  size: aboveZero,
  type: oneOf('limit', 'market').default('limit'),
  price: aboveZero.optional(),
  post_only: flag.default(false),
  reduce_only: flag.default(false),
  time_in_force: oneOf('GTC', 'IOC').optional(),
  client_order_id: clientOrderId.optional(),
});
type OrderBody = z.infer<typeof orderBody>;

const MAX_LISTED = 1_000_000;

const listQuery = z.object({
  symbol: text.optional(),
  /** Closed orders are asked for one by one, or found as trades. */
  status: oneOf('open', 'pending').optional(),
  limit: count(MAX_LISTED).optional(),
  offset: wholeNumber(MAX_LISTED).default(0),
});

const byId = z.object({ id: text });

/** The vendor's pages have the orders with and without `/v1` in front. */
const paths = ['/orders', '/v1/orders'] as const;

export const orderRoutes: readonly Route[] = paths.flatMap((path) => [
  accountRoute(['POST', path], orderBody, (body, trading, accountKey) =>
    inMarket(trading, body.market, (market) => {
      const order = orderOf(body, market);
      return order.ok
        ? place(trading, accountKey, order.value)
        : refused(400, 'INVALID_REQUEST', order.failure);
    }),
  ),
  accountRoute(['GET', path], listQuery, ({ symbol, limit, offset }, trading, accountKey) =>
    inMarkets(trading, symbol, (markets) => {
      const open = markets.flatMap(({ feed: { spec } }) =>
        trading.exchange
          .openOrders(accountKey, spec.symbol)
          .map((order) => describeOrder(spec, order)),
      );
      return answered({
        orders: open.slice(offset, limit === undefined ? undefined : offset + limit),
      });
    }),
  ),
  accountRoute(['GET', `${path}/:id` as const], byId, ({ id }, { exchange }, accountKey) => {
    const order = exchange.order(accountKey, id);
    const spec = order === undefined ? undefined : exchange.market(order.market)?.feed.spec;
    return order === undefined || spec === undefined
      ? notFound(id)
      : answered(describeOrder(spec, order));
  }),
  accountRoute(
    ['DELETE', `${path}/:id` as const],
    byId,
    ({ id }, { exchange, sessions }, accountKey) => {
      const outcome = sessions.cancel(accountKey, id);
      if (outcome.ok) return describeCancelled(outcome.value, exchange);
      if (outcome.failure === 'not-found') return notFound(id);
      return exchange.order(accountKey, id)?.status === 'filled'
        ? refused(409, 'ORDER_ALREADY_FILLED', `order ${id} is filled`)
        : refused(409, 'ORDER_ALREADY_CANCELLED', `order ${id} is cancelled`);
    },
  ),
]);

/** `filled_size` is what had traded of it before, in base units. */
function describeCancelled(order: SimulatedOrder, exchange: Trading['exchange']): Reply {
  const spec = exchange.market(order.market)?.feed.spec;
  return answered({
    order_id: order.id,
    status: 'cancelled',
    filled_size: spec === undefined ? null : tradedSize(spec, order),
  });
}

const tradedSize = ({ lot }: MarketSpec, { lots, remainingLots }: SimulatedOrder): number =>
  atIndex(lot, lots - remainingLots);

const notFound = (id: string): Reply =>
  refused(404, 'ORDER_NOT_FOUND', `there is no order ${id.slice(0, 40)} of this account`);

/** A limit order's USD are turned into base units at its price, a market order's at the mid. */
function orderOf(body: OrderBody, market: SimulatedMarket): Outcome<NewOrder, string> {
  const timeInForce = body.time_in_force ?? (body.type === 'market' ? 'IOC' : 'GTC');
  const conflict = conflictIn(body, timeInForce);
  if (conflict !== undefined) return failed(conflict);
  return done({
    market: body.market,
    side: body.side,
    price: body.price === undefined ? undefined : outwards(body.side, body.price, market.feed.spec),
    size: body.size / (body.price ?? market.mid() ?? Number.NaN),
    timeInForce,
    postOnly: body.post_only,
    reduceOnly: body.reduce_only,
    clientId: body.client_order_id,
  });
}

/**
 * The vendor's clients round to cents whatever the market's tick, so a price between two ticks is
 * taken for the one that is worse for the taker.
 */
const outwards = (of: Side, price: number, { tick }: MarketSpec): number =>
  atIndex(tick, of === 'buy' ? floorIndex(tick, price) : ceilIndex(tick, price));

function conflictIn(
  { type, price, post_only: postOnly }: OrderBody,
  timeInForce: NewOrder['timeInForce'],
): string | undefined {
  if (type === 'limit' && price === undefined)
    return 'price is missing; allowed: above zero, none only if type is market';
  if (type === 'market' && timeInForce === 'GTC')
    return 'time_in_force is "GTC"; allowed for a market order: IOC';
  if (postOnly && timeInForce === 'IOC')
    return 'post_only is true; allowed for an order that must trade at once: false';
  return undefined;
}

function place({ exchange }: Trading, accountKey: string, order: NewOrder): Reply {
  const placed = exchange.place(accountKey, order);
  if (!placed.ok) return rejected(placed.failure);
  const { order: entered, filledSize, averagePrice } = placed.value;
  return answered({
    order_id: entered.id,
    client_order_id: entered.clientId ?? null,
    status: entered.status,
    filled_size: filledSize,
    average_price: averagePrice ?? null,
  });
}

/**
 * Prices are null for an order at any price. Sizes are base units, or USD at the order's price
 * where the name says so.
 */
function describeOrder(spec: MarketSpec, order: SimulatedOrder): Reply['body'] {
  const { tick, lot } = spec;
  const price = Number.isFinite(order.tick) ? atIndex(tick, order.tick) : null;
  const [size, remaining] = [atIndex(lot, order.lots), atIndex(lot, order.remainingLots)];
  return {
    id: order.id,
    client_order_id: order.clientId ?? null,
    market: order.market,
    symbol: order.market,
    side: longOrShort(order.side),
    type: price === null ? 'market' : 'limit',
    price,
    limit_price: price,
    size,
    size_usd: price === null ? null : size * price,
    filled_size: tradedSize(spec, order),
    remaining_size: remaining,
    remaining_size_usd: price === null ? null : remaining * price,
    reduce_only: order.reduceOnly,
    status: order.status,
    reason: order.closedBecause ?? null,
    created_at: isoTime(order.placedAt),
  };
}
