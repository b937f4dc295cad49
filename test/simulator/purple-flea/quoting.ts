import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import type { QuoteRequest } from '#shared/simulator/purple-flea/quoting-session.ts';
import type { QuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import { BEFORE_FUNDING, eventsFrom } from '#test/builders/feeds.ts';
import {
  aQuote,
  type InProcessExchange,
  type InProcessOptions,
  shown,
  startExchange,
} from '#test/floors/exchange-in-process.ts';

const { touch } = eventsFrom(BEFORE_FUNDING);

export const ME = 'pf_test_me';

/** A touch of 1 around a mid. */
export const mid = (afterMs: number, at: number): FeedEvent => touch(afterMs, at - 0.5, at + 0.5);

/** The same mid every second. */
export const calm = (fromMs: number, toMs: number, at = 60_000): readonly FeedEvent[] =>
  Array.from({ length: (toMs - fromMs) / 1000 + 1 }, (_, second) =>
    mid(fromMs + second * 1000, at),
  );

/** One side of a pair, as a client writes it. */
export const sideOf = (
  price: number,
  sizeUsd: number,
): NonNullable<QuoteRequest['pair']['buy']> => ({ price, sizeUsd, clientId: undefined });

/** The pair of `aQuote` as it rests. */
export const PAIR = ['buy 59980 x 100', 'sell 60020 x 100'];

interface Quoting extends InProcessExchange {
  quote(over?: Partial<QuoteRequest>): ReturnType<QuotingSessions['quote']>;
  report(): ReturnType<QuotingSessions['report']>;
  /** Our orders, as `shown` writes them. */
  rests(): readonly string[];
  held(): number;
}

/** An exchange with one market, on which we quote. */
export function startQuoting(events: Iterable<FeedEvent>, options: InProcessOptions = {}): Quoting {
  const floor = startExchange(events, options);
  const { exchange, sessions } = floor;
  return {
    ...floor,
    quote: (over) => sessions.quote(ME, aQuote(over)),
    report: () => sessions.report(ME, 'BTC-PERP'),
    rests: () => shown(exchange.openOrders(ME, 'BTC-PERP')),
    held: () => exchange.account(ME).holding('BTC-PERP').position.size,
  };
}
