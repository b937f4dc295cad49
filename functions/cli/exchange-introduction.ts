import { utcTime } from '#shared/domain/time.ts';
import type { Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { MarketFeed } from '#shared/simulator/feed/feed.ts';
import { outwardPrice } from '#shared/simulator/purple-flea/quote-pair.ts';

export interface Introduction {
  readonly url: string;
  readonly exchange: Exchange;
  readonly feeds: readonly MarketFeed[];
  /** `synthetic, seed 1`. */
  readonly source: string;
  readonly speed: number;
  readonly fillModel: string;
  readonly latencyMs: number;
  readonly rateLimitPerMinute: number;
  readonly depositUsd: number;
}

/** What a person needs to know to trade against an exchange that has just begun to serve. */
export function exchangeIntroduction(about: Introduction): string {
  const {
    url,
    exchange,
    feeds,
    source,
    speed,
    fillModel,
    latencyMs,
    rateLimitPerMinute,
    depositUsd,
  } = about;
  const markets = feeds.map(({ spec }) => spec.symbol);
  const fees = [
    ...new Set(
      feeds.map(({ spec }) => `maker ${spec.fees.makerBps} bps, taker ${spec.fees.takerBps} bps`),
    ),
  ];
  return [
    `Simulated exchange at ${url} - no real money moves here`,
    `  markets   ${markets.join(', ')} (${source})`,
    `  time      ${utcTime(exchange.now())}, running at ${speed}x`,
    `  rules     ${fees.join('; ')}; resting orders fill by ${fillModel}; ${latencyMs} ms each way; ${rateLimitPerMinute} requests a minute`,
    `  accounts  one per key, any key like pf_test_me, each with ${depositUsd} USD`,
    `  try       curl -s ${url}/v1/markets/${markets[0] ?? ''}/price`,
    `            curl -s -X POST ${url}/v1/mm/quote -H 'Authorization: Bearer pf_test_me' -d '${exampleQuote(exchange, feeds)}'`,
    `  stop      Ctrl-C`,
  ].join('\n');
}

/** A pair 10 bps away from the mid of now. */
function exampleQuote(exchange: Exchange, [feed]: readonly MarketFeed[]): string {
  if (feed === undefined) return '{}';
  const { spec } = feed;
  const mid = exchange.market(spec.symbol)?.mid() ?? 1;
  const [bid, ask] = [
    outwardPrice(spec, 'buy', mid * 0.999),
    outwardPrice(spec, 'sell', mid * 1.001),
  ];
  return JSON.stringify({
    symbol: spec.symbol,
    bid_price: bid,
    bid_size: 1000,
    ask_price: ask,
    ask_size: 1000,
    time_in_force: 'GTC',
  });
}
