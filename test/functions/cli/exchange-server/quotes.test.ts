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

const calm = async (): Promise<ServedExchange> =>
  serveExchange([handFeed([touch(0, 59_999.5, 60_000.5)])]);

const PAIR = {
  symbol: 'BTC-PERP',
  bid_price: 59_980,
  bid_size: 5998,
  ask_price: 60_020,
  ask_size: 6002,
} as const;

const resting = async ({ get }: ServedExchange): Promise<readonly string[]> =>
  rowsIn(await get('/v1/orders'), 'orders').map(
    ({ side, price, remaining_size: size }) => `${String(side)} ${String(price)} x ${String(size)}`,
  );

describe('POST /v1/mm/quote', () => {
  it('takes one side alone, in either form', async () => {
    const served = await calm();
    const bid = await served.post('/v1/mm/quote', {
      symbol: 'BTC-PERP',
      bid_price: 59_980,
      bid_size: 5998,
    });
    expect(bid.body).toMatchObject({
      bid_id: someText(/^ord_/),
      ask_id: null,
      ask_price: null,
      ask_status: null,
    });
    const ask = await served.post('/v1/mm/quote', { symbol: 'BTC-PERP', ask: 60_020, size: 6002 });
    expect(ask.body).toMatchObject({ bid_id: null, ask_id: someText(/^ord_/) });
    expect(await resting(served)).toEqual(['long 59980 x 0.1', 'short 60020 x 0.1']);
  });

  it('rounds prices off the tick away from the mid and says what it used', async () => {
    const served = await calm();
    const quoted = await served.post('/v1/mm/quote', {
      ...PAIR,
      bid_price: 59_980.19,
      ask_price: 60_019.91,
    });
    expect(quoted.body).toMatchObject({ bid_price: 59_980.1, ask_price: 60_020 });
    expect(await resting(served)).toEqual(['long 59980.1 x 0.099', 'short 60020 x 0.1']);
  });

  it('makes of USD the whole lots they were made from', async () => {
    const served = await calm();
    for (const lots of [1, 3, 7, 29, 99]) {
      const quoted = await served.post('/v1/mm/quote', {
        ...PAIR,
        bid_size: (lots / 1000) * 59_980,
        ask_size: (lots / 1000) * 60_020,
      });
      expect(quoted.body).toMatchObject({ bid_size: lots / 1000, ask_size: lots / 1000 });
    }
  });

  it('carries the client order ids, once each', async () => {
    const served = await calm();
    const body = { ...PAIR, bid_client_order_id: 'q1.b', ask_client_order_id: 'q1.a' };
    expect((await served.post('/v1/mm/quote', body)).status).toBe(200);
    expect(
      rowsIn(await served.get('/v1/orders'), 'orders').map(({ client_order_id: id }) => id),
    ).toEqual(['q1.b', 'q1.a']);
    expect(await served.post('/v1/mm/quote', body)).toMatchObject({
      status: 409,
      body: { error_code: 'DUPLICATE_CLIENT_ORDER_ID' },
    });
    expect(await resting(served)).toHaveLength(2);
  });

  it('refuses a pair of which one side would cross, and rests nothing', async () => {
    const served = await calm();
    const crossing = await served.post('/v1/mm/quote', { ...PAIR, ask_price: 59_999.5 });
    expect(crossing).toMatchObject({
      status: 400,
      body: { error: 'post_only_would_cross', error_code: 'POST_ONLY_WOULD_CROSS' },
    });
    expect(crossing.body['message']).toBe(
      'ask: post-only sell at 59999.5 would trade against 59999.5',
    );
    expect(await resting(served)).toEqual([]);
  });

  it('lets a pair that is not post-only trade', async () => {
    const served = await calm();
    const quoted = await served.post('/v1/mm/quote', {
      ...PAIR,
      ask_price: 59_999.5,
      ask_size: 6000,
      post_only: false,
    });
    expect(quoted.body).toMatchObject({ bid_status: 'open', ask_status: 'filled' });
  });

  it.each([
    [
      'a bid at the ask',
      { bid_price: 60_000, ask_price: 60_000 },
      'the pair is crossed: bid is 60000, ask is 60000; allowed: bid below ask',
    ],
    ['a negative size', { bid_size: -5 }, 'bid_size is -5; allowed: above zero'],
    ['a zero size', { ask_size: 0 }, 'ask_size is 0; allowed: above zero'],
    ['a price in words', { bid_price: 'best' }, 'bid_price is "best"; allowed: above zero'],
    [
      'a price without its size',
      { bid_size: undefined },
      'bid_size is missing; allowed: above zero, or neither price nor size of this side',
    ],
    ['an unknown time in force', { time_in_force: 'IOC' }, 'time_in_force is "IOC"; allowed: GTC'],
    ['a switch in words', { auto_refresh: 'yes' }, 'auto_refresh is "yes"; allowed: true or false'],
    [
      'a guardrail of zero',
      { max_inventory_usd: 0 },
      'max_inventory_usd is 0; allowed: above zero',
    ],
    [
      'both forms at once',
      { bid: 1 },
      'bid, ask and size do not go with bid_price, bid_size, ask_price and ask_size; allowed: one form or the other',
    ],
    ['no market', { symbol: undefined }, 'symbol is missing; allowed: a text'],
    [
      'two mistakes',
      { bid_size: -5, ask_size: -6 },
      'bid_size is -5; allowed: above zero. ask_size is -6; allowed: above zero',
    ],
    [
      'an id with a blank',
      { bid_client_order_id: 'a b' },
      'bid_client_order_id is "a b"; allowed: 1 to 128 visible ASCII characters',
    ],
  ])('refuses %s and names it', async (_, change, message) => {
    const served = await calm();
    expect(await served.post('/v1/mm/quote', { ...PAIR, ...change })).toEqual({
      status: 400,
      body: { error: 'invalid_request', error_code: 'INVALID_REQUEST', message },
      headers: expect.anything() as unknown,
    });
    expect(await resting(served)).toEqual([]);
  });

  it('refuses a form without a side, and S0s without its size', async () => {
    const { post } = await calm();
    const neither =
      'neither side is given; allowed: bid_price with bid_size, ask_price with ask_size, or bid, ask and size';
    expect((await post('/v1/mm/quote', { symbol: 'BTC-PERP' })).body['message']).toBe(neither);
    expect(
      (await post('/v1/mm/quote', { symbol: 'BTC-PERP', bid: 1, ask: 2 })).body['message'],
    ).toBe('size is missing; allowed: above zero');
  });

  it.each(['NaN', 'Infinity', '1e999'])('refuses %s as a price', async (written) => {
    const served = await calm();
    const raw = `{"symbol":"BTC-PERP","bid_price":${written},"bid_size":6000}`;
    expect((await served.post('/v1/mm/quote', undefined, { raw })).status).toBe(400);
    expect(await resting(served)).toEqual([]);
  });

  it('takes null as not given, and ignores fields it does not know', async () => {
    const { post } = await calm();
    expect(
      (
        await post('/v1/mm/quote', {
          ...PAIR,
          max_spread_bps: null,
          bid_client_order_id: null,
          colour: 'blue',
        })
      ).status,
    ).toBe(200);
  });

  it.each([
    ['too small', { bid_size: 5 }, 400, 'INVALID_SIZE'],
    ['below a tick', { bid_price: 0.05 }, 400, 'INVALID_PRICE'],
    ['beyond the leverage', { bid_size: 2_000_000 }, 400, 'INSUFFICIENT_BALANCE'],
    ['of another market', { symbol: 'DOGE-PERP' }, 404, 'MARKET_NOT_FOUND'],
  ])('passes on why the exchange refuses what is %s', async (_, change, status, code) => {
    const { post } = await calm();
    expect(await post('/v1/mm/quote', { ...PAIR, ...change })).toMatchObject({
      status,
      body: { error: code.toLowerCase(), error_code: code },
    });
  });

  it('answers 503 while the market has no live book', async () => {
    const { at, post } = await serveExchange([
      handFeed([touch(0, 59_999.5, 60_000.5), gap(1000, 9000)]),
    ]);
    at(1000);
    expect(await post('/v1/mm/quote', PAIR)).toMatchObject({
      status: 503,
      body: { error_code: 'MARKET_CLOSED' },
    });
  });
});

