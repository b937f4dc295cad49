import { type LineToExchange, notQuotedYet } from '../../adapters/simulated/line-to-exchange.ts';
import { done, type VenueOutcome } from '../../domain/failure.ts';
import type { MarketSymbol } from '../../domain/venue/market.ts';
import type { Side } from '../../domain/order/side.ts';
import { HOUR_MS } from '../../domain/time.ts';
import type { SimulatedOrder } from '../../simulator/exchange/matching/resting-orders.ts';
import type { SimulatedMarket } from '../../simulator/exchange/simulated-market.ts';
import {
  hedgeShare,
  inventoryUsd,
  type LimitOrder,
  placeBoth,
  placeLimit,
  type QuotedPair,
  refused,
  tradeAtOnce,
  type Traded,
} from './vendor-acts.ts';

/** What a script can ask of one market. */
interface Questions {
  /**
   * GET /v1/markets/{symbol}/price, GET /ticker/{market}: halfway between everybody else's bid and
   * ask as last seen, however long ago.
   */
  mid(): Promise<VenueOutcome<number>>;
  /** GET /v1/markets/{symbol}/volatility: a fraction over the last hour; undefined at first. */
  hourlyVolatility(): Promise<VenueOutcome<number | undefined>>;
  /** GET /v1/mm/inventory, GET /v1/positions/{symbol}: at the mid, long is positive. */
  inventoryUsd(): Promise<VenueOutcome<number>>;
  /** GET /orders: ids of what rests. */
  openOrders(): Promise<VenueOutcome<readonly string[]>>;
  /** GET /orders/{id} */
  orderStatus(id: string): Promise<VenueOutcome<SimulatedOrder['status']>>;
}

/** What a script can do in one market. */
interface Acts {
  /** POST /v1/mm/cancel, DELETE /v1/mm/cancel-all. */
  cancelAll(): Promise<VenueOutcome<'cancelled'>>;
  /** POST /v1/mm/quote */
  quote(pair: QuotedPair): Promise<VenueOutcome<'placed'>>;
  /** POST /orders: its id. */
  order(order: LimitOrder): Promise<VenueOutcome<string>>;
  /** POST /v1/mm/hedge: a share of the position from 0 to 1. */
  hedge(share: number): Promise<VenueOutcome<Traded>>;
  /** POST /v1/trade: not reduce-only. */
  trade(side: Side, sizeUsd: number): Promise<VenueOutcome<Traded>>;
}

/**
 * One account's calls in one market as the vendor's pages show them to a script. Each is one
 * request, and does and answers what the exchange does and answers over HTTP: nobody reviews it.
 */
export interface VendorClient extends Questions, Acts {}

/** What is told of the calls as they are made. */
export interface CallWatch {
  /** In words: the same for the same request. */
  asked(request: string): void;
  placed(quotes: number): void;
  hedged(traded: Traded): void;
}

export function createVendorClient(
  line: LineToExchange,
  symbol: MarketSymbol,
  watch: CallWatch,
): VendorClient {
  const ask: Ask = (request, act) => {
    watch.asked(request);
    return line.read(1, symbol, act);
  };
  return { ...questions(line, ask), ...acts(line, ask, watch) };
}

type Ask = <T>(
  request: string,
  act: (market: SimulatedMarket) => VenueOutcome<T>,
) => Promise<VenueOutcome<T>>;

function questions(line: LineToExchange, ask: Ask): Questions {
  const { exchange, accountKey } = line;
  return {
    mid: () =>
      ask('mid', (market) => {
        const mid = market.mid();
        return mid === undefined ? notQuotedYet(market.feed.spec.symbol) : done(mid);
      }),
    hourlyVolatility: () =>
      ask('volatility', ({ mids }) => done(mids.realisedVolatility(exchange.now(), HOUR_MS))),
    inventoryUsd: () => ask('inventory', (market) => done(inventoryUsd(line, market))),
    openOrders: () =>
      ask('orders', ({ feed: { spec } }) =>
        done(exchange.openOrders(accountKey, spec.symbol).map(({ id }) => id)),
      ),
    orderStatus: (id) =>
      ask(`status ${id}`, () => {
        const order = exchange.order(accountKey, id);
        return order === undefined
          ? refused('ORDER_NOT_FOUND', `there is no order ${id}`)
          : done(order.status);
      }),
  };
}

function acts(line: LineToExchange, ask: Ask, watch: CallWatch): Acts {
  const { exchange, accountKey } = line;
  return {
    cancelAll: () =>
      ask('cancel', ({ feed: { spec } }) => {
        exchange.cancelAll(accountKey, spec.symbol);
        return done('cancelled');
      }),
    quote: (pair) =>
      ask(`quote ${pair.bid} ${pair.ask} ${pair.sizeUsd}`, (market) =>
        heard(placeBoth(line, market, pair), () => watch.placed(2)),
      ),
    order: (order) =>
      ask(`${order.side} ${order.price} ${order.sizeUsd}`, (market) =>
        heard(placeLimit(line, market, order), () => watch.placed(1)),
      ),
    hedge: (share) =>
      ask(`hedge ${share}`, (market) => heard(hedgeShare(line, market, share), watch.hedged)),
    trade: (side, sizeUsd) =>
      ask(`trade ${side} ${sizeUsd}`, (market) =>
        heard(tradeAtOnce(line, market, side, sizeUsd), watch.hedged),
      ),
  };
}

function heard<T>(outcome: VenueOutcome<T>, whenDone: (value: T) => void): VenueOutcome<T> {
  if (outcome.ok) whenDone(outcome.value);
  return outcome;
}
