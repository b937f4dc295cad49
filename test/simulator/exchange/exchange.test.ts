import { describe, expect, it } from 'vitest';
import { anExchange, anOrder, eventsFrom, placed, refusalOf } from '#test/builders/feeds.ts';
import { aSpec, START } from '#test/builders/market.ts';

const { after, touch, book, print } = eventsFrom(START);

const opened = [touch(0, 99.9, 100.1, 10)];

describe('entering orders', () => {
  it('refuses what the venue would refuse, and nothing happens', () => {
    const exchange = anExchange(opened);
    expect(refusalOf(exchange, 'a')).toBe('MARKET_CLOSED');
    exchange.advanceTo(after(0));
    expect(refusalOf(exchange, 'a', { market: 'DOGE-PERP' })).toBe('MARKET_NOT_FOUND');
    expect(refusalOf(exchange, 'a', { price: 99.95 })).toBe('INVALID_PRICE');
    expect(refusalOf(exchange, 'a', { price: Number.NaN })).toBe('INVALID_PRICE');
    expect(refusalOf(exchange, 'a', { price: undefined })).toBe('INVALID_PRICE');
    expect(refusalOf(exchange, 'a', { size: 0.05 })).toBe('INVALID_SIZE');
    expect(refusalOf(exchange, 'a', { size: Number.NaN })).toBe('INVALID_SIZE');
    expect(refusalOf(exchange, 'a', { postOnly: true, price: 100.1 })).toBe(
      'POST_ONLY_WOULD_CROSS',
    );
    expect(refusalOf(exchange, 'a', { reduceOnly: true })).toBe('REDUCE_ONLY_WOULD_INCREASE');
    expect(refusalOf(exchange, 'a', { size: 2000 })).toBe('INSUFFICIENT_BALANCE');
    expect(exchange.openOrders('a', 'BTC-PERP')).toEqual([]);
    expect(exchange.equityUsd('a')).toBe(10_000);
  });

  it('refuses less than the minimum notional', () => {
    const exchange = anExchange(opened, 'queue', {
      spec: aSpec({ tick: 0.1, lot: 0.1, minNotional: 50 }),
    });
    exchange.advanceTo(after(0));
    expect(refusalOf(exchange, 'a', { size: 0.3 })).toBe('SIZE_TOO_SMALL');
    expect(refusalOf(exchange, 'a', { size: 0.5 })).toBe('accepted');
  });

  it('takes a client order id only once', () => {
    const exchange = anExchange(opened);
    exchange.advanceTo(after(0));
    placed(exchange, 'a', { clientId: 'x' });
    expect(refusalOf(exchange, 'a', { clientId: 'x' })).toBe('DUPLICATE_CLIENT_ORDER_ID');
    expect(refusalOf(exchange, 'b', { clientId: 'x' })).toBe('accepted');
  });

  it('post-only also looks at the other accounts', () => {
    const exchange = anExchange(opened);
    exchange.advanceTo(after(0));
    placed(exchange, 'a', { side: 'sell', price: 100 });
    expect(refusalOf(exchange, 'b', { postOnly: true, price: 100 })).toBe('POST_ONLY_WOULD_CROSS');
    expect(refusalOf(exchange, 'b', { postOnly: true, price: 99.9 })).toBe('accepted');
  });

  it('cancels one order or all, once, and only those of the account', () => {
    const exchange = anExchange(opened);
    exchange.advanceTo(after(0));
    const first = placed(exchange, 'a').order;
    placed(exchange, 'a', { price: 99.8 });
    placed(exchange, 'b');
    expect(exchange.cancel('b', first.id)).toEqual({ ok: false, failure: 'not-found' });
    expect(exchange.cancel('a', first.id)).toMatchObject({ ok: true });
    expect(exchange.cancel('a', first.id)).toEqual({ ok: false, failure: 'not-open' });
    expect(exchange.cancelAll('a', 'BTC-PERP')).toHaveLength(1);
    expect(exchange.openOrders('b', 'BTC-PERP')).toHaveLength(1);
  });
});

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
    const exchange = anExchange(deep);
    exchange.advanceTo(after(0));
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
    const exchange = anExchange([...deep, touch(1000, 99.9, 100.1, 1, 1)]);
    exchange.advanceTo(after(0));
    expect(placed(exchange, 'a', { price: 100.1, timeInForce: 'IOC' }).filledSize).toBe(1);
    expect(placed(exchange, 'b', { price: 100.1, timeInForce: 'IOC' }).filledSize).toBe(0);
    exchange.advanceTo(after(1000));
    expect(placed(exchange, 'b', { price: 100.1, timeInForce: 'IOC' }).filledSize).toBe(1);
  });

  it('a crossing order that may rest trades first and rests with what is left', () => {
    const exchange = anExchange(deep);
    exchange.advanceTo(after(0));
    const { order, filledSize } = placed(exchange, 'a', { price: 100.1, size: 3 });
    expect({ filledSize, status: order.status, left: order.remainingLots }).toEqual({
      filledSize: 1,
      status: 'open',
      left: 20,
    });
  });

  it('other accounts come in at their price, behind what is displayed there', () => {
    const exchange = anExchange(deep);
    exchange.advanceTo(after(0));
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
    expect(exchange.account('early').holding('BTC-PERP').position.size).toBe(-1);
    expect(exchange.account('late').holding('BTC-PERP').position.size).toBe(-0.5);
    expect(exchange.account('late').fills('BTC-PERP')[0]).toMatchObject({
      liquidity: 'maker',
      side: 'sell',
    });
  });

  it('never lets an account trade with itself: the resting order gives way', () => {
    const exchange = anExchange(opened);
    exchange.advanceTo(after(0));
    const resting = placed(exchange, 'a', { side: 'sell', price: 100 }).order;
    const { filledSize } = placed(exchange, 'a', { price: 100, timeInForce: 'IOC' });
    expect({ filledSize, status: resting.status, because: resting.closedBecause }).toEqual({
      filledSize: 0,
      status: 'cancelled',
      because: 'self-trade prevention',
    });
  });

  it('reduce-only takes the position to flat and no further', () => {
    const exchange = anExchange([touch(0, 99.9, 100.1, 50, 50)]);
    exchange.advanceTo(after(0));
    placed(exchange, 'a', { price: 100.1, size: 1, timeInForce: 'IOC' });
    const { filledSize } = placed(exchange, 'a', {
      side: 'sell',
      price: undefined,
      size: 5,
      timeInForce: 'IOC',
      reduceOnly: true,
    });
    expect(filledSize).toBe(1);
    expect(exchange.account('a').holding('BTC-PERP').position.size).toBe(0);
  });

  it('a resting reduce-only order closes when there is nothing left to reduce', () => {
    const exchange = anExchange([
      ...opened,
      print(1000, 'buy', 100.3, 5),
      print(2000, 'buy', 100.3, 5),
    ]);
    exchange.advanceTo(after(0));
    placed(exchange, 'a', { price: 100.1, size: 1, timeInForce: 'IOC' });
    const order = placed(exchange, 'a', {
      side: 'sell',
      price: 100.2,
      size: 3,
      reduceOnly: true,
    }).order;
    exchange.advanceTo(after(2000));
    expect(exchange.account('a').holding('BTC-PERP').position.size).toBe(0);
    expect(order).toMatchObject({ status: 'cancelled', remainingLots: 20 });
  });
});

