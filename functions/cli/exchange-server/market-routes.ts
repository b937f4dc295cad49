import * as z from 'zod';
import { nextBoundary } from '#shared/domain/venue/funding.ts';
import { atIndex } from '#shared/domain/order/grid.ts';
import { HOUR_MS, MINUTE_MS } from '#shared/domain/time.ts';
import { bpsToRatio, type EpochMs } from '#shared/domain/units.ts';
import type { SimulatedMarket } from '#shared/simulator/exchange/simulated-market.ts';
import { oneOf, text } from './fields.ts';
import { answered, refused, type Reply } from './reply.ts';
import { inMarket, publicRoute, type Route } from './route.ts';
import { baseAsset, isoTime } from './vendor-words.ts';

const PERIODS = {
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '4h': 4 * HOUR_MS,
  '24h': 24 * HOUR_MS,
} as const;

const symbol = z.object({ symbol: text });
const market = z.object({ market: text });

export const marketRoutes: readonly Route[] = [
  publicRoute(['GET', '/v1/markets'], z.object({}), (_, { exchange }) => {
    const markets = exchange.symbols().flatMap((each) => exchange.market(each) ?? []);
    return answered({
      total: markets.length,
      markets: markets.map((each) => describeMarket(each, exchange.now())),
    });
  }),
  publicRoute(['GET', '/v1/markets/:symbol'], symbol, (asked, trading) =>
    inMarket(trading, asked.symbol, (found) =>
      answered(describeMarket(found, trading.exchange.now())),
    ),
  ),
  publicRoute(['GET', '/v1/markets/:symbol/price'], symbol, (asked, trading) =>
    inMarket(trading, asked.symbol, describePrice),
  ),
  publicRoute(
    ['GET', '/v1/markets/:symbol/volatility'],
    symbol.extend({ period: oneOf('15m', '1h', '4h', '24h').default('1h') }),
    ({ symbol: asked, period }, trading) =>
      inMarket(trading, asked, ({ mids }) =>
        // Null before there are two samples: nobody knows yet, which is not the same as calm.
        answered({
          symbol: asked,
          period,
          realized_vol: mids.realisedVolatility(trading.exchange.now(), PERIODS[period]) ?? null,
        }),
      ),
  ),
  ...['/ticker/:market' as const, '/v1/ticker/:market' as const].map((path) =>
    publicRoute(['GET', path], market, (asked, trading) =>
      inMarket(trading, asked.market, (found) => describeTicker(found, trading.exchange.now())),
    ),
  ),
];

function describeMarket(
  { feed, fundingRate, isOpen }: SimulatedMarket,
  now: EpochMs,
): Reply['body'] {
  const { spec, fundingIntervalHours } = feed;
  return {
    symbol: spec.symbol,
    base_asset: baseAsset(spec.symbol),
    tick_size: spec.tick.step,
    lot_size: spec.lot.step,
    min_size_usd: spec.minNotionalUsd,
    maker_fee: bpsToRatio(spec.fees.makerBps),
    taker_fee: bpsToRatio(spec.fees.takerBps),
    funding_rate: fundingRate(),
    next_funding_time: isoTime(nextBoundary(now, fundingIntervalHours)),
    funding_interval_hours: fundingIntervalHours,
    status: isOpen() ? 'active' : 'closed',
    simulated: true,
  };
}

/**
 * Everybody else's touch as last seen: during a gap it grows old, which is what `timestamp` says.
 */
function describePrice(found: SimulatedMarket): Reply {
  const { book, feed } = found;
  const { spec } = feed;
  const [bid, ask] = [book.touch('buy'), book.touch('sell')];
  if (bid === undefined || ask === undefined) return notQuotedYet(spec.symbol);
  return answered({
    symbol: spec.symbol,
    best_bid: atIndex(spec.tick, bid.tick),
    best_bid_size: atIndex(spec.lot, bid.lots),
    best_ask: atIndex(spec.tick, ask.tick),
    best_ask_size: atIndex(spec.lot, ask.lots),
    mid: found.mid(),
    timestamp: book.quotedAt(),
  });
}

function describeTicker(found: SimulatedMarket, now: EpochMs): Reply {
  const { spec, fundingIntervalHours } = found.feed;
  const price = found.mid();
  if (price === undefined) return notQuotedYet(spec.symbol);
  return answered({
    market: spec.symbol,
    price,
    funding_rate: found.fundingRate(),
    funding_interval_hours: fundingIntervalHours,
    next_funding_at: isoTime(nextBoundary(now, fundingIntervalHours)),
    timestamp: found.book.quotedAt(),
  });
}

const notQuotedYet = (asked: string): Reply =>
  refused(503, 'MARKET_CLOSED', `${asked} has not been quoted yet`);