describe('cancelling all', () => {
  it.each(['body', 'query'])('takes the market of a DELETE from its %s', async (where) => {
    const served = await calm();
    await served.post('/v1/mm/quote', PAIR);
    const answer =
      where === 'body'
        ? await served.delete('/v1/mm/cancel-all', { symbol: 'BTC-PERP' })
        : await served.delete('/v1/mm/cancel-all?symbol=BTC-PERP');
    expect(answer.body).toMatchObject({ cancelled: 2 });
    expect(await resting(served)).toEqual([]);
  });

  it('leaves other markets alone', async () => {
    const eth = handFeed([touch(0, 2999, 3001)], { symbol: 'ETH-PERP' });
    const served = await serveExchange([handFeed([touch(0, 59_999.5, 60_000.5)]), eth]);
    await served.post('/v1/mm/quote', PAIR);
    await served.post('/v1/mm/quote', { symbol: 'ETH-PERP', bid: 2990, ask: 3010, size: 3000 });
    expect((await served.post('/v1/mm/cancel', { symbol: 'BTC-PERP' })).body).toMatchObject({
      cancelled: 2,
    });
    expect(await resting(served)).toEqual(['long 2990 x 1.003', 'short 3010 x 0.996']);
  });

  it.each([
    [{}, 400],
    [{ symbol: 'DOGE-PERP' }, 404],
  ])('refuses %j', async (body, status) => {
    const { post } = await calm();
    expect((await post('/v1/mm/cancel', body)).status).toBe(status);
  });
});