describe('making liquidity', () => {
  const rest = (
    events: Parameters<typeof anExchange>[0],
    model: Parameters<typeof anExchange>[1],
    price = 99.9,
  ): number => {
    const exchange = anExchange(events, model);
    exchange.advanceTo(after(0));
    placed(exchange, 'a', { price, size: 2, postOnly: true });
    exchange.advanceTo(after(60_000));
    return exchange.account('a').holding('BTC-PERP').position.size;
  };
  const sellsAt = (...prints: (readonly [number, number])[]): Parameters<typeof anExchange>[0] => [
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
    expect(
      rest([touch(0, 99.9, 100.1, 10), touch(1000, 99.7, 99.8, 5, 1.5)], 'trade-through'),
    ).toBe(1.5);
    expect(
      rest([touch(0, 99.9, 100.1, 10), touch(1000, 99.7, 99.9, 5, 1.5)], 'trade-through'),
    ).toBe(1.5);
    expect(rest([touch(0, 99.9, 100.1, 10), touch(1000, 99.7, 100, 5, 9)], 'trade-through')).toBe(
      0,
    );
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
    const exchange = anExchange(sellsAt([99.9, 6], [99.9, 2.5]));
    exchange.advanceTo(after(0));
    placed(exchange, 'first', { size: 2 });
    placed(exchange, 'second', { size: 2 });
    exchange.advanceTo(after(60_000));
    expect(exchange.account('first').holding('BTC-PERP').position.size).toBe(2);
    expect(exchange.account('second').holding('BTC-PERP').position.size).toBe(1.5);
  });

  it('pays the signed maker fee: a rebate is income', () => {
    const exchange = anExchange(sellsAt([99.8, 9]), 'queue', {
      spec: aSpec({ tick: 0.1, lot: 0.1, minNotional: 1, makerBps: -0.5 }),
    });
    exchange.advanceTo(after(0));
    placed(exchange, 'a', { size: 1 });
    exchange.advanceTo(after(60_000));
    expect(exchange.account('a').fills('BTC-PERP')[0]?.feeUsd).toBeCloseTo(99.9 * 0.00005, 12);
  });
});

describe('a gap', () => {
  const gap = [
    touch(0, 99.9, 100.1, 10),
    { type: 'gap', at: after(10_000), to: after(30_000) } as const,
    print(20_000, 'sell', 90, 50),
    print(30_000, 'sell', 90, 50),
    touch(30_000, 89.9, 90.1, 10),
    print(31_000, 'sell', 89.8, 50),
  ];

  it('takes our orders with it, fills nothing inside, refuses new ones until the first quote', () => {
    const exchange = anExchange(gap);
    exchange.advanceTo(after(0));
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
      { type: 'funding', at: after(0), rate: 0.001, intervalHours: 8 } as const,
      touch(0, 99.9, 100.1, 50, 50),
      { type: 'funding', at: after(untilEight * 1000), rate: 0.5, intervalHours: 8 } as const,
      {
        type: 'funding',
        at: after((untilEight + 60) * 1000),
        rate: -0.002,
        intervalHours: 8,
      } as const,
    ];
    const exchange = anExchange(events);
    exchange.advanceTo(after(0));
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
    const exchange = anExchange(opened);
    exchange.advanceTo(after(5000));
    expect(() => exchange.advanceTo(after(4000))).toThrow(/cannot go back/);
    expect(anOrder().side).toBe('buy');
  });

  it('a feed that is not sorted is a bug', () => {
    const exchange = anExchange([touch(5000, 99.9, 100.1, 10), touch(4000, 99.9, 100.1, 10)]);
    expect(() => exchange.advanceTo(after(9000))).toThrow(/goes back/);
  });
});
