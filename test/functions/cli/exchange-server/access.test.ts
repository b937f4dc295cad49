import { afterEach, describe, expect, it } from 'vitest';
import { InputError } from '#shared/domain/failure.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { BEFORE_FUNDING, eventsFrom, handFeed } from '#test/builders/feeds.ts';
import {
  closeExchanges,
  rowsIn,
  serveExchange,
  type ServedExchange,
  type ServeOptions,
  textIn,
} from '#test/floors/exchange-over-http.ts';
import { createExchangeServer } from '../../../../functions/cli/exchange-server/create-exchange-server.ts';
import { createQuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';

const { after, touch, print } = eventsFrom(BEFORE_FUNDING);

afterEach(closeExchanges);

const calm = async (options?: ServeOptions): Promise<ServedExchange> =>
  serveExchange([handFeed([touch(0, 59_999.5, 60_000.5)])], options);

const PAIR = { symbol: 'BTC-PERP', bid: 59_980, ask: 60_020, size: 6000 } as const;

const ACCOUNT_ROUTES = [
  'POST /v1/mm/quote',
  'POST /v1/mm/cancel',
  'DELETE /v1/mm/cancel-all',
  'GET /v1/mm/session',
  'GET /v1/mm/inventory',
  'GET /v1/mm/pnl',
  'POST /v1/mm/hedge',
  'POST /v1/trade',
  'GET /v1/trade/history',
  'GET /v1/positions',
  'GET /v1/positions/BTC-PERP',
  'GET /v1/balance',
  'GET /v1/funding-history/BTC-PERP',
  ...['/orders', '/v1/orders'].flatMap((path) => [
    `POST ${path}`,
    `GET ${path}`,
    `GET ${path}/ord_1`,
    `DELETE ${path}/ord_1`,
  ]),
];

const PUBLIC_ROUTES = [
  '/health',
  '/v1/markets',
  '/v1/markets/BTC-PERP',
  '/v1/markets/BTC-PERP/price',
  '/v1/markets/BTC-PERP/volatility',
  '/ticker/BTC-PERP',
  '/v1/ticker/BTC-PERP',
];

describe.each(['', '/api'])("under the prefix '%s'", (prefix) => {
  it.each(ACCOUNT_ROUTES)('%s asks for a key', async (line) => {
    const [method = '', path = ''] = line.split(' ');
    const { url } = await calm();
    const response = await fetch(url + prefix + path, {
      method,
      ...(method === 'GET' ? {} : { body: '{}' }),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: 'unauthorized',
      error_code: 'UNAUTHORIZED',
    });
  });

  it.each(PUBLIC_ROUTES)('%s asks for none', async (path) => {
    const { get } = await calm();
    expect((await get(prefix + path, { key: '' })).status).toBe(200);
  });
});

describe('keys', () => {
  it.each([
    ['pf_test_a', 200],
    ['pf_test_A-b_9', 200],
    [`pf_test_${'x'.repeat(64)}`, 200],
    [`pf_test_${'x'.repeat(65)}`, 401],
    ['pf_test_', 401],
    ['pf_test_a b', 401],
    ['PF_TEST_a', 401],
    ['pf_live_a', 401],
    ['sk_trade_a', 401],
  ])('%s: %i', async (key, status) => {
    const { get } = await calm();
    const answer = await get('/v1/balance', { key });
    expect(answer.status).toBe(status);
    if (key.length > 8) expect(JSON.stringify(answer.body)).not.toContain(key);
  });

  it.each(['pf_test_a', 'Basic pf_test_a', 'Bearer'])(
    'the header %s is none',
    async (authorization) => {
      const { get } = await calm();
      expect((await get('/v1/balance', { key: '', headers: { authorization } })).status).toBe(401);
    },
  );

  it('keep accounts apart: orders, positions, trades and P&L', async () => {
    const { get, post, delete: remove } = await calm();
    const mine = await post('/v1/mm/quote', PAIR, { key: 'pf_test_a' });
    await post(
      '/v1/trade',
      { symbol: 'BTC-PERP', side: 'long', size_usd: 6000 },
      { key: 'pf_test_a' },
    );
    const other = { key: 'pf_test_b' };
    expect(rowsIn(await get('/v1/orders', other), 'orders')).toEqual([]);
    expect((await get(`/v1/orders/${textIn(mine, 'bid_id')}`, other)).status).toBe(404);
    expect((await remove(`/v1/orders/${textIn(mine, 'bid_id')}`, undefined, other)).status).toBe(
      404,
    );
    expect((await post('/v1/mm/cancel', { symbol: 'BTC-PERP' }, other)).body).toMatchObject({
      cancelled: 0,
    });
    expect((await get('/v1/positions/BTC-PERP', other)).body).toMatchObject({ net_size: 0 });
    expect(rowsIn(await get('/v1/trade/history', other), 'trades')).toEqual([]);
    expect((await get('/v1/mm/pnl?symbol=BTC-PERP', other)).body).toMatchObject({ net_pnl: 0 });
    expect(rowsIn(await get('/v1/orders', { key: 'pf_test_a' }), 'orders')).toHaveLength(2);
  });
});

describe('what is no request', () => {
  it.each(['/', '/v1', '/v1/mm/quotes', '/api/api/v1/markets', '/v2/markets'])(
    'GET %s is no route',
    async (path) => {
      const { get } = await calm();
      expect(await get(path)).toMatchObject({
        status: 404,
        body: {
          error: 'not_found',
          error_code: 'NOT_FOUND',
          message: `there is no route GET ${path}`,
        },
      });
    },
  );

  it('nor is a route by another method', async () => {
    const { get } = await calm();
    expect((await get('/v1/mm/quote')).status).toBe(404);
  });

  it.each(['', '{', '[]', '"BTC-PERP"', 'null', '{"symbol":"BTC-PERP",}'])(
    'the body %s is no JSON object',
    async (raw) => {
      const { post } = await calm();
      expect(await post('/v1/mm/cancel', undefined, { raw })).toMatchObject({
        status: 400,
        body: { error: 'invalid_json', error_code: 'INVALID_JSON' },
      });
    },
  );

  it.each([false, true])('a body beyond 16 kB is too large (in chunks: %s)', async (chunked) => {
    const { url, get } = await calm();
    const text = JSON.stringify({ symbol: 'BTC-PERP', padding: 'x'.repeat(20_000) });
    const body = chunked ? new Blob([text]).stream() : text;
    const init: RequestInit & { duplex?: 'half' } = {
      method: 'POST',
      headers: { Authorization: 'Bearer pf_test_me' },
      body,
      ...(chunked ? { duplex: 'half' } : {}),
    };
    const response = await fetch(`${url}/v1/mm/cancel`, init);
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error_code: 'PAYLOAD_TOO_LARGE' });
    expect(response.headers.get('x-ratelimit-limit')).not.toBeNull();
    expect((await get('/v1/balance')).status).toBe(200);
  });
});

