import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { done } from '#shared/domain/failure.ts';
import { epochMs } from '#shared/domain/units.ts';
import { startScriptedServer, type ScriptedServer } from '#test/floors/scripted-http-server.ts';
import { BTC } from '#test/builders/market.ts';
import { aVenue, KEY, MARKET, NOW, SPEC } from './builders.ts';

let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
});
afterEach(async () => {
  await server.close();
});

const PRICE = { best_bid: 99_999.5, best_ask: 100_000.5, timestamp: NOW - 40 };
const ORDER = {
  id: 'ord_1',
  symbol: MARKET,
  side: 'buy',
  limit_price: 99_000,
  size_usd: 297,
  status: 'open',
};

function serve(headers: readonly Readonly<Record<string, string>>[] = []): void {
  server.on(`GET /v1/markets/${MARKET}/price`, { body: PRICE, headers: headers[0] ?? {} });
  server.on('GET /v1/mm/inventory', {
    body: { net_delta_usd: 500, average_entry_price: 98_000, mark_price: 100_000 },
    headers: headers[1] ?? {},
  });
  server.on('GET /v1/orders', { body: { orders: [ORDER] }, headers: headers[2] ?? {} });
}

const left = (limit: number, remaining: number): Readonly<Record<string, string>> => ({
  'X-RateLimit-Limit': String(limit),
  'X-RateLimit-Remaining': String(remaining),
});

describe('a picture of the book', () => {
  it('is one request: the touch as the venue dates it, and no trades', async () => {
    serve([{ ...left(100, 40), Date: new Date(NOW).toUTCString() }]);
    expect(await aVenue(server).data.book(BTC)).toEqual({
      ok: true,
      value: {
        book: {
          ok: true,
          value: {
            at: NOW - 40,
            bids: [{ price: 99_999.5 }],
            asks: [{ price: 100_000.5 }],
            mid: 100_000,
          },
        },
        trades: undefined,
        requestsLeftRatio: 0.4,
        clockSkewMs: 0,
      },
    });
    expect(server.requests).toHaveLength(1);
  });

  it('without a time is dated when it was asked for, not when it came (C11)', async () => {
    server.on(`GET /v1/markets/${MARKET}/price`, {
      body: { ...PRICE, timestamp: undefined },
      headers: { Date: new Date(NOW + 5000).toUTCString() },
    });
    let now: number = NOW;
    const { data } = aVenue(server, { clock: { now: () => epochMs((now += 1)) } });
    const picture = await data.book(BTC);
    expect(picture.ok && picture.value.book.ok && picture.value.book.value.at).toBe(NOW + 1);
    // By our clock, whatever the venue's says.
    expect(picture.ok && picture.value.clockSkewMs).toBe(0);
  });

  it('is a picture although nobody should quote on it', async () => {
    server.on(`GET /v1/markets/${MARKET}/price`, {
      body: { best_bid: 100_001, best_ask: 100_000, mid: 100_000 },
    });
    expect(await aVenue(server).data.book(BTC)).toMatchObject({
      ok: true,
      value: { book: { ok: false, failure: expect.stringContaining('crossed') as string } },
    });
  });
});

describe('the account', () => {
  it('is the position and the orders of one market, with our key', async () => {
    serve();
    expect(await aVenue(server).execution.account(BTC)).toEqual({
      ok: true,
      value: {
        position: { size: 0.005, averageEntry: 98_000 },
        orders: [
          { venueId: 'ord_1', clientId: undefined, side: 'buy', price: 99_000, remaining: 0.003 },
        ],
        complete: true,
        doubtful: [],
        requestsLeftRatio: 1,
      },
    });
    for (const request of server.requests)
      expect(request.headers['authorization']).toBe(`Bearer ${KEY}`);
    const asked = server.requests.filter(({ path }) => path !== `/v1/markets/${MARKET}`);
    expect(asked.map(({ query }) => query)).toEqual([
      { symbol: MARKET },
      { symbol: MARKET, limit: '200' },
    ]);
  });

  it('asks for the lot once, then costs two requests', async () => {
    serve();
    const { execution } = aVenue(server);
    await execution.account(BTC);
    await execution.account(BTC);
    expect(server.count(`GET /v1/markets/${MARKET}`)).toBe(1);
    expect(server.requests).toHaveLength(5);
  });

  it.each([
    ['position', '/v1/mm/inventory', 'orders'],
    ['orders', '/v1/orders', 'position'],
  ] as const)(
    'asks for its %s alone at %s, and says nothing of its %s',
    async (part, path, other) => {
      serve();
      const { execution } = aVenue(server);
      const seen = await execution[part](BTC);
      expect(seen.ok && Object.keys(seen.value)).toContain(part);
      expect(seen.ok && Object.keys(seen.value)).not.toContain(other);
      const asked = server.requests.filter((one) => one.path !== `/v1/markets/${MARKET}`);
      expect(asked.map((one) => one.path)).toEqual([path]);
    },
  );

  it('asks for the price only where the position is stated in USD and nothing else', async () => {
    serve();
    server.on('GET /v1/mm/inventory', {
      body: { net_delta_usd: 500, average_entry_price: 98_000 },
    });
    expect(await aVenue(server).execution.account(BTC)).toMatchObject({
      value: { position: { size: 0.005 } },
    });
    expect(server.count(`GET /v1/markets/${MARKET}/price`)).toBe(1);
    server.on('GET /v1/mm/inventory', { body: { net_delta_usd: 0 } });
    expect(await aVenue(server).execution.account(BTC)).toMatchObject({
      value: { position: { size: 0 } },
    });
    expect(server.count(`GET /v1/markets/${MARKET}/price`)).toBe(1);
  });

  it('keeps its connections', async () => {
    serve();
    const { execution } = aVenue(server);
    await execution.account(BTC);
    const opened = server.connections();
    await execution.account(BTC);
    await execution.account(BTC);
    expect(server.connections()).toBe(opened);
  });

  it('is refused when the position or the lot cannot be read', async () => {
    for (const [route, body, reason] of [
      ['GET /v1/mm/inventory', { net_size: null }, 'net_size'],
      [`GET /v1/markets/${MARKET}`, { ...SPEC, tick_size: undefined }, 'tick_size: is missing'],
    ] as const) {
      serve();
      const venue = aVenue(server);
      server.on(route, { body });
      expect(await venue.execution.account(BTC)).toMatchObject({
        ok: false,
        failure: { code: 'unreadable', reason: expect.stringContaining(reason) as string },
      });
    }
  });

  it('reports the smallest allowance that its answers named', async () => {
    serve([{}, left(100, 38), left(100, 40)]);
    expect(await aVenue(server).execution.account(BTC)).toMatchObject({
      value: { requestsLeftRatio: 0.38 },
    });
  });
});

