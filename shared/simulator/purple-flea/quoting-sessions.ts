import { failed, type Outcome } from '../../domain/failure.ts';
import type { MarketSymbol } from '../../domain/venue/market.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Rejection } from '../exchange/matching/order-entry.ts';
import {
  createQuotingSession,
  type Quoted,
  type QuoteRequest,
  type QuotingSession,
  type SessionReport,
} from './quoting-session.ts';
import type { SimulatedOrder } from '../exchange/matching/resting-orders.ts';
import { createSessionDesk } from './session-desk.ts';

/**
 * The guardrails that Purple Flea promises to run on its side, per account and market, from the
 * last quote request: refresh, inventory cap, spread pause, auto-hedge, session stop. They act
 * after each event of the market, also when nobody asks anything; between two events nothing
 * changes that they look at.
 */
export interface QuotingSessions {
  quote(accountKey: string, request: QuoteRequest): Outcome<Quoted, Rejection>;
  /** Cancels all the account's orders in the market, and with them its session. */
  cancelAll(accountKey: string, market: MarketSymbol): readonly SimulatedOrder[];
  /** Cancels one order; a session that refreshes itself does not bring that side back. */
  cancel(accountKey: string, orderId: string): ReturnType<Exchange['cancel']>;
  report(accountKey: string, market: MarketSymbol): SessionReport;
}

export function createQuotingSessions(exchange: Exchange): QuotingSessions {
  const byMarket = new Map<MarketSymbol, Map<string, QuotingSession>>();
  const find = (accountKey: string, market: MarketSymbol): QuotingSession | undefined =>
    byMarket.get(market)?.get(accountKey);
  exchange.listen({
    ticked(market, at) {
      for (const session of byMarket.get(market)?.values() ?? []) session.supervise(at);
    },
  });
  return {
    quote(accountKey, request) {
      const market = exchange.market(request.market);
      if (market === undefined)
        return failed({ code: 'MARKET_NOT_FOUND', reason: `there is no market ${request.market}` });
      const known = find(accountKey, request.market);
      const session =
        known ?? createQuotingSession(createSessionDesk(exchange, accountKey, market));
      const quoted = session.quote(request);
      if (known === undefined && quoted.ok)
        sessionsOf(byMarket, request.market).set(accountKey, session);
      return quoted;
    },
    cancelAll: (accountKey, market) =>
      find(accountKey, market)?.cancelAll() ?? exchange.cancelAll(accountKey, market),
    cancel(accountKey, orderId) {
      const outcome = exchange.cancel(accountKey, orderId);
      if (outcome.ok) find(accountKey, outcome.value.market)?.withoutOrder(orderId);
      return outcome;
    },
    report: (accountKey, market) => find(accountKey, market)?.report() ?? NO_SESSION,
  };
}

function sessionsOf(
  byMarket: Map<MarketSymbol, Map<string, QuotingSession>>,
  market: MarketSymbol,
): Map<string, QuotingSession> {
  const sessions = byMarket.get(market) ?? new Map<string, QuotingSession>();
  byMarket.set(market, sessions);
  return sessions;
}

const NO_SESSION: SessionReport = {
  state: 'none',
  reason: undefined,
  startedAt: undefined,
  netPnlUsd: 0,
  autoRefresh: false,
  limits: {},
  orders: [],
};