describe('the rate limit', () => {
  const HEADERS = [
    'x-ratelimit-limit',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    'retry-after',
  ] as const;
  const shown = ({ headers }: { headers: Headers }): readonly (string | null)[] =>
    HEADERS.map((name) => headers.get(name));
  const seconds = (ms: number): string => String(Math.ceil(after(ms) / 1000));

  it('counts every request of a key, also those that fail, and tells on each how many are left', async () => {
    const { get, post } = await calm({ rateLimitPerMinute: 3 });
    expect(shown(await get('/v1/balance'))).toEqual(['3', '2', seconds(20_000), null]);
    expect(shown(await get('/nowhere'))).toEqual(['3', '1', seconds(40_000), null]);
    expect(shown(await post('/v1/mm/quote', {}))).toEqual(['3', '0', seconds(60_000), null]);
    const refused = await get('/v1/balance');
    expect(refused).toMatchObject({
      status: 429,
      body: { error: 'rate_limited', error_code: 'RATE_LIMITED', retry_after_seconds: 20 },
    });
    expect(shown(refused)).toEqual(['3', '0', seconds(60_000), '20']);
  });

  it('gives requests back over the minute', async () => {
    const { at, get } = await calm({ rateLimitPerMinute: 3 });
    for (let request = 0; request < 4; request += 1) await get('/v1/balance');
    at(19_999);
    expect((await get('/v1/balance')).status).toBe(429);
    at(20_000);
    expect((await get('/v1/balance')).status).toBe(200);
    expect((await get('/v1/balance')).status).toBe(429);
    at(10 * 60_000);
    expect((await get('/v1/balance')).headers.get('x-ratelimit-remaining')).toBe('2');
  });

  it('is each key s own, and without a key the address s', async () => {
    const { get } = await calm({ rateLimitPerMinute: 1 });
    expect((await get('/v1/balance', { key: 'pf_test_a' })).status).toBe(200);
    expect((await get('/v1/balance', { key: 'pf_test_b' })).status).toBe(200);
    expect((await get('/v1/markets', { key: '' })).status).toBe(200);
    expect((await get('/v1/markets', { key: '' })).status).toBe(429);
    expect((await get('/v1/balance', { key: 'pf_live_x' })).status).toBe(429);
    expect((await get('/v1/balance', { key: 'pf_test_a' })).status).toBe(429);
  });

  it('does nothing that it refuses', async () => {
    const { exchange, post } = await calm({ rateLimitPerMinute: 1 });
    await post('/v1/mm/quote', PAIR);
    expect((await post('/v1/mm/quote', PAIR)).status).toBe(429);
    expect(exchange.openOrders('pf_test_me', 'BTC-PERP')).toHaveLength(2);
  });
});

