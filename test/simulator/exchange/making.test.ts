import { describe, expect, it } from 'vitest';
import type { FillModel } from '#shared/simulator/exchange/matching/queue-position.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { eventsFrom, placed } from '#test/builders/feeds.ts';
import { aSpec, START } from '#test/builders/market.ts';
import { heldBy, openExchange } from './open-exchange.ts';

const { after, print, touch } = eventsFrom(START);

describe('making liquidity', () => {
  const rest = (events: readonly FeedEvent[], model: FillModel, price = 99.9): number => {
    const exchange = openExchange(events, model);
    placed(exchange, 'a', { price, size: 2, postOnly: true });
    exchange.advanceTo(after(60_000));
    return heldBy(exchange, 'a');
  };
  const sellsAt = (...prints: (readonly [number, number])[]): readonly FeedEvent[] => [
    touch(0, 99.9, 100.1, 5, 5),
    ...prints.map(([price, size], index) => print((index + 1) * 1000, 'sell', price, size)),
  ];

  it('fills when the market trades through its price, in every model, never more than was printed', () => {
    for (const model of ['queue', 'trade-through', 'touch'] as const) {
      expect(rest(sellsAt([99.8, 1.5]), model)).toBe(1.5);
      expect(rest(sellsAt([99.8, 9]), model)).toBe(2);
    }
  });

  it('at its price it waits for the queue, for ever, or not at all', () => {
    const events = sellsAt([99.9, 5], [99.9, 1]);
    expect(rest(events, 'queue')).toBe(1);
    expect(rest(events, 'trade-through')).toBe(0);
    expect(rest(events, 'touch')).toBe(2);
  });

  it("a buyer's print does not fill a bid", () => {
    expect(rest([touch(0, 99.9, 100.1, 10), print(1000, 'buy', 100.1, 50)], 'touch')).toBe(0);
  });

  it('fills when somebody offers at or below its price', () => {
    const offered = (ask: number, askSize: number): number =>
      rest([touch(0, 99.9, 100.1, 10), touch(1000, 99.7, ask, 5, askSize)], 'trade-through');
    expect(offered(99.8, 1.5)).toBe(1.5);
    expect(offered(99.9, 1.5)).toBe(1.5);
    expect(offered(100, 9)).toBe(0);
  });

  it('cancellations ahead move it forward, an order better than the touch is first', () => {
    const cancelled = [
      touch(0, 99.9, 100.1, 5, 5),
      touch(1000, 99.9, 100.1, 1, 5),
      print(2000, 'sell', 99.9, 1.5),
    ];
    expect(rest(cancelled, 'queue')).toBe(0.5);
    expect(rest([touch(0, 99.9, 100.1, 5, 5), print(1000, 'sell', 100, 1)], 'queue', 100)).toBe(1);
  });

  it('an order deeper than the picture is behind everything once it comes into sight', () => {
    const events = [
      touch(0, 99.9, 100.1, 5, 5),
      touch(1000, 99.5, 99.7, 5, 5),
      print(2000, 'sell', 99.5, 5),
      print(3000, 'sell', 99.5, 1),
    ];
    expect(rest(events, 'queue', 99.5)).toBe(1);
  });

  it('two accounts at one price fill in the order they came, and share what was printed', () => {
    const exchange = openExchange(sellsAt([99.9, 6], [99.9, 2.5]));
    placed(exchange, 'first', { size: 2 });
    placed(exchange, 'second', { size: 2 });
    exchange.advanceTo(after(60_000));
    expect(heldBy(exchange, 'first')).toBe(2);
    expect(heldBy(exchange, 'second')).toBe(1.5);
  });

  it('pays the signed maker fee: a rebate is income', () => {
    const exchange = openExchange(sellsAt([99.8, 9]), 'queue', {
      spec: aSpec({ tick: 0.1, lot: 0.1, minNotional: 1, makerBps: -0.5 }),
    });
    placed(exchange, 'a', { size: 1 });
    exchange.advanceTo(after(60_000));
    expect(exchange.account('a').fills('BTC-PERP')[0]?.feeUsd).toBeCloseTo(99.9 * 0.00005, 12);
  });
});
