import { performance } from 'node:perf_hooks';
import { atIndex } from '#shared/domain/order/grid.ts';
import type { MarketSymbol } from '#shared/domain/venue/market.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import { type AccountFill, marketEquityUsd } from '#shared/simulator/exchange/account.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import { createQuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import type { SimulatedMarket } from '#shared/simulator/exchange/simulated-market.ts';
import { createExchangeServer } from '../../functions/cli/exchange-server/create-exchange-server.ts';
import type { LiveMarket } from './live-market.ts';

export const VENUE_KEY = 'pf_test_cloud';

const ADVANCE_EVERY_MS = 50;
/** So many that it never matters here. */
const REQUESTS_PER_MINUTE = 1_000_000;

/**
 * The simulated exchange over HTTP in wall-clock time, and what the account of the deployment has
 * there.
 */
export interface LiveExchange {
  readonly url: string;
  market(symbol: MarketSymbol): SimulatedMarket;
  openOrders(symbol: MarketSymbol): readonly RestingQuote[];
  fills(symbol: MarketSymbol): readonly AccountFill[];
  /** Signed base units. */
  position(symbol: MarketSymbol): number;
  /**
   * What trading a market did to the account, its position at the mid; the deposit is not in it.
   */
  equityChangeUsd(symbol: MarketSymbol): number;
  /** All markets together. */
  totalEquityChangeUsd(): number;
  /** What it could not answer: a bug of its own. */
  readonly failures: readonly unknown[];
  close(): Promise<void>;
}

export interface RestingQuote {
  readonly side: 'buy' | 'sell';
  readonly price: number;
}

/** Milliseconds since 1970 that never go back. */
export const wallClock = (): EpochMs =>
  epochMs(Math.floor(performance.timeOrigin + performance.now()));

export async function startLiveExchange(
  markets: readonly LiveMarket[],
  startsAt: EpochMs,
): Promise<LiveExchange> {
  const feeds = markets.map(({ feed }) => feed);
  const exchange = createExchange({
    feeds,
    fillModel: 'trade-through',
    startsAt,
    depositUsd: 100_000,
    maxLeverage: 10,
  });
  const failures: unknown[] = [];
  const server = await createExchangeServer({
    exchange,
    sessions: createQuotingSessions(exchange),
    now: wallClock,
    delay: async () => undefined,
    rateLimitPerMinute: REQUESTS_PER_MINUTE,
    onError: (error) => failures.push(error),
  });
  const ticking = setInterval(() => exchange.advanceTo(wallClock()), ADVANCE_EVERY_MS);
  return {
    url: server.url,
    failures,
    ...accountAt(exchange),
    async close() {
      clearInterval(ticking);
      await server.close();
    },
  };
}

function accountAt(exchange: Exchange): Omit<LiveExchange, 'url' | 'failures' | 'close'> {
  const market = (symbol: MarketSymbol): SimulatedMarket => {
    const found = exchange.market(symbol);
    if (found === undefined) throw new Error(`the exchange has no ${symbol}`);
    return found;
  };
  const account = exchange.account(VENUE_KEY);
  return {
    market,
    openOrders: (symbol) =>
      exchange
        .openOrders(VENUE_KEY, symbol)
        .map(({ side, tick }) => ({ side, price: atIndex(market(symbol).feed.spec.tick, tick) })),
    fills: account.fills,
    position: (symbol) => account.holding(symbol).position.size,
    equityChangeUsd: (symbol) =>
      marketEquityUsd(account.holding(symbol), market(symbol).mid() ?? Number.NaN),
    totalEquityChangeUsd: () => exchange.equityUsd(VENUE_KEY) - account.depositUsd,
  };
}