describe('time', () => {
  it('passes on the way in and on the way out, and each request is handled when it arrives', async () => {
    let now = 0;
    const heard: (string | undefined)[] = [];
    const delay = async (activity: string | undefined): Promise<void> => {
      heard.push(activity);
      now += 400;
    };
    const events = [
      touch(0, 59_999.5, 60_000.5),
      touch(400, 60_099.5, 60_100.5),
      touch(800, 60_199.5, 60_200.5),
    ];
    const { get } = await serveExchange([handFeed(events)], {
      delay,
      now: () => BEFORE_FUNDING + now,
    });
    expect(
      (await get('/v1/markets/BTC-PERP/price', { headers: { 'x-quotemill-activity': 'look-7' } }))
        .body,
    ).toMatchObject({
      mid: 60_100,
    });
    expect(now).toBe(800);
    await get('/v1/markets/BTC-PERP/price');
    expect(heard).toEqual(['look-7', 'look-7', undefined, undefined]);
  });

  it('is in whole milliseconds, so that no client rounds a trade away', async () => {
    const { get, post } = await calm({ now: () => BEFORE_FUNDING + 1000.7 });
    await post('/v1/trade', { symbol: 'BTC-PERP', side: 'long', size_usd: 6000 });
    expect(rowsIn(await get('/v1/trade/history'), 'trades')).toMatchObject([
      { timestamp: after(1000) },
    ]);
  });

  it('does not go back with a clock that does', async () => {
    let now = 5000;
    const { exchange, get } = await calm({ now: () => BEFORE_FUNDING + now });
    await get('/health');
    now = 1000;
    expect((await get('/health')).status).toBe(200);
    expect(exchange.now()).toBe(after(5000));
  });
});

describe('the server', () => {
  function* breaking(): Generator<FeedEvent> {
    yield touch(0, 59_999.5, 60_000.5);
    yield print(500, 'buy', 60_000.5, 1);
    throw new InputError('tape x, row 4: not JSON');
  }

  it('answers 500 without details when the market itself fails, and reports it', async () => {
    const { at, errors, get } = await serveExchange([handFeed(breaking())]);
    expect((await get('/v1/markets')).status).toBe(200);
    at(1000);
    const failed = await get('/v1/markets');
    expect(failed).toMatchObject({
      status: 500,
      body: { error: 'internal_error', error_code: 'INTERNAL_ERROR' },
    });
    expect(JSON.stringify(failed.body)).not.toContain('row 4');
    expect(failed.headers.get('x-ratelimit-remaining')).not.toBeNull();
    expect(errors).toEqual([new InputError('tape x, row 4: not JSON')]);
  });

  it('refuses a port that is in use in one line', async () => {
    const { exchange, url } = await calm();
    const port = Number(new URL(url).port);
    const again = createExchangeServer({
      exchange,
      sessions: createQuotingSessions(exchange),
      now: () => BEFORE_FUNDING,
      delay: async () => {},
      rateLimitPerMinute: 1000,
      onError: () => {},
      port,
    });
    await expect(again).rejects.toThrow(
      new InputError(`port ${port} on 127.0.0.1 is in use; allowed: a free port, or 0 for any`),
    );
  });
});
