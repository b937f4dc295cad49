import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import type { QuoteRequest } from '#shared/simulator/purple-flea/quoting-session.ts';
import {
  createQuotingSessions,
  type QuotingSessions,
} from '#shared/simulator/purple-flea/quoting-sessions.ts';
import type { FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import type { SimulatedOrder } from '#shared/simulator/exchange/matching/resting-orders.ts';
import { BEFORE_FUNDING, type HandFeed, eventsFrom, handFeed } from '#test/builders/feeds.ts';

const { after } = eventsFrom(BEFORE_FUNDING);

export interface InProcessExchange {
  readonly exchange: Exchange;
  readonly sessions: QuotingSessions;
  /** Plays the market up to this many ms after BEFORE_FUNDING. */
  playTo(afterMs: number): void;
}

export interface InProcessOptions extends HandFeed {
  readonly fillModel?: FillModel;
  readonly depositUsd?: number;
}

/** An exchange with one market, played up to BEFORE_FUNDING. */
export function startExchange(
  events: Iterable<FeedEvent>,
  options: InProcessOptions = {},
): InProcessExchange {
  const { fillModel = 'trade-through', depositUsd = 100_000 } = options;
  const exchange = createExchange({
    feeds: [handFeed(events, options)],
    fillModel,
    startsAt: BEFORE_FUNDING,
    depositUsd,
    maxLeverage: 10,
  });
  const sessions = createQuotingSessions(exchange);
  exchange.advanceTo(BEFORE_FUNDING);
  return { exchange, sessions, playTo: (afterMs) => exchange.advanceTo(after(afterMs)) };
}

/**
 * Prices and USD sizes as a client writes them: 0.1 BTC 20 away from a mid of 60,000 on both sides.
 */
export const aQuote = (over: Partial<QuoteRequest> = {}): QuoteRequest => ({
  market: 'BTC-PERP',
  pair: {
    buy: { price: 59_980, sizeUsd: 5998, clientId: undefined },
    sell: { price: 60_020, sizeUsd: 6002, clientId: undefined },
  },
  postOnly: true,
  autoRefresh: false,
  limits: {},
  ...over,
});

/** `buy 59980 x 100`: side, price in ticks of 0.1 and what remains in lots of 0.001. */
export const shown = (orders: readonly SimulatedOrder[]): readonly string[] =>
  orders.map(({ side, tick, remainingLots }) => `${side} ${tick / 10} x ${remainingLots}`);
