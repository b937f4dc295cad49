import { afterEach, describe, expect, it } from 'vitest';
import { BEFORE_FUNDING, eventsFrom, handFeed } from '#test/builders/feeds.ts';
import {
  closeExchanges,
  near,
  rowsIn,
  serveExchange,
  type ServedExchange,
  someText,
  textIn,
} from '#test/floors/exchange-over-http.ts';

const { touch, print, gap } = eventsFrom(BEFORE_FUNDING);

afterEach(closeExchanges);

const market = async (): Promise<ServedExchange> =>
  serveExchange([
    handFeed([
      touch(0, 59_999.5, 60_000.5),
      print(1000, 'sell', 59_900, 0.04),
      touch(2000, 59_999.5, 60_000.5),
    ]),
  ]);

const LIMIT = {
  market: 'BTC-PERP',
  side: 'long',
  size: 6000,
  type: 'limit',
  price: 59_950,
} as const;

describe('POST orders', () => {
  it.each(['/orders', '/api/orders', '/v1/orders', '/api/v1/orders'])(
    'are taken on %s',
    async (path) => {
      const { post } = await market();
      expect((await post(path, LIMIT)).body).toMatchObject({
        order_id: someText(/^ord_/),
        status: 'open',
        filled_size: 0,
      });
    },
  );

  it('trade at once where they cross, and rest with what is left', async () => {
    const { get, post } = await market();
    const crossing = await post('/api/orders', { ...LIMIT, price: 60_000.5, size: 600_005 });
    expect(crossing.body).toMatchObject({
      status: 'open',
      filled_size: 5,
      average_price: 60_000.5,
    });
    expect(rowsIn(await get('/v1/orders'), 'orders')).toMatchObject([
      { remaining_size: 5, filled_size: 5, size: 10 },
    ]);
  });

  it('are post-only where asked, in both sides words', async () => {
    const { post } = await market();
    for (const side of ['long', 'buy']) {
      expect(
        (await post('/api/orders', { ...LIMIT, side, price: 60_000.5, post_only: true })).body,
      ).toMatchObject({
        error_code: 'POST_ONLY_WOULD_CROSS',
      });
    }
    for (const side of ['short', 'sell']) {
      expect(
        (await post('/api/orders', { ...LIMIT, side, price: 59_999.5, post_only: true })).body,
      ).toMatchObject({
        error_code: 'POST_ONLY_WOULD_CROSS',
      });
    }
  });

  it('trade now or never as IOC, and at any price as market orders', async () => {
    const { get, post } = await market();
    expect((await post('/api/orders', { ...LIMIT, time_in_force: 'IOC' })).body).toMatchObject({
      status: 'cancelled',
      filled_size: 0,
    });
    const anyPrice = await post('/api/orders', {
      market: 'BTC-PERP',
      side: 'short',
      size: 6000,
      type: 'market',
    });
    expect(anyPrice.body).toMatchObject({
      status: 'filled',
      filled_size: 0.1,
      average_price: 59_999.5,
    });
    const shown = await get(`/v1/orders/${textIn(anyPrice, 'order_id')}`);
    expect(shown.body).toMatchObject({
      type: 'market',
      price: null,
      size_usd: null,
      status: 'filled',
      side: 'short',
    });
  });

  it('reduce only where asked', async () => {
    const { post } = await market();
    const flat = await post('/api/orders', { ...LIMIT, reduce_only: true });
    expect(flat).toMatchObject({ status: 400, body: { error_code: 'REDUCE_ONLY_WOULD_INCREASE' } });
  });

  it.each([
    ['long', 59_950.05, 59_950],
    ['short', 60_050.05, 60_050.1],
  ])(
    'take a %s price between two ticks for the one that is worse for the taker',
    async (side, price, taken) => {
      const { get, post } = await market();
      const placed = await post('/api/orders', { ...LIMIT, side, price });
      expect(await get(`/api/orders/${textIn(placed, 'order_id')}`)).toMatchObject({
        status: 200,
        body: { price: taken },
      });
    },
  );

  it.each([
    ['less than the minimum', { size: 5 }, 400, 'INVALID_SIZE'],
    ['a limit without price', { price: undefined }, 400, 'INVALID_REQUEST'],
    [
      'a market order good till cancelled',
      { type: 'market', time_in_force: 'GTC' },
      400,
      'INVALID_REQUEST',
    ],
    ['post-only at once', { post_only: true, time_in_force: 'IOC' }, 400, 'INVALID_REQUEST'],
    ['a side that is none', { side: 'up' }, 400, 'INVALID_REQUEST'],
    ['a type that is none', { type: 'stop' }, 400, 'INVALID_REQUEST'],
    ['another market', { market: 'DOGE-PERP' }, 404, 'MARKET_NOT_FOUND'],
  ])('are refused with %s', async (_, change, status, code) => {
    const { get, post } = await market();
    expect(await post('/api/orders', { ...LIMIT, ...change })).toMatchObject({
      status,
      body: { error_code: code },
    });
    expect(rowsIn(await get('/v1/orders'), 'orders')).toEqual([]);
  });

  it('are refused when their client order id was used before', async () => {
    const { post } = await market();
    await post('/api/orders', { ...LIMIT, client_order_id: 'mine-1' });
    expect((await post('/api/orders', { ...LIMIT, client_order_id: 'mine-1' })).status).toBe(409);
    expect(
      (await post('/api/orders', { ...LIMIT, client_order_id: 'mine-1' }, { key: 'pf_test_other' }))
        .status,
    ).toBe(200);
  });
});

