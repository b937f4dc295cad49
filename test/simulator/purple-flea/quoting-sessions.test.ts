import { describe, expect, it } from 'vitest';
import { opposite } from '#shared/domain/side.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { createQuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import { BEFORE_FUNDING, eventsFrom } from '#test/builders/feeds.ts';
import { aQuote, shown, startExchange } from '#test/floors/exchange-in-process.ts';

const { after, touch, print, gap } = eventsFrom(BEFORE_FUNDING);

const ME = 'pf_test_me';

/** A touch of 1 around a mid. */
const mid = (afterMs: number, at: number): FeedEvent => touch(afterMs, at - 0.5, at + 0.5);

/** The same mid every second. */
const calm = (fromMs: number, toMs: number, at = 60_000): readonly FeedEvent[] =>
  Array.from({ length: (toMs - fromMs) / 1000 + 1 }, (_, second) =>
    mid(fromMs + second * 1000, at),
  );

describe('a quote request', () => {
  it('rests both sides of a pair', () => {
    const { exchange, sessions } = startExchange([mid(0, 60_000)]);
    const quoted = sessions.quote(ME, aQuote());
    expect(quoted).toMatchObject({ ok: true, value: { state: 'quoting', reason: undefined } });
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 59980 x 100',
      'sell 60020 x 100',
    ]);
  });

  it('accumulates orders when nobody cancels in between', () => {
    const { exchange, sessions } = startExchange([mid(0, 60_000)]);
    for (let request = 0; request < 3; request += 1) sessions.quote(ME, aQuote());
    expect(exchange.openOrders(ME, 'BTC-PERP')).toHaveLength(6);
    expect(sessions.report(ME, 'BTC-PERP').orders).toHaveLength(6);
  });

  it.each([
    [
      'the ask is refused',
      { buy: { price: 59_980, sizeUsd: 5998 }, sell: { price: 60_020, sizeUsd: 5 } },
    ],
    [
      'the bid is refused',
      { buy: { price: 59_980, sizeUsd: 5 }, sell: { price: 60_020, sizeUsd: 6002 } },
    ],
    [
      'the bid would cross',
      { buy: { price: 60_000.5, sizeUsd: 6000 }, sell: { price: 60_020, sizeUsd: 6002 } },
    ],
    [
      'the ask would cross',
      { buy: { price: 59_980, sizeUsd: 5998 }, sell: { price: 59_999.5, sizeUsd: 6000 } },
    ],
  ])('leaves nothing behind when %s', (_, { buy, sell }) => {
    const { exchange, sessions } = startExchange([mid(0, 60_000)]);
    const pair = { buy: { ...buy, clientId: undefined }, sell: { ...sell, clientId: undefined } };
    expect(sessions.quote(ME, aQuote({ pair }))).toMatchObject({ ok: false });
    expect(exchange.openOrders(ME, 'BTC-PERP')).toEqual([]);
    expect(sessions.report(ME, 'BTC-PERP').state).toBe('none');
  });

  it.each(['buy', 'sell'] as const)(
    'trades nothing with its crossing %s side when the other side is refused',
    (crossing) => {
      const { exchange, sessions } = startExchange([mid(0, 60_000)]);
      const prices =
        crossing === 'buy' ? { buy: 60_000.5, sell: 60_020 } : { buy: 59_980, sell: 59_999.5 };
      const sizes = { [crossing]: 6000, [opposite(crossing)]: 5 };
      const pair = {
        buy: { price: prices.buy, sizeUsd: sizes['buy'] ?? 0, clientId: undefined },
        sell: { price: prices.sell, sizeUsd: sizes['sell'] ?? 0, clientId: undefined },
      };
      expect(sessions.quote(ME, aQuote({ pair, postOnly: false }))).toMatchObject({
        ok: false,
        failure: { code: 'INVALID_SIZE' },
      });
      expect(exchange.account(ME).fills('BTC-PERP')).toEqual([]);
      expect(exchange.openOrders(ME, 'BTC-PERP')).toEqual([]);
    },
  );

  it('is refused without a live book, and leaves the session before it in force', () => {
    const { exchange, sessions, playTo } = startExchange([
      mid(0, 60_000),
      gap(1000, 9000),
      mid(9000, 60_000),
    ]);
    sessions.quote(ME, aQuote({ limits: { maxSpreadBps: 7 } }));
    playTo(1000);
    expect(sessions.quote(ME, aQuote())).toMatchObject({
      ok: false,
      failure: { code: 'MARKET_CLOSED' },
    });
    expect(sessions.report(ME, 'BTC-PERP')).toMatchObject({
      state: 'quoting',
      limits: { maxSpreadBps: 7 },
      orders: [],
    });
    expect(exchange.openOrders(ME, 'BTC-PERP')).toEqual([]);
  });

  it('is refused for a market that does not exist', () => {
    const { sessions } = startExchange([mid(0, 60_000)]);
    expect(sessions.quote(ME, aQuote({ market: 'DOGE-PERP' }))).toMatchObject({
      ok: false,
      failure: { code: 'MARKET_NOT_FOUND' },
    });
  });
});

