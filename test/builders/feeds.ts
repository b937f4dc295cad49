import type { MarketSpec } from '#shared/domain/market.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import { createExchange, type Exchange } from '#shared/simulator/exchange/exchange.ts';
import type { FeedEvent, MarketFeed } from '#shared/simulator/feed/feed.ts';
import type { NewOrder, Placed } from '#shared/simulator/exchange/matching/order-entry.ts';
import type { FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import { aSpec, START } from '#test/builders/market.ts';

/** Seconds after the start. */
export const second = (seconds: number): EpochMs => epochMs(START + seconds * 1000);

export const bbo = (
  seconds: number,
  bid: number,
  ask: number,
  bidSize = 10,
  askSize = 10,
): FeedEvent => ({
  type: 'bbo',
  at: second(seconds),
  bid,
  bidSize,
  ask,
  askSize,
});

export const book = (
  seconds: number,
  bids: readonly (readonly [number, number])[],
  asks: readonly (readonly [number, number])[],
): FeedEvent => ({ type: 'book', at: second(seconds), bids, asks });

export const print = (
  seconds: number,
  price: number,
  size: number,
  side: 'buy' | 'sell',
): FeedEvent => ({
  type: 'trade',
  at: second(seconds),
  price,
  size,
  side,
});

/** A market at 100 with a tick and a lot of 0.1 that does what the events say. */
export const aFeed = (
  events: readonly FeedEvent[],
  spec: MarketSpec = aSpec({ tick: 0.1, lot: 0.1, minNotional: 1 }),
  fundingIntervalHours = 8,
): MarketFeed => ({
  spec,
  fundingIntervalHours,
  startsAt: START,
  endsAt: undefined,
  events: events[Symbol.iterator](),
});

export const anExchange = (
  events: readonly FeedEvent[],
  fillModel: FillModel = 'queue',
  over: Partial<{ spec: MarketSpec; fundingIntervalHours: number }> = {},
): Exchange =>
  createExchange({
    feeds: [aFeed(events, over.spec, over.fundingIntervalHours)],
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
