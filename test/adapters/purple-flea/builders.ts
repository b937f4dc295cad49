import type {
  Approved,
  OrderCommand,
  PlaceQuote,
  ReducePosition,
} from '#shared/domain/order/order.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import type { ConnectedVenue } from '#shared/ports/connect-venue.ts';
import { connectPurpleFlea, type PurpleFleaOptions } from '#shared/adapters/purple-flea/connect.ts';
import { isOurs } from '#test/builders/our-quotes.ts';
import type { ScriptedServer } from '#test/floors/scripted-http-server.ts';
import { BTC } from '#test/builders/market.ts';
import { symbolOf } from '#shared/domain/venue/market-id.ts';

export const MARKET = 'BTC-PERP';
export const KEY = 'pf_test_planted-key-0123456789';
export const NOW = epochMs(Date.UTC(2026, 0, 5, 7, 55));

export const SPEC = {
  symbol: MARKET,
  tick_size: 0.5,
  lot_size: 0.001,
  min_size_usd: 10,
  maker_fee: 0.00015,
  taker_fee: 0.00045,
};

/** Nothing runs out in a minute. */
export const LATER = epochMs(NOW + 60_000);

/** A venue whose clock stands still, against a server that knows the market. */
export function aVenue(
  server: ScriptedServer,
  options: Partial<PurpleFleaOptions> = {},
): ConnectedVenue {
  server.on(`GET /v1/markets/${MARKET}`, { body: SPEC });
  return connectPurpleFlea({
    baseUrl: server.url,
    apiKey: KEY,
    clock: { now: () => NOW },
    isOurs,
    ...options,
  });
}

/** Review is not what is tested here. */
export const approved = (...commands: readonly OrderCommand[]): readonly Approved[] =>
  commands as readonly Approved[];

export const aQuote = (quote: Partial<PlaceQuote> = {}): PlaceQuote => {
  const side = quote.side ?? 'buy';
  const level = quote.level ?? 0;
  return {
    kind: 'place',
    market: BTC,
    clientId: `q2.test.quote.${symbolOf(quote.market ?? BTC)}.${side}.${level}.1.1`,
    side,
    level,
    price: price(side === 'buy' ? 99_999.5 : 100_000.5),
    size: size(0.003),
    ...quote,
  };
};

export const aReduce = (reduce: Partial<ReducePosition> = {}): ReducePosition => ({
  kind: 'reduce',
  market: BTC,
  clientId: 'q2.test.quote.BTC-PERP.sell.0.1.9',
  side: 'sell',
  size: size(0.25),
  positionSize: size(1),
  limitPrice: price(99_900),
  ...reduce,
});
