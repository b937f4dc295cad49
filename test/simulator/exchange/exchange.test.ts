import { describe, expect, it } from 'vitest';
import { anExchange, anOrder, eventsFrom, placed, refusalOf } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { openExchange, OPENED } from './open-exchange.ts';

const { after, fundingRate, gap, print, touch } = eventsFrom(START);

describe('a gap', () => {
  const silent = [
    touch(0, 99.9, 100.1, 10),
    gap(10_000, 30_000),
    print(20_000, 'sell', 90, 50),
    print(30_000, 'sell', 90, 50),
    touch(30_000, 89.9, 90.1, 10),
    print(31_000, 'sell', 89.8, 50),
  ];

  it('takes our orders with it, fills nothing inside, refuses new ones until the first quote', () => {
    const exchange = openExchange(silent);
    const order = placed(exchange, 'a').order;
    exchange.advanceTo(after(10_000));
    expect(order).toMatchObject({ status: 'cancelled', closedBecause: 'gap' });
    expect(refusalOf(exchange, 'a')).toBe('MARKET_CLOSED');
    expect(exchange.market('BTC-PERP')?.book.quotedAt()).toBe(after(0));
    exchange.advanceTo(after(30_000));
    expect(exchange.account('a').fills('BTC-PERP')).toEqual([]);
    placed(exchange, 'a', { price: 89.9 });
    exchange.advanceTo(after(31_000));
    expect(exchange.account('a').fills('BTC-PERP')).toHaveLength(1);
  });
});

describe('funding', () => {
  it('is settled once at each boundary, on the position held there, at the rate in force before it', () => {
    const hour = 3600;
    const untilEight = 1.5 * hour;
    const events = [
      fundingRate(0, 0.001),
      touch(0, 99.9, 100.1, 50, 50),
      fundingRate(untilEight * 1000, 0.5),
      fundingRate((untilEight + 60) * 1000, -0.002),
    ];
    const exchange = openExchange(events);
    placed(exchange, 'long', { price: 100.1, size: 2, timeInForce: 'IOC' });
    placed(exchange, 'short', { side: 'sell', price: 99.9, size: 2, timeInForce: 'IOC' });
    exchange.account('flat');
    exchange.advanceTo(after((untilEight - 1) * 1000));
    expect(exchange.account('long').payments('BTC-PERP')).toEqual([]);
    exchange.advanceTo(after((untilEight + 17 * hour) * 1000));
    const paid = (key: string): readonly number[] =>
      exchange
        .account(key)
        .payments('BTC-PERP')
        .map(({ amountUsd }) => amountUsd);
    expect(paid('long')).toEqual([-0.2, 0.4, 0.4]);
    expect(paid('short')).toEqual([0.2, -0.4, -0.4]);
    expect(paid('flat')).toEqual([]);
  });
});

describe('time', () => {
  it('never goes back', () => {
    const exchange = anExchange(OPENED);
    exchange.advanceTo(after(5000));
    expect(() => exchange.advanceTo(after(4000))).toThrow(/cannot go back/);
    expect(anOrder().side).toBe('buy');
  });

  it('a feed that is not sorted is a bug', () => {
    const exchange = anExchange([touch(5000, 99.9, 100.1, 10), touch(4000, 99.9, 100.1, 10)]);
    expect(() => exchange.advanceTo(after(9000))).toThrow(/goes back/);
  });
});
