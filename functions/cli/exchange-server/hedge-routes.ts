import * as z from 'zod';
import type { MarketSpec } from '#shared/domain/venue/market.ts';
import { reducingSide } from '#shared/domain/order/side.ts';
import type { NewOrder, Placed } from '#shared/simulator/exchange/matching/order-entry.ts';
import { shareOf } from '#shared/simulator/purple-flea/hedge-share.ts';
import { outwardPrice } from '#shared/simulator/purple-flea/quote-pair.ts';
import { aboveZero, always, clientOrderId, flag, leverage, share, side, text } from './fields.ts';
import { answered, refused, rejected, type Reply } from './reply.ts';
import { accountRoute, inMarket, type Route, type Trading } from './route.ts';
import { longOrShort } from './vendor-words.ts';

const hedgeBody = z.object({
  symbol: text,
  hedge_pct: share,
  limit_price: aboveZero.optional(),
  /** A hedge never does anything else. */
  reduce_only: always.optional(),
  client_order_id: clientOrderId.optional(),
});

const tradeBody = z.object({
  symbol: text,
  side,
  size_usd: aboveZero,
  /** Checked and otherwise without effect: accounts are cross-margined. */
  leverage: leverage.optional(),
  reduce_only: flag.default(false),
  client_order_id: clientOrderId.optional(),
});

export const hedgeRoutes: readonly Route[] = [
  accountRoute(['POST', '/v1/mm/hedge'], hedgeBody, (body, trading, accountKey) =>
    inMarket(trading, body.symbol, ({ feed: { spec } }) => {
      const held = trading.exchange.account(accountKey).holding(spec.symbol).position.size;
      if (held === 0)
        return refused(409, 'NOTHING_TO_HEDGE', `there is no position in ${spec.symbol}`);
      const reducing = reducingSide(held);
      return trade(trading, accountKey, spec, {
        side: reducing,
        size: shareOf(spec, held, body.hedge_pct),
        // Rounded away from the mid: never a worse price than was allowed.
        price:
          body.limit_price === undefined
            ? undefined
            : outwardPrice(spec, reducing, body.limit_price),
        reduceOnly: true,
        clientId: body.client_order_id,
      });
    }),
  ),
  accountRoute(['POST', '/v1/trade'], tradeBody, (body, trading, accountKey) =>
    inMarket(trading, body.symbol, (market) => {
      const { spec } = market.feed;
      const mid = market.mid();
      if (mid === undefined)
        return refused(503, 'MARKET_CLOSED', `${spec.symbol} has not been quoted yet`);
      return trade(trading, accountKey, spec, {
        side: body.side,
        size: body.size_usd / mid,
        price: undefined,
        reduceOnly: body.reduce_only,
        clientId: body.client_order_id,
      });
    }),
  ),
];

type Taker = Pick<NewOrder, 'side' | 'size' | 'price' | 'reduceOnly' | 'clientId'>;

function trade({ exchange }: Trading, accountKey: string, spec: MarketSpec, taker: Taker): Reply {
  const placed = exchange.place(accountKey, {
    ...taker,
    market: spec.symbol,
    timeInForce: 'IOC',
    postOnly: false,
  });
  if (!placed.ok) return rejected(placed.failure);
  const { order, filledSize, averagePrice }: Placed = placed.value;
  if (averagePrice === undefined) {
    const where = taker.price === undefined ? 'at any price' : `at ${taker.price} or better`;
    return refused(
      409,
      'NO_LIQUIDITY',
      `nobody in ${spec.symbol} would trade ${where}: nothing was traded`,
    );
  }
  return answered({
    order_id: order.id,
    client_order_id: order.clientId ?? null,
    symbol: spec.symbol,
    side: longOrShort(order.side),
    status: order.remainingLots === 0 ? 'filled' : 'partial',
    fill_price: averagePrice,
    filled_size: filledSize,
    filled_usd: filledSize * averagePrice,
  });
}
