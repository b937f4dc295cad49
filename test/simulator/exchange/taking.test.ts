import { describe, expect, it } from 'vitest';
import { eventsFrom, placed } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { heldBy, openExchange, OPENED } from './open-exchange.ts';

const { after, book, print, touch } = eventsFrom(START);

describe('taking liquidity', () => {
  const deep = [
    book(
      0,
      [
        [99.9, 1],
        [99.8, 2],
      ],
      [
        [100.1, 1],
        [100.2, 2],
        [100.3, 5],
      ],
    ),
  ];

  it('walks the displayed levels and pays the taker fee', () => {
    const exchange = openExchange(deep);
    const { filledSize, averagePrice, order } = placed(exchange, 'a', {
      price: 100.2,
      size: 4,
      timeInForce: 'IOC',
    });
    expect({ filledSize, status: order.status }).toEqual({ filledSize: 3, status: 'cancelled' });
    expect(averagePrice).toBeCloseTo((100.1 + 2 * 100.2) / 3, 9);
    const fills = exchange.account('a').fills('BTC-PERP');
    expect(
      fills.map(({ price, size, liquidity, mid }) => ({ price, size, liquidity, mid })),
    ).toEqual([
      { price: 100.1, size: 1, liquidity: 'taker', mid: 100 },
      { price: 100.2, size: 2, liquidity: 'taker', mid: 100 },
    ]);
    expect(fills[0]?.feeUsd).toBeCloseTo(-100.1 * 0.00045, 12);
  });

  it('what was taken is gone until the next quote', () => {
    const exchange = openExchange([...deep, touch(1000, 99.9, 100.1, 1, 1)]);
    expect(placed(exchange, 'a', { price: 100.1, timeInForce: 'IOC' }).filledSize).toBe(1);
    expect(placed(exchange, 'b', { price: 100.1, timeInForce: 'IOC' }).filledSize).toBe(0);
    exchange.advanceTo(after(1000));
    expect(placed(exchange, 'b', { price: 100.1, timeInForce: 'IOC' }).filledSize).toBe(1);
  });

  it('a crossing order that may rest trades first and rests with what is left', () => {
    const exchange = openExchange(deep);
    const { order, filledSize } = placed(exchange, 'a', { price: 100.1, size: 3 });
    expect({ filledSize, status: order.status, left: order.remainingLots }).toEqual({
      filledSize: 1,
      status: 'open',
      left: 20,
    });
  });

  it('other accounts come in at their price, behind what is displayed there', () => {
    const exchange = openExchange(deep);
    placed(exchange, 'early', { side: 'sell', price: 100.2, size: 1 });
    placed(exchange, 'better', { side: 'sell', price: 100, size: 1 });
    placed(exchange, 'late', { side: 'sell', price: 100.2, size: 1 });
    placed(exchange, 'taker', { price: undefined, size: 5.5, timeInForce: 'IOC' });
    const fills = exchange
      .account('taker')
      .fills('BTC-PERP')
      .map(({ price, size }) => [price, size]);
    expect(fills).toEqual([
      [100, 1],
      [100.1, 1],
      [100.2, 2],
      [100.2, 1],
      [100.2, 0.5],
    ]);
    expect(heldBy(exchange, 'early')).toBe(-1);
    expect(heldBy(exchange, 'late')).toBe(-0.5);
    expect(exchange.account('late').fills('BTC-PERP')[0]).toMatchObject({
      liquidity: 'maker',
      side: 'sell',
    });
  });

  it('never lets an account trade with itself: the resting order gives way', () => {
    const exchange = openExchange(OPENED);
    const resting = placed(exchange, 'a', { side: 'sell', price: 100 }).order;
    const { filledSize } = placed(exchange, 'a', { price: 100, timeInForce: 'IOC' });
    expect({ filledSize, status: resting.status, because: resting.closedBecause }).toEqual({
      filledSize: 0,
      status: 'cancelled',
      because: 'self-trade prevention',
    });
  });

  it('reduce-only takes the position to flat and no further', () => {
    const exchange = openExchange([touch(0, 99.9, 100.1, 50, 50)]);
    placed(exchange, 'a', { price: 100.1, size: 1, timeInForce: 'IOC' });
    const { filledSize } = placed(exchange, 'a', {
      side: 'sell',
      price: undefined,
      size: 5,
      timeInForce: 'IOC',
      reduceOnly: true,
    });
    expect(filledSize).toBe(1);
    expect(heldBy(exchange, 'a')).toBe(0);
  });

  it('a resting reduce-only order closes when there is nothing left to reduce', () => {
    const exchange = openExchange([
      ...OPENED,
      print(1000, 'buy', 100.3, 5),
      print(2000, 'buy', 100.3, 5),
    ]);
    placed(exchange, 'a', { price: 100.1, size: 1, timeInForce: 'IOC' });
    const order = placed(exchange, 'a', {
      side: 'sell',
      price: 100.2,
      size: 3,
      reduceOnly: true,
    }).order;
    exchange.advanceTo(after(2000));
    expect(heldBy(exchange, 'a')).toBe(0);
    expect(order).toMatchObject({ status: 'cancelled', remainingLots: 20 });
  });
});
