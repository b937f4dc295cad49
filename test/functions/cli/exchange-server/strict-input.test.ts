import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createExchange } from '#shared/simulator/exchange/exchange.ts';
import { createQuotingSessions } from '#shared/simulator/purple-flea/quoting-sessions.ts';
import { BEFORE_FUNDING, eventsFrom, handFeed } from '#test/builders/feeds.ts';
import {
  closeExchanges,
  serveExchange,
  type ServedExchange,
  textIn,
} from '#test/floors/exchange-over-http.ts';
import { createExchangeServer } from '../../../../functions/cli/exchange-server/create-exchange-server.ts';

const { touch } = eventsFrom(BEFORE_FUNDING);

afterEach(closeExchanges);

const calm = async (): Promise<ServedExchange> =>
  serveExchange([handFeed([touch(0, 59_999.5, 60_000.5)])]);

const PAIR = { symbol: 'BTC-PERP', bid: 59_980, ask: 60_020, size: 6000 } as const;

describe('a field that nobody reads', () => {
  it.each<[string, object, string]>([
    [
      '/v1/mm/quote',
      { ...PAIR, max_inventry_usd: 100 },
      'max_inventry_usd is not known here (did you mean "max_inventory_usd"?); allowed: symbol, bid_price,',
    ],
    [
      '/v1/mm/hedge',
      { symbol: 'BTC-PERP', hedge_percent: 0.5 },
      'hedge_percent is not known here (did you mean "hedge_pct"?); allowed: symbol, hedge_pct,',
    ],
    [
      '/v1/trade',
      { symbol: 'BTC-PERP', side: 'long', size_usd: 100, reduceonly: true },
      'reduceonly is not known here (did you mean "reduce_only"?); allowed: ',
    ],
    [
      '/v1/mm/cancel',
      { symbol: 'BTC-PERP', colour: 'blue' },
      'colour is not known here; allowed: symbol',
    ],
    [
      '/v1/orders',
      { market: 'BTC-PERP', side: 'buy', size: 100, price: 59_000, postonly: true },
      'postonly is not known here (did you mean "post_only"?)',
    ],
  ])('of POST %s is refused by name', async (path, body, message) => {
    const { post, get } = await calm();
    const refused = await post(path, body);
    expect(refused).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
    expect(textIn(refused, 'message')).toContain(message);
    expect((await get('/v1/orders')).body).toEqual({ orders: [] });
  });

  it.each([
    [
      '/v1/mm/pnl?symbol=BTC-PERP&period=1h',
      'period is not known here; allowed: from, to, symbol, window',
    ],
    ['/v1/trade/history?symbl=BTC-PERP', 'symbl is not known here (did you mean "symbol"?)'],
    ['/v1/markets?category=crypto', 'category is not known here; allowed: nothing'],
    [
      '/v1/markets/BTC-PERP/volatility?perod=4h',
      'perod is not known here (did you mean "period"?)',
    ],
    ['/v1/orders?state=open', 'state is not known here (did you mean "status"?)'],
    ['/v1/balance?symbol=BTC-PERP', 'symbol is not known here'],
    ['/health?deep=1', 'deep is not known here'],
    ['/v1/mm/session?symbol=BTC-PERP&symbol=ETH-PERP', 'symbol is given twice; allowed: once'],
    ['/v1/markets/BTC-PERP/price?symbol=ETH-PERP', 'symbol is given twice; allowed: once'],
  ])('of GET %s likewise', async (path, message) => {
    const { get } = await calm();
    const refused = await get(path);
    expect(refused).toMatchObject({ status: 400, body: { error_code: 'INVALID_REQUEST' } });
    expect(textIn(refused, 'message')).toContain(message);
  });

  it('is refused whatever its name, unless it is a known one', async () => {
    const { post } = await calm();
    const word = fc.stringMatching(/^[a-z_]{1,30}$/);
    const known = ['symbol', 'bid', 'ask', 'size', 'post_only', 'auto_refresh', 'time_in_force'];
    await fc.assert(
      fc.asyncProperty(word, async (name) => {
        fc.pre(!known.includes(name) && !/^(bid|ask|max|auto|session)_/.test(name));
        const { status, body } = await post('/v1/mm/quote', { ...PAIR, [name]: 1 });
        expect([status, String(body['message']).slice(0, name.length)]).toEqual([400, name]);
      }),
      { numRuns: 30 },
    );
  });
});

describe('no request can end the server or be half understood', () => {
  it.each([
    ['nested 5,000 levels deep', `{"symbol":${'['.repeat(5000)}${']'.repeat(5000)}}`, 400],
    ['nested as deep as the body may be long', `${'['.repeat(8000)}${']'.repeat(8000)}`, 400],
    ['nested in objects', `${'{"a":'.repeat(2500)}1${'}'.repeat(2500)}`, 400],
    ['with a field twice', '{"symbol":"ETH-PERP","symbol":"BTC-PERP"}', 400],
    [
      'with a thousand fields',
      JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, 1]))),
      400,
    ],
    ['too long', `{"symbol":"${'B'.repeat(20_000)}"}`, 413],
  ])('a body %s', async (_, raw, status) => {
    const { post, delete: remove, get, errors } = await calm();
    for (const path of ['/v1/mm/cancel', '/v1/mm/quote', '/v1/orders']) {
      const refused = await post(path, undefined, { raw });
      expect(refused.status).toBe(status);
      expect(textIn(refused, 'message').length).toBeLessThan(600);
    }
    expect((await remove('/v1/mm/cancel-all', undefined, { raw })).status).toBe(status);
    expect((await get('/health')).status).toBe(200);
    expect(errors).toEqual([]);
  });

  it('a request that fails as nobody foresaw is a 500 for its client and nobody else', async () => {
    const exchange = createExchange({
      feeds: [handFeed([touch(0, 59_999.5, 60_000.5)])],
      fillModel: 'touch',
      startsAt: BEFORE_FUNDING,
      depositUsd: 1000,
      maxLeverage: 10,
    });
    const [requests, market]: [unknown[], unknown[]] = [[], []];
    const server = await createExchangeServer({
      exchange,
      sessions: {
        ...createQuotingSessions(exchange),
        report: () => {
          throw new RangeError('a bug');
        },
      },
      now: () => BEFORE_FUNDING,
      delay: async () => {},
      onError: (error) => market.push(error),
      onRequestError: (error) => requests.push(error),
    });
    const headers = { Authorization: 'Bearer pf_test_me' };
    const broken = await fetch(`${server.url}/v1/mm/session?symbol=BTC-PERP`, { headers });
    expect([broken.status, (await broken.text()).includes('a bug')]).toEqual([500, false]);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await server.close();
    expect([requests.length, market.length]).toEqual([1, 0]);
  });

  it('any text as a body is answered, and everybody is served on', async () => {
    const { post, get, errors } = await calm();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/v1/mm/quote', '/v1/mm/hedge', '/v1/trade', '/v1/orders'),
        fc.oneof(fc.json({ maxDepth: 10 }), fc.string({ maxLength: 200 })),
        async (path, raw) => {
          const { status } = await post(path, undefined, { raw });
          expect(status).toBeGreaterThanOrEqual(400);
          expect(status).toBeLessThan(500);
        },
      ),
      { numRuns: 60 },
    );
    expect((await get('/health')).status).toBe(200);
    expect(errors).toEqual([]);
  });
});