describe('auto_refresh', () => {
  it('reposts the whole pair every 5 s at its distances from the mid of then', () => {
    const { exchange, sessions, playTo } = startExchange([
      ...calm(0, 4000),
      ...calm(5000, 9000, 60_100),
      ...calm(10_000, 10_000, 60_050),
    ]);
    sessions.quote(ME, aQuote({ autoRefresh: true }));
    playTo(4999);
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 59980 x 100',
      'sell 60020 x 100',
    ]);
    playTo(5000);
    // At 60,100 the ask of 60,020 was taken; the pair comes back whole, in USD: 0.099 BTC a side.
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 60080 x 99',
      'sell 60120 x 99',
    ]);
    playTo(10_000);
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 60030 x 99',
      'sell 60070 x 99',
    ]);
  });

  it('leaves the pair where it is between two refreshes', () => {
    const { exchange, sessions, playTo } = startExchange([
      ...calm(0, 6000),
      ...calm(7000, 9000, 60_010),
      ...calm(10_000, 10_000, 60_010),
    ]);
    sessions.quote(ME, aQuote({ autoRefresh: true }));
    playTo(9000);
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 59980 x 100',
      'sell 60020 x 100',
    ]);
    playTo(10_000);
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 59990 x 99',
      'sell 60030 x 99',
    ]);
  });

  it('keeps a lopsided pair lopsided', () => {
    const { exchange, sessions, playTo } = startExchange([
      ...calm(0, 4000),
      ...calm(5000, 5000, 60_010),
    ]);
    const pair = {
      buy: { price: 59_990.04, sizeUsd: 6000, clientId: undefined },
      sell: { price: 60_030, sizeUsd: 6004, clientId: undefined },
    };
    sessions.quote(ME, aQuote({ pair, autoRefresh: true }));
    playTo(5000);
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 60000 x 100',
      'sell 60040 x 100',
    ]);
  });

  it('takes back what earlier requests left, and nothing that was ordered otherwise', () => {
    const { exchange, sessions, playTo } = startExchange(calm(0, 5000));
    const manual = {
      market: 'BTC-PERP',
      side: 'buy',
      price: 59_000,
      size: 0.1,
      timeInForce: 'GTC',
      postOnly: true,
      reduceOnly: false,
    } as const;
    exchange.place(ME, manual);
    sessions.quote(ME, aQuote());
    sessions.quote(ME, aQuote({ autoRefresh: true }));
    playTo(5000);
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 59000 x 100',
      'buy 59980 x 100',
      'sell 60020 x 100',
    ]);
  });

  it('is over with a cancel', () => {
    const { exchange, sessions, playTo } = startExchange(calm(0, 11_000));
    sessions.quote(ME, aQuote({ autoRefresh: true }));
    expect(sessions.cancelAll(ME, 'BTC-PERP')).toHaveLength(2);
    playTo(11_000);
    expect(exchange.openOrders(ME, 'BTC-PERP')).toEqual([]);
    expect(sessions.report(ME, 'BTC-PERP').state).toBe('none');
  });

  it('does not bring back a side whose order was cancelled by itself', () => {
    const { exchange, sessions, playTo } = startExchange(calm(0, 11_000));
    const quoted = sessions.quote(ME, aQuote({ autoRefresh: true }));
    sessions.cancel(ME, quoted.ok ? (quoted.value.placed.sell?.order.id ?? '') : '');
    playTo(11_000);
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual(['buy 59980 x 100']);
  });

  it('quotes again after a gap, on the first book behind it', () => {
    const { exchange, sessions, playTo } = startExchange([
      mid(0, 60_000),
      gap(6000, 8000),
      mid(8000, 61_000),
    ]);
    sessions.quote(ME, aQuote({ autoRefresh: true }));
    playTo(7999);
    expect(exchange.openOrders(ME, 'BTC-PERP')).toEqual([]);
    expect(sessions.report(ME, 'BTC-PERP')).toMatchObject({ state: 'quoting', reason: undefined });
    playTo(8000);
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 60980 x 98',
      'sell 61020 x 98',
    ]);
  });

  it('says why when a refresh is refused, and tries again', () => {
    // 0.4 above the mid: it rests while the touch is 1 away from the mid, and would trade when that
    // is 0.1.
    const pair = { buy: { price: 60_000.4, sizeUsd: 6001, clientId: undefined } };
    const { sessions, playTo } = startExchange([
      touch(0, 59_999, 60_001),
      touch(5000, 59_999.9, 60_000.1),
      touch(10_000, 59_999, 60_001),
    ]);
    sessions.quote(ME, aQuote({ pair, autoRefresh: true }));
    playTo(5000);
    expect(sessions.report(ME, 'BTC-PERP')).toMatchObject({
      orders: [],
      reason: expect.stringMatching(/^not refreshed: bid: post-only/) as unknown,
    });
    playTo(10_000);
    expect(sessions.report(ME, 'BTC-PERP')).toMatchObject({ state: 'quoting', reason: undefined });
    expect(sessions.report(ME, 'BTC-PERP').orders).toHaveLength(1);
  });
});

