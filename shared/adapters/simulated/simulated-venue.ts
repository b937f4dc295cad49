import { checkedBook } from '../../domain/book.ts';
import {
  done,
  failed,
  InvariantError,
  type Outcome,
  type VenueOutcome,
} from '../../domain/failure.ts';
import type { Fill, FundingPayment } from '../../domain/fill.ts';
import { nextBoundary } from '../../domain/funding.ts';
import { atIndex } from '../../domain/grid.ts';
import type { MarketSymbol } from '../../domain/market.ts';
import { type MarketId, symbolOf } from '../../domain/market-id.ts';
import type { Approved, OpenOrder, OrderCommand } from '../../domain/order.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { type EpochMs, price, size, usd } from '../../domain/units.ts';
import type { MarketTrade } from '../../domain/view.ts';
import type { Clock } from '../../ports/clock.ts';
import type {
  CommandDone,
  CommandResult,
  EquityChange,
  Venue,
  VenueLook,
} from '../../ports/venue.ts';
import { type Account, marketEquityUsd } from '../../simulator/exchange/account.ts';
import type { Exchange } from '../../simulator/exchange/exchange.ts';
import type { FeedLevel, TradeEvent } from '../../simulator/feed/feed.ts';
import type { Rejection } from '../../simulator/exchange/matching/order-entry.ts';
import type { SimulatedOrder } from '../../simulator/exchange/matching/resting-orders.ts';
import type { SimulatedMarket } from '../../simulator/exchange/simulated-market.ts';

export interface SimulatedVenueOptions {
  readonly exchange: Exchange;
  /** The account that trades. */
  readonly accountKey: string;
  readonly clock: Clock;
  /** Each way, in ms: an order arrives this much later, an answer is this old. */
  readonly latencyMs: number;
}

/**
 * The simulated exchange as a venue, in process: the reference that every other adapter's contract
 * was written on.
 */
export function createSimulatedVenue({
  exchange,
  accountKey,
  clock,
  latencyMs,
}: SimulatedVenueOptions): Venue {
  /** Does `act` at the exchange one latency from now, and answers another one later. */
  const ask = async <T>(act: () => T): Promise<T> => {
    await clock.sleep(latencyMs);
    exchange.advanceTo(clock.now());
    const answer = act();
    await clock.sleep(latencyMs);
    return answer;
  };
  const inMarket = <T>(
    id: MarketId,
    act: (market: SimulatedMarket) => VenueOutcome<T>,
  ): Promise<VenueOutcome<T>> =>
    ask(() => {
      const symbol = symbolOf(id);
      const market = exchange.market(symbol);
      return market === undefined
        ? refused({ code: 'MARKET_NOT_FOUND', reason: `there is no market ${symbol}` })
        : act(market);
    });
  const account = exchange.account(accountKey);
  const tradesOf = newTrades(exchange);
  return {
    name: 'simulated',
    requestTimeoutMs: 2 * latencyMs + 1000,
    spec: (id) => inMarket(id, (market) => done(market.feed.spec)),
    look: (id) => inMarket(id, (market) => lookAt(exchange, accountKey, market, tradesOf(market))),
    fills: (id, since) => inMarket(id, () => done(fillsSince(account, id, since))),
    fundingRate: (id) =>
      inMarket(id, ({ feed, fundingRate }) =>
        done({
          rate: fundingRate(),
          intervalHours: feed.fundingIntervalHours,
          nextAt: nextBoundary(exchange.now(), feed.fundingIntervalHours),
        }),
      ),
    fundingPayments: (id, after, until) =>
      inMarket(id, () => done(paymentsIn(account, id, after, until))),
    hourlyVolatility: (id) =>
      inMarket(id, ({ mids }) => {
        const volatility = mids.realisedVolatility(exchange.now(), HOUR_MS);
        return volatility === undefined
          ? refused({ code: 'NO_HISTORY', reason: 'no prices yet' })
          : done(volatility);
      }),
    equityChange: (id, since) =>
      inMarket(id, (market) => equityChange(exchange, accountKey, market, since)),
    send: async (commands) => {
      const results = await ask(() =>
        cancelsFirst(commands).map((command) => ({
          command,
          outcome: carryOut(exchange, accountKey, command),
        })),
      );
      return commands.map((command) => resultOf(command, results));
    },
  };
}

const fillsSince = (account: Account, id: MarketId, since: EpochMs): readonly Fill[] =>
  account
    .fills(symbolOf(id))
    .filter((fill) => fill.at >= since)
    .map(({ clientId: _theirs, mid: _seen, ...fill }): Fill => ({ ...fill, market: id }));

const paymentsIn = (
  account: Account,
  id: MarketId,
  after: EpochMs,
  until: EpochMs,
): readonly FundingPayment[] =>
  account
    .payments(symbolOf(id))
    .filter((payment) => payment.at > after && payment.at <= until)
    .map((payment): FundingPayment => ({ ...payment, market: id }));