describe('guardrails over HTTP', () => {
  it('act between two requests, and show in the session', async () => {
    const served = await serveExchange([
      handFeed([
        touch(0, 59_999.5, 60_000.5),
        print(1000, 'sell', 59_900, 1),
        touch(2000, 59_999.5, 60_000.5),
        touch(7000, 59_999.5, 60_000.5),
      ]),
    ]);
    const { at, get, post } = served;
    const guarded = {
      ...PAIR,
      auto_refresh: true,
      max_inventory_usd: 5000,
      auto_hedge_threshold_usd: 6500,
      max_spread_bps: 4,
    };
    expect(
      (await post('/v1/mm/quote', { ...guarded, session_stop_loss_usd: 50 })).body,
    ).toMatchObject({ status: 'quoting', reason: null });
    at(7000);
    const session = await get('/v1/mm/session?symbol=BTC-PERP');
    expect(session.body).toEqual({
      symbol: 'BTC-PERP',
      state: 'one-sided',
      reason: 'inventory is 6000.00 USD of 5000: no buy quote',
      started_at: '2026-01-05T07:59:00.000Z',
      // 20 a BTC of spread and 2.5 bps of rebate on 0.1 BTC.
      net_pnl: near(2 + 1.4995),
      auto_refresh: true,
      refresh_interval_ms: 5000,
      max_inventory_usd: 5000,
      max_spread_bps: 4,
      auto_hedge_threshold_usd: 6500,
      session_stop_loss_usd: 50,
      orders: [someText(/^ord_/)],
    });
    const again = await post('/v1/mm/quote', guarded);
    expect(again.body).toMatchObject({
      status: 'one-sided',
      bid_id: null,
      ask_id: someText(/^ord_/),
    });
  });

  it('an order cancelled by its id does not come back with the refresh', async () => {
    const served = await serveExchange([
      handFeed([touch(0, 59_999.5, 60_000.5), touch(6000, 59_999.5, 60_000.5)]),
    ]);
    const quoted = await served.post('/v1/mm/quote', { ...PAIR, auto_refresh: true });
    await served.delete(`/v1/orders/${textIn(quoted, 'bid_id')}`);
    served.at(6000);
    expect(await resting(served)).toEqual(['short 60020 x 0.1']);
  });

  it('a session nobody began is none', async () => {
    const { get } = await calm();
    expect((await get('/v1/mm/session?symbol=BTC-PERP')).body).toMatchObject({
      state: 'none',
      started_at: null,
      net_pnl: 0,
      orders: [],
    });
  });
});