describe('max_inventory_usd', () => {
  /** Sold through our bid at 1 s, bought through our ask at 12 s. */
  const turning = [
    ...calm(0, 1000),
    print(1500, 'sell', 59_900, 1),
    ...calm(2000, 11_000),
    print(11_500, 'buy', 60_100, 1),
    ...calm(12_000, 20_000),
  ];

  it('withdraws the growing side at the limit, and leaves it away where nothing refreshes', () => {
    const { exchange, sessions, playTo } = startExchange(turning);
    sessions.quote(ME, aQuote());
    sessions.quote(ME, aQuote({ limits: { maxInventoryUsd: 12_000 } }));
    playTo(1500);
    expect(sessions.report(ME, 'BTC-PERP')).toMatchObject({
      state: 'one-sided',
      reason: expect.stringContaining('no buy quote') as unknown,
    });
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'sell 60020 x 100',
      'sell 60020 x 100',
    ]);
    playTo(20_000);
    expect(sessions.report(ME, 'BTC-PERP').state).toBe('quoting');
    expect(exchange.openOrders(ME, 'BTC-PERP')).toEqual([]);
  });

  it('does not act below the limit', () => {
    const { sessions, playTo } = startExchange(turning);
    sessions.quote(ME, aQuote({ limits: { maxInventoryUsd: 6001 } }));
    playTo(1500);
    expect(sessions.report(ME, 'BTC-PERP').state).toBe('quoting');
  });

  it('brings the growing side back with the next refresh below the limit', () => {
    const { exchange, sessions, playTo } = startExchange(turning);
    sessions.quote(ME, aQuote({ autoRefresh: true, limits: { maxInventoryUsd: 5000 } }));
    playTo(10_000);
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual(['sell 60020 x 100']);
    playTo(12_000);
    expect(sessions.report(ME, 'BTC-PERP').state).toBe('quoting');
    playTo(15_000);
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 59980 x 100',
      'sell 60020 x 100',
    ]);
  });

  it('acts at once on what a new request forbids', () => {
    const { exchange, sessions, playTo } = startExchange(turning);
    sessions.quote(ME, aQuote());
    sessions.quote(
      ME,
      aQuote({ pair: { buy: { price: 59_800, sizeUsd: 5980, clientId: undefined } } }),
    );
    playTo(2000);
    const quoted = sessions.quote(
      ME,
      aQuote({ limits: { maxInventoryUsd: 5000, autoHedgeThresholdUsd: 3000 } }),
    );
    expect(quoted).toMatchObject({ ok: true, value: { state: 'one-sided' } });
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'sell 60020 x 100',
      'sell 60020 x 100',
    ]);
    expect(exchange.account(ME).holding('BTC-PERP').position.size).toBe(0.05);
  });

  it('does not even place the growing side of a later request', () => {
    const { exchange, sessions, playTo } = startExchange(turning);
    sessions.quote(ME, aQuote({ limits: { maxInventoryUsd: 5000 } }));
    playTo(2000);
    sessions.cancelAll(ME, 'BTC-PERP');
    const quoted = sessions.quote(ME, aQuote({ limits: { maxInventoryUsd: 5000 } }));
    expect(quoted.ok && quoted.value.placed.buy).toBeUndefined();
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual(['sell 60020 x 100']);
  });
});