describe('asking for orders', () => {
  it('shows what is left of them', async () => {
    const { at, get, post } = await market();
    const id = textIn(
      await post('/api/orders', { ...LIMIT, client_order_id: 'mine-1' }),
      'order_id',
    );
    at(2000);
    const expected = {
      id,
      client_order_id: 'mine-1',
      market: 'BTC-PERP',
      symbol: 'BTC-PERP',
      side: 'long',
      type: 'limit',
      price: 59_950,
      limit_price: 59_950,
      size: 0.1,
      size_usd: near(5995),
      filled_size: 0.04,
      remaining_size: 0.06,
      remaining_size_usd: near(3597),
      reduce_only: false,
      status: 'open',
      reason: null,
      created_at: '2026-01-05T07:59:00.000Z',
    };
    expect((await get(`/v1/orders/${id}`)).body).toEqual(expected);
    expect((await get('/v1/orders?symbol=BTC-PERP&status=pending')).body).toEqual({
      orders: [expected],
    });
  });

  it.each([
    ['/v1/orders?status=filled', 400, 'INVALID_REQUEST'],
    ['/v1/orders?symbol=DOGE-PERP', 404, 'MARKET_NOT_FOUND'],
    ['/v1/orders/ord_nope', 404, 'ORDER_NOT_FOUND'],
  ])('answers %s with %i', async (path, status, code) => {
    const { get } = await market();
    expect(await get(path)).toMatchObject({ status, body: { error_code: code } });
  });

  it('says why an order is gone', async () => {
    const { at, get, post } = await serveExchange([
      handFeed([touch(0, 59_999.5, 60_000.5), gap(1000, 9000)]),
    ]);
    const id = textIn(await post('/api/orders', LIMIT), 'order_id');
    at(1000);
    expect((await get(`/v1/orders/${id}`)).body).toMatchObject({
      status: 'cancelled',
      reason: 'gap',
    });
  });
});

describe('DELETE an order', () => {
  it.each(['/orders', '/api/orders', '/v1/orders', '/api/v1/orders'])(
    'cancels it once, on %s',
    async (path) => {
      const { delete: remove, get, post } = await market();
      const id = textIn(await post('/api/orders', LIMIT), 'order_id');
      expect((await remove(`${path}/${id}`)).body).toEqual({ order_id: id, status: 'cancelled' });
      expect(await remove(`${path}/${id}`)).toMatchObject({
        status: 409,
        body: { error_code: 'ORDER_ALREADY_CANCELLED' },
      });
      expect(rowsIn(await get('/v1/orders'), 'orders')).toEqual([]);
    },
  );

  it('tells a filled order from a cancelled one', async () => {
    const { at, delete: remove, post } = await market();
    const id = textIn(await post('/api/orders', { ...LIMIT, size: 0.04 * 59_950 }), 'order_id');
    at(2000);
    expect(await remove(`/v1/orders/${id}`)).toMatchObject({
      status: 409,
      body: { error_code: 'ORDER_ALREADY_FILLED' },
    });
  });

  it('knows nothing of orders that are not there', async () => {
    const { delete: remove } = await market();
    expect(await remove('/v1/orders/ord_99')).toMatchObject({
      status: 404,
      body: { error: 'order_not_found' },
    });
  });
});

it('stays fast with as many resting orders as one account may have', async () => {
  const { at, get, post } = await market();
  for (let level = 0; level < 500; level += 1)
    await post('/api/orders', { ...LIMIT, size: 100, price: 59_000 - level });
  for (let level = 0; level < 500; level += 1)
    await post('/api/orders', { ...LIMIT, side: 'sell', size: 100, price: 61_000 + level });
  expect(await post('/api/orders', { ...LIMIT, size: 100 })).toMatchObject({
    status: 400,
    body: { error_code: 'TOO_MANY_ORDERS' },
  });
  at(2000);
  const began = performance.now();
  expect(rowsIn(await get('/v1/orders'), 'orders')).toHaveLength(1000);
  expect((await post('/v1/mm/cancel', { symbol: 'BTC-PERP' })).body).toMatchObject({
    cancelled: 1000,
  });
  expect(performance.now() - began).toBeLessThan(2000);
});
