import { InvariantError, type Outcome } from '../../domain/failure.ts';
import type { MarketSymbol } from '../../domain/venue/market.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Account, AccountFill, AccountPayment } from './account.ts';
import { createAccounts } from './accounts.ts';
import { createExecution, type Execution } from './matching/execution.ts';
import type { MarketFeed } from '../feed/feed.ts';
import { createFundingSettlement } from './funding-settlement.ts';
import { createMarketPlayback } from './market-playback.ts';
import { createOrderDesk } from './order-desk.ts';
import type {
  Modified,
  ModifyFailure,
  NewOrder,
  Placed,
  Rejection,
  Replacement,
} from './matching/order-entry.ts';
import type { FillResting } from './matching/passive-fills.ts';
import type { FillModel } from './matching/queue-position.ts';
import type { SimulatedOrder } from './matching/resting-orders.ts';
import { createSimulatedMarket, type SimulatedMarket } from './simulated-market.ts';

export interface ExchangeOptions {
  readonly feeds: readonly MarketFeed[];
  readonly fillModel: FillModel;
  /** Before the first event of any feed. */
  readonly startsAt: EpochMs;
  /** Every account begins with this. */
  readonly depositUsd: number;
  /** Notional of positions and orders may not exceed equity times this. */
  readonly maxLeverage: number;
}

interface ExchangeListener {
  filled?(accountKey: string, fill: AccountFill): void;
  settled?(accountKey: string, payment: AccountPayment): void;
  /** After each event of a market, before the next. */
  ticked?(market: MarketSymbol, at: EpochMs): void;
}

/**
 * A perpetual-futures exchange as pure code: price-time matching of accounts against each other and
 * against the liquidity of a feed, post-only, immediate-or-cancel, reduce-only, self-trade
 * prevention, signed fees, funding at its boundaries. It has no clock: time passes in `advanceTo`,
 * which plays the feeds up to and including that time.
 */
export interface Exchange {
  now(): EpochMs;
  advanceTo(at: EpochMs): void;
  symbols(): readonly MarketSymbol[];
  market(symbol: MarketSymbol): SimulatedMarket | undefined;
  /** Opened on first use. */
  account(key: string): Account;
  equityUsd(key: string): number;
  place(key: string, order: NewOrder): Outcome<Placed, Rejection>;
  /** The failure says whether there is no such order of this account, or it is no longer open. */
  cancel(key: string, orderId: string): Outcome<SimulatedOrder, 'not-found' | 'not-open'>;
  /** A cancel and a post-only place in one; the failure says what of the two was done. */
  modify(key: string, orderId: string, to: Replacement): Outcome<Modified, ModifyFailure>;
  cancelAll(key: string, market: MarketSymbol): readonly SimulatedOrder[];
  openOrders(key: string, market: MarketSymbol): readonly SimulatedOrder[];
  order(key: string, orderId: string): SimulatedOrder | undefined;
  listen(listener: ExchangeListener): void;
}

export function createExchange(options: ExchangeOptions): Exchange {
  const markets = new Map<MarketSymbol, SimulatedMarket>();
  const listeners = createListeners();
  const accounts = createAccounts(options.depositUsd, markets);
  let now = options.startsAt;
  const execution = createExecution({
    account: accounts.account,
    market: (symbol) => markets.get(symbol),
    now: () => now,
    onFill: listeners.filled,
  });
  openMarkets(options, markets, execution);
  const tracked = [...markets.values()];
  const funding = createFundingSettlement(
    options.startsAt,
    tracked,
    accounts.all,
    listeners.settled,
  );
  const playback = createMarketPlayback(tracked, funding, {
    before: (eventAt) => {
      if (eventAt > now) now = eventAt;
    },
    after: listeners.ticked,
  });
  const desk = createOrderDesk({
    markets,
    accounts,
    execution,
    now: () => now,
    maxLeverage: options.maxLeverage,
  });

  return {
    now: () => now,
    advanceTo(at) {
      if (at < now) throw new InvariantError(`the exchange cannot go back from ${now} to ${at}`);
      playback.playTo(at);
      now = at;
    },
    symbols: () => [...markets.keys()],
    market: (symbol) => markets.get(symbol),
    account: accounts.account,
    equityUsd: accounts.equityUsd,
    listen: listeners.add,
    ...desk,
  };
}

/** Those who listen to nothing that happens at every event cost nothing at an event. */
function createListeners(): Required<ExchangeListener> & { add(listener: ExchangeListener): void } {
  const all: ExchangeListener[] = [];
  const ofTicks: ExchangeListener[] = [];
  return {
    add(listener) {
      all.push(listener);
      if (listener.ticked !== undefined) ofTicks.push(listener);
    },
    filled: (key, fill) => all.forEach((listener) => listener.filled?.(key, fill)),
    settled: (key, payment) => all.forEach((listener) => listener.settled?.(key, payment)),
    ticked(market, at) {
      for (const listener of ofTicks) listener.ticked?.(market, at);
    },
  };
}

function openMarkets(
  options: ExchangeOptions,
  markets: Map<MarketSymbol, SimulatedMarket>,
  execution: Execution,
): void {
  for (const feed of options.feeds) {
    const { symbol } = feed.spec;
    if (markets.has(symbol)) throw new InvariantError(`market ${symbol} has two feeds`);
    const fillMaker: FillResting = (order, wanted) =>
      execution.fill(symbol, order, order.tick, wanted, 'maker');
    markets.set(symbol, createSimulatedMarket(feed, options.fillModel, fillMaker));
  }
}