describe('max_spread_bps', () => {
  const widening = [
    mid(0, 60_000),
    touch(1000, 59_985, 60_015),
    mid(2000, 60_000),
    ...calm(3000, 8000),
  ];

  it('withdraws both sides while the market is wider, and an automatic session resumes below', () => {
    const { exchange, sessions, playTo } = startExchange(widening);
    sessions.quote(ME, aQuote({ autoRefresh: true, limits: { maxSpreadBps: 4 } }));
    playTo(1000);
    expect(sessions.report(ME, 'BTC-PERP')).toMatchObject({
      state: 'paused',
      reason: expect.stringContaining('5.00 bps') as unknown,
    });
    expect(exchange.openOrders(ME, 'BTC-PERP')).toEqual([]);
    playTo(2000);
    expect(sessions.report(ME, 'BTC-PERP').state).toBe('quoting');
    expect(shown(exchange.openOrders(ME, 'BTC-PERP'))).toEqual([
      'buy 59980 x 100',
      'sell 60020 x 100',
    ]);
  });

  it('allows exactly the limit', () => {
    const { sessions, playTo } = startExchange(widening);
    sessions.quote(ME, aQuote({ limits: { maxSpreadBps: 5 } }));
    playTo(1000);
    expect(sessions.report(ME, 'BTC-PERP').state).toBe('quoting');
  });

  it('places nothing by itself for a client that did not ask for refreshes', () => {
    const { exchange, sessions, playTo } = startExchange(widening);
    sessions.quote(ME, aQuote({ limits: { maxSpreadBps: 4 } }));
    playTo(1000);
    const quoted = sessions.quote(ME, aQuote({ limits: { maxSpreadBps: 4 } }));
    expect(quoted).toMatchObject({ ok: true, value: { state: 'paused', placed: {} } });
    playTo(8000);
    expect(sessions.report(ME, 'BTC-PERP').state).toBe('quoting');
    expect(exchange.openOrders(ME, 'BTC-PERP')).toEqual([]);
    expect(sessions.quote(ME, aQuote({ limits: { maxSpreadBps: 4 } })).ok).toBe(true);
    expect(exchange.openOrders(ME, 'BTC-PERP')).toHaveLength(2);
  });
});

describe('auto_hedge_threshold_usd', () => {
  it('cuts the position back to the threshold with a taker order', () => {
    const { exchange, sessions, playTo } = startExchange([
      ...calm(0, 1000),
      print(1500, 'sell', 59_900, 1),
      ...calm(2000, 9000),
    ]);
    sessions.quote(ME, aQuote({ limits: { autoHedgeThresholdUsd: 3000 } }));
    playTo(1500);
    const [, hedge, ...more] = exchange.account(ME).fills('BTC-PERP');
    expect(hedge).toMatchObject({ side: 'sell', liquidity: 'taker', price: 59_999.5, size: 0.05 });
    playTo(9000);
    expect(more).toEqual([]);
    expect(exchange.account(ME).holding('BTC-PERP').position.size).toBe(0.05);
  });

  it('cuts off even less than the smallest order', () => {
    const events = [...calm(0, 1000), print(1500, 'sell', 59_900, 1), ...calm(2000, 3000)];
    const { exchange, sessions, playTo } = startExchange(events, { minNotionalUsd: 1000 });
    sessions.quote(ME, aQuote({ limits: { autoHedgeThresholdUsd: 5990 } }));
    playTo(3000);
    expect(exchange.account(ME).holding('BTC-PERP').position.size).toBe(0.099);
  });

  it('goes on while the book is too thin, and never turns the position around', () => {
    const thin = Array.from({ length: 9 }, (_, second) =>
      touch(second * 1000, 59_999.5, 60_000.5, 0.02),
    );
    const { exchange, sessions, playTo } = startExchange([
      ...thin.slice(0, 2),
      print(1500, 'buy', 60_100, 1),
      ...thin.slice(2),
    ]);
    sessions.quote(ME, aQuote({ limits: { autoHedgeThresholdUsd: 10 } }));
    playTo(2000);
    expect(exchange.account(ME).holding('BTC-PERP').position.size).toBe(-0.08);
    playTo(8000);
    // 0.02 a second from 1.5 s on, and the last hundredth of a lot is under the threshold.
    expect(exchange.account(ME).holding('BTC-PERP').position.size).toBe(0);
  });
});

