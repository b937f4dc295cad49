import * as z from 'zod';
import { atIndex } from '#shared/domain/order/grid.ts';
import type { MarketSpec } from '#shared/domain/venue/market.ts';
import type { Placed } from '#shared/simulator/exchange/matching/order-entry.ts';
import type { Pair } from '#shared/simulator/purple-flea/quote-pair.ts';
import {
  type Quoted,
  type QuoteRequest,
  REFRESH_INTERVAL_MS,
  type SessionReport,
} from '#shared/simulator/purple-flea/quoting-session.ts';
import { text } from './fields.ts';
import { pairOf, type QuoteBody, quoteBody } from './quote-body.ts';
import { answered, refused, rejected, type Reply } from './reply.ts';
import { accountRoute, inMarket, type Route } from './route.ts';
import { isoTime } from './vendor-words.ts';

const symbol = z.object({ symbol: text });

export const quoteRoutes: readonly Route[] = [
  accountRoute(['POST', '/v1/mm/quote'], quoteBody, (body, trading, accountKey) =>
    inMarket(trading, body.symbol, ({ feed }) => {
      const pair = pairOf(body);
      if (!pair.ok) return refused(400, 'INVALID_REQUEST', pair.failure);
      const quoted = trading.sessions.quote(accountKey, requestOf(body, pair.value));
      return quoted.ok ? describeQuoted(feed.spec, quoted.value) : rejected(quoted.failure);
    }),
  ),
  // Two of the vendor's pages, two ways to say the same.
  ...[['POST', '/v1/mm/cancel'] as const, ['DELETE', '/v1/mm/cancel-all'] as const].map((line) =>
    accountRoute(line, symbol, (asked, trading, accountKey) =>
      inMarket(trading, asked.symbol, () => {
        const orders = trading.sessions.cancelAll(accountKey, asked.symbol).map(({ id }) => id);
        return answered({ symbol: asked.symbol, cancelled: orders.length, orders });
      }),
    ),
  ),
  accountRoute(['GET', '/v1/mm/session'], symbol, (asked, trading, accountKey) =>
    inMarket(trading, asked.symbol, () =>
      describeSession(asked.symbol, trading.sessions.report(accountKey, asked.symbol)),
    ),
  ),
];

const requestOf = (body: QuoteBody, pair: Pair): QuoteRequest => ({
  market: body.symbol,
  pair,
  postOnly: body.post_only,
  autoRefresh: body.auto_refresh,
  limits: {
    maxInventoryUsd: body.max_inventory_usd,
    maxSpreadBps: body.max_spread_bps,
    autoHedgeThresholdUsd: body.auto_hedge_threshold_usd,
    sessionStopLossUsd: body.session_stop_loss_usd,
  },
});

/**
 * Prices and sizes are those in force: prices rounded outwards to the tick, sizes down to the lot.
 */
function describeQuoted(spec: MarketSpec, { placed, state, reason }: Quoted): Reply {
  return answered({
    symbol: spec.symbol,
    status: state,
    reason: reason ?? null,
    ...describeSide('bid', spec, placed.buy),
    ...describeSide('ask', spec, placed.sell),
  });
}

const describeSide = (
  name: 'bid' | 'ask',
  { tick, lot }: MarketSpec,
  placed: Placed | undefined,
): Reply['body'] => ({
  [`${name}_id`]: placed?.order.id ?? null,
  [`${name}_price`]: placed === undefined ? null : atIndex(tick, placed.order.tick),
  [`${name}_size`]: placed === undefined ? null : atIndex(lot, placed.order.lots),
  [`${name}_status`]: placed?.order.status ?? null,
});

const describeSession = (
  asked: string,
  { state, reason, startedAt, netPnlUsd, autoRefresh, limits, orders }: SessionReport,
): Reply =>
  answered({
    symbol: asked,
    state,
    reason: reason ?? null,
    started_at: startedAt === undefined ? null : isoTime(startedAt),
    net_pnl: netPnlUsd,
    auto_refresh: autoRefresh,
    refresh_interval_ms: REFRESH_INTERVAL_MS,
    max_inventory_usd: limits.maxInventoryUsd ?? null,
    max_spread_bps: limits.maxSpreadBps ?? null,
    auto_hedge_threshold_usd: limits.autoHedgeThresholdUsd ?? null,
    session_stop_loss_usd: limits.sessionStopLossUsd ?? null,
    orders: orders.map(({ id }) => id),
  });
