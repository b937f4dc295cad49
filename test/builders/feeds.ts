import type { MarketSpec } from '#shared/domain/venue/market.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { NewOrder, Placed } from '#shared/simulator/exchange/matching/order-entry.ts';
import type { FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import type { FeedEvent, FeedLevel, MarketFeed } from '#shared/simulator/feed/feed.ts';
import { aSpec, START } from '#test/builders/market.ts';

/** 2026-01-05T07:59:00Z: a minute before a funding boundary, for tests of funding. */
export const BEFORE_FUNDING: EpochMs = epochMs(Date.UTC(2026, 0, 5, 7, 59));

export interface EventsFrom {
  after(ms: number): EpochMs;
  touch(afterMs: number, bid: number, ask: number, size?: number, askSize?: number): FeedEvent;
  book(afterMs: number, bids: readonly FeedLevel[], asks: readonly FeedLevel[]): FeedEvent;
  /** Somebody else's taker. */
  print(afterMs: number, side: 'buy' | 'sell', price: number, size: number): FeedEvent;
  fundingRate(afterMs: number, rate: number, intervalHours?: number): FeedEvent;
  gap(afterMs: number, untilMs: number): FeedEvent;
}

/** What happens in a market, told by how long after its start. */
export function eventsFrom(start: EpochMs): EventsFrom {
  const after = (ms: number): EpochMs => epochMs(start + ms);
  return {
    after,
    touch: (afterMs, bid, ask, size = 5, askSize = size) => ({
      type: 'bbo',
      at: after(afterMs),
      bid,
      bidSize: size,
      ask,
      askSize,
    }),
    book: (afterMs, bids, asks) => ({
      type: 'book',
      at: after(afterMs),
      bids: bids.flat(),
      asks: asks.flat(),
    }),
    print: (afterMs, side, price, size) => ({
      type: 'trade',
      at: after(afterMs),
      price,
      size,
      side,
    }),
    fundingRate: (afterMs, rate, intervalHours = 8) => ({
      type: 'funding',
      at: after(afterMs),
      rate,
      intervalHours,
    }),
    gap: (afterMs, untilMs) => ({ type: 'gap', at: after(afterMs), to: after(untilMs) }),
  };
}

/** A market at 100 with a tick and a lot of 0.1 that does what the events say, from START. */
export const aFeed = (
  events: Iterable<FeedEvent>,
  over: Partial<Omit<MarketFeed, 'events'>> = {},
): MarketFeed => ({
  spec: aSpec({ tick: 0.1, lot: 0.1, minNotional: 1 }),
  fundingIntervalHours: 8,
  startsAt: START,
  endsAt: undefined,
  ...over,
  events: events[Symbol.iterator](),
});

export interface HandFeed {
  readonly symbol?: string;
  readonly tick?: number;
  readonly lot?: number;
  readonly makerBps?: number;
  readonly takerBps?: number;
  readonly minNotionalUsd?: number;
  readonly fundingIntervalHours?: number;
  readonly endsAt?: EpochMs;
}

/** A market from BEFORE_FUNDING on, of any spec. */
export const handFeed = (events: Iterable<FeedEvent>, options: HandFeed = {}): MarketFeed =>
  aFeed(events, {
    spec: {
      ...aSpec({
        tick: options.tick ?? 0.1,
        lot: options.lot ?? 0.001,
        minNotional: options.minNotionalUsd ?? 10,
        makerBps: options.makerBps ?? -2.5,
        takerBps: options.takerBps ?? 5,
      }),
      symbol: options.symbol ?? 'BTC-PERP',
    },
    fundingIntervalHours: options.fundingIntervalHours ?? 8,
    startsAt: BEFORE_FUNDING,
    endsAt: options.endsAt,
  });

export const anExchange = (
  events: readonly FeedEvent[],
  fillModel: FillModel = 'queue',
  over: Partial<{ spec: MarketSpec; fundingIntervalHours: number }> = {},
): Exchange =>
  createExchange({
    feeds: [aFeed(events, over)],
    fillModel,
    startsAt: START,
    depositUsd: 10_000,
    maxLeverage: 10,
  });

export const anOrder = (over: Partial<NewOrder> = {}): NewOrder => ({
  market: 'BTC-PERP',
  side: 'buy',
  price: 99.9,
  size: 1,
  timeInForce: 'GTC',
  postOnly: false,
  reduceOnly: false,
  ...over,
});

/** Places an order that must be accepted. */
export function placed(exchange: Exchange, key: string, over: Partial<NewOrder> = {}): Placed {
  const outcome = exchange.place(key, anOrder(over));
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.reason}`);
  return outcome.value;
}

export const refusalOf = (
  exchange: Exchange,
  key: string,
  over: Partial<NewOrder> = {},
): string => {
  const outcome = exchange.place(key, anOrder(over));
  return outcome.ok ? 'accepted' : outcome.failure.code;
};