describe('session_stop_loss_usd', () => {
  const falling = [
    ...calm(0, 1000),
    print(1500, 'sell', 59_900, 1),
    ...calm(2000, 3000, 59_950),
    ...calm(4000, 120_000, 59_700),
  ];

  it('cancels everything in the market and stops until the next request', () => {
    const { exchange, sessions, playTo } = startExchange(falling);
    exchange.place(ME, {
      market: 'BTC-PERP',
      side: 'buy',
      price: 50_000,
      size: 0.1,
      timeInForce: 'GTC',
      postOnly: true,
      reduceOnly: false,
    });
    sessions.quote(ME, aQuote({ autoRefresh: true, limits: { sessionStopLossUsd: 20 } }));
    playTo(3000);
    expect(sessions.report(ME, 'BTC-PERP').state).toBe('quoting');
    playTo(4000);
    expect(sessions.report(ME, 'BTC-PERP')).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(/^session lost 2\d\.\d\d USD/) as unknown,
    });
    playTo(10_000);
    expect(exchange.openOrders(ME, 'BTC-PERP')).toEqual([]);
    const pair = { buy: { price: 59_600, sizeUsd: 5960, clientId: undefined } };
    expect(sessions.quote(ME, aQuote({ pair, limits: { sessionStopLossUsd: 20 } })).ok).toBe(true);
    playTo(12_000);
    expect(sessions.report(ME, 'BTC-PERP')).toMatchObject({
      state: 'quoting',
      netPnlUsd: 0,
      startedAt: after(10_000),
    });
  });

  it('counts a loop of cancels and requests as one session', () => {
    const { sessions, playTo } = startExchange(falling);
    sessions.quote(ME, aQuote({ limits: { sessionStopLossUsd: 20 } }));
    playTo(3000);
    sessions.cancelAll(ME, 'BTC-PERP');
    const pair = { buy: { price: 59_600, sizeUsd: 5960, clientId: undefined } };
    sessions.quote(ME, aQuote({ pair, limits: { sessionStopLossUsd: 20 } }));
    playTo(4000);
    expect(sessions.report(ME, 'BTC-PERP').state).toBe('stopped');
  });

  it('goes on with the session of a loop that once cancelled', () => {
    const { sessions, playTo } = startExchange(falling);
    sessions.quote(ME, aQuote());
    playTo(10_000);
    sessions.cancelAll(ME, 'BTC-PERP');
    const pair = { buy: { price: 59_600, sizeUsd: 5960, clientId: undefined } };
    sessions.quote(ME, aQuote({ pair }));
    playTo(90_000);
    sessions.quote(ME, aQuote({ pair }));
    expect(sessions.report(ME, 'BTC-PERP').startedAt).toBe(after(0));
  });

  it('begins a new session after a minute without any request', () => {
    const { sessions, playTo } = startExchange(falling);
    sessions.quote(ME, aQuote());
    playTo(10_000);
    sessions.cancelAll(ME, 'BTC-PERP');
    playTo(70_001);
    sessions.quote(
      ME,
      aQuote({ pair: { buy: { price: 59_600, sizeUsd: 5960, clientId: undefined } } }),
    );
    expect(sessions.report(ME, 'BTC-PERP')).toMatchObject({
      startedAt: after(70_001),
      netPnlUsd: 0,
    });
  });
});

it('watches over each account by itself', () => {
  const { exchange, sessions, playTo } = startExchange([
    mid(0, 60_000),
    touch(1000, 59_985, 60_015),
    mid(2000, 60_000),
  ]);
  sessions.quote(ME, aQuote({ limits: { maxSpreadBps: 4 } }));
  sessions.quote('pf_test_other', aQuote());
  playTo(1000);
  expect(exchange.openOrders(ME, 'BTC-PERP')).toEqual([]);
  expect(exchange.openOrders('pf_test_other', 'BTC-PERP')).toHaveLength(2);
  expect(sessions.report('pf_test_nobody', 'BTC-PERP')).toMatchObject({
    state: 'none',
    orders: [],
  });
  expect(createQuotingSessions(exchange).cancelAll('pf_test_other', 'BTC-PERP')).toHaveLength(2);
});