describe("the skew of the venue's clock", () => {
  it('is told with every picture and every execution, by the date of its answers', async () => {
    const venue = aVenue(server);
    for (const ahead of [5000, 9000]) {
      const headers = { Date: new Date(NOW + ahead).toUTCString() };
      serve([headers]);
      server.on(`GET /v1/markets/${MARKET}`, { body: SPEC, headers });
      server.on('GET /v1/trade/history', { body: { trades: [] }, headers });
      for (const answer of [await venue.data.book(BTC), await venue.history.fills(BTC, NOW)]) {
        const told = answer.ok ? answer.value.clockSkewMs : undefined;
        expect(Math.abs((told ?? Number.NaN) - ahead)).toBeLessThanOrEqual(1000);
      }
    }
  });

  it('is not known before an answer was dated', async () => {
    serve([{ Date: 'yesterday' }]);
    expect(await aVenue(server).data.book(BTC)).toMatchObject({
      value: { clockSkewMs: undefined },
    });
  });
});

describe('the change of equity', () => {
  it('is of a position on its lot, however the venue adds it up', async () => {
    server.on(`GET /v1/markets/${MARKET}`, { body: { market: SPEC } });
    server.on('GET /v1/mm/pnl', {
      body: { net_pnl: 4, mark_price: 2, net_size: 0.1 + 0.2 },
    });
    const { history } = aVenue(server);
    expect(await history.equityChange(BTC, epochMs(NOW))).toEqual(
      done({ netUsd: 4, markPrice: 2, positionSize: 0.3 }),
    );
  });
});

describe('the single questions', () => {
  it('go to the routes of the vendor, also where the base ends in /api', async () => {
    server.on(`GET /api/ticker/${MARKET}`, {
      body: { price: 1, funding_rate: 0.0001, next_funding_at: NOW },
    });
    server.on(`GET /api/v1/markets/${MARKET}/volatility`, { body: { realized_vol: 0.02 } });
    server.on(`GET /api/v1/mm/pnl`, { body: { net_pnl: 4, mark_price: 2, net_size: 0 } });
    server.on(`GET /api/v1/funding-history/${MARKET}`, {
      body: { payments: [{ time: NOW, rate: 0.1, amount_usd: 3 }] },
    });
    server.on(`GET /api/v1/markets/${MARKET}`, { body: { market: SPEC } });
    const { data, history } = aVenue(server, { baseUrl: `${server.url}/api/` });
    expect(await data.spec(BTC)).toMatchObject({ value: { symbol: MARKET } });
    expect(await data.funding(BTC)).toMatchObject({ value: { rate: 0.0001, nextAt: NOW } });
    expect(await data.hourlyVolatility(BTC)).toEqual({ ok: true, value: 0.02 });
    expect(await history.equityChange(BTC, epochMs(NOW - 9))).toMatchObject({
      value: { netUsd: 4 },
    });
    expect(await history.fundingPayments(BTC, epochMs(NOW - 9), NOW)).toMatchObject({
      value: [{ at: NOW, amountUsd: 3 }],
    });
    expect(server.requests.map(({ query }) => query)).toEqual([
      {},
      {},
      { period: '1h' },
      { symbol: MARKET, from: String(NOW - 9) },
      { from: String(NOW - 9), to: String(NOW) },
    ]);
  });
});