const refused = ({
  code,
  reason,
}: Rejection | { readonly code: string; readonly reason: string }): VenueOutcome<never> =>
  failed({ kind: 'rejected', code, reason });

/** Everybody's trades since the look before, per market; none on the first look. */
function newTrades(exchange: Exchange): (market: SimulatedMarket) => readonly MarketTrade[] {
  const shownUpTo = new Map<MarketSymbol, EpochMs>();
  return (market) => {
    const { symbol } = market.feed.spec;
    const after = shownUpTo.get(symbol);
    shownUpTo.set(symbol, exchange.now());
    return after === undefined ? [] : market.tradesAfter(after).map(asMarketTrade);
  };
}

const asMarketTrade = ({ at, side, price: paid, size: amount }: TradeEvent): MarketTrade => ({
  at,
  side,
  price: price(paid),
  size: size(amount),
});

function lookAt(
  exchange: Exchange,
  accountKey: string,
  market: SimulatedMarket,
  trades: readonly MarketTrade[],
): VenueOutcome<VenueLook> {
  const { symbol } = market.feed.spec;
  const quotedAt = market.book.quotedAt();
  const raw = (levels: readonly FeedLevel[]): { price: number; size: number }[] =>
    levels.map(([at, amount]) => ({ price: at, size: amount }));
  return done({
    book:
      quotedAt === undefined
        ? failed('the book has no bid')
        : checkedBook(quotedAt, raw(market.book.levels('buy')), raw(market.book.levels('sell'))),
    position: exchange.account(accountKey).holding(symbol).position,
    orders: exchange.openOrders(accountKey, symbol).map((order) => openOrder(order, market)),
    trades,
    requestsLeftRatio: 1,
  });
}

const openOrder = (order: SimulatedOrder, { feed: { spec } }: SimulatedMarket): OpenOrder => ({
  venueId: order.id,
  clientId: order.clientId,
  side: order.side,
  price: price(atIndex(spec.tick, order.tick)),
  remaining: size(atIndex(spec.lot, order.remainingLots)),
});

/**
 * Before `since` the account is taken to have held what its fills until then left it, at the mid of
 * that time.
 */
function equityChange(
  exchange: Exchange,
  accountKey: string,
  market: SimulatedMarket,
  since: EpochMs,
): VenueOutcome<EquityChange> {
  const { symbol } = market.feed.spec;
  const holding = exchange.account(accountKey).holding(symbol);
  const mark = market.mid();
  if (mark === undefined) return refused({ code: 'MARKET_CLOSED', reason: 'no price yet' });
  const earlier = exchange
    .account(accountKey)
    .fills(symbol)
    .some((fill) => fill.at < since);
  if (earlier)
    return refused({ code: 'NO_HISTORY', reason: 'the account traded before that time' });
  return done({
    netUsd: usd(marketEquityUsd(holding, mark)),
    markPrice: price(mark),
    positionSize: holding.position.size,
  });
}

const cancelsFirst = (commands: readonly Approved[]): readonly Approved[] => [
  ...commands.filter(({ kind }) => kind === 'cancel' || kind === 'cancel-all'),
  ...commands.filter(({ kind }) => kind === 'place' || kind === 'reduce'),
];

function carryOut(
  exchange: Exchange,
  accountKey: string,
  command: OrderCommand,
): VenueOutcome<CommandDone> {
  switch (command.kind) {
    case 'cancel':
      // One that is gone already is cancelled as far as we are concerned.
      exchange.cancel(accountKey, command.venueId);
      return done({ kind: 'cancelled' });
    case 'cancel-all':
      exchange.cancelAll(accountKey, symbolOf(command.market));
      return done({ kind: 'cancelled' });
    case 'place': {
      const { side, clientId } = command;
      const placed = exchange.place(accountKey, {
        market: symbolOf(command.market),
        side,
        clientId,
        price: command.price,
        size: command.size,
        timeInForce: 'GTC',
        postOnly: true,
        reduceOnly: false,
      });
      return asOutcome(placed, ({ order }) => ({ kind: 'placed', venueId: order.id }));
    }
    case 'reduce': {
      const { side, clientId } = command;
      const placed = exchange.place(accountKey, {
        market: symbolOf(command.market),
        side,
        clientId,
        price: command.limitPrice,
        size: command.size,
        timeInForce: 'IOC',
        postOnly: false,
        reduceOnly: true,
      });
      return asOutcome(placed, ({ averagePrice }) => ({
        kind: 'reduced',
        averagePrice: averagePrice === undefined ? undefined : price(averagePrice),
      }));
    }
  }
}

function asOutcome<T>(
  outcome: Outcome<T, Rejection>,
  toDone: (value: T) => CommandDone,
): VenueOutcome<CommandDone> {
  return outcome.ok ? done(toDone(outcome.value)) : refused(outcome.failure);
}

function resultOf(command: OrderCommand, results: readonly CommandResult[]): CommandResult {
  const result = results.find((candidate) => candidate.command === command);
  if (result === undefined) throw new InvariantError(`no answer to ${command.kind}`);
  return result;
}
