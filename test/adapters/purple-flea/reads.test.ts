import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import { startScriptedServer, type ScriptedServer } from '#test/floors/scripted-http-server.ts';
import { aVenue, KEY, MARKET, NOW, SPEC } from './builders.ts';
import { BTC } from '#test/builders/market.ts';

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

function serveLook(headers: readonly Readonly<Record<string, string>>[] = []): void {
  server.on(`GET /v1/markets/${MARKET}/price`, { body: PRICE, headers: headers[0] ?? {} });
  server.on('GET /v1/mm/inventory', {
    body: { net_delta_usd: 500, average_entry_price: 98_000 },
    headers: headers[1] ?? {},
  });
  server.on('GET /v1/orders', { body: { orders: [ORDER] }, headers: headers[2] ?? {} });
}

describe('a look at a market', () => {
  it('is the book, the position and the orders, of one market and with our key', async () => {
    serveLook();
    expect(await aVenue(server).look(BTC)).toEqual({
      ok: true,
      value: {
        book: {
          ok: true,
          value: {
            at: NOW - 40,
            mid: 100_000,
            bids: [{ price: 99_999.5 }],
            asks: [{ price: 100_000.5 }],
          },
        },
        position: { size: 0.005, averageEntry: 98_000 },
        orders: [
          { venueId: 'ord_1', clientId: undefined, side: 'buy', price: 99_000, remaining: 0.003 },
        ],
        requestsLeftRatio: 1,
      },
    });
    for (const request of server.requests)
      expect(request.headers['authorization']).toBe(`Bearer ${KEY}`);
    const asked = server.requests.filter(
      ({ path }) => path === '/v1/mm/inventory' || path === '/v1/orders',
    );
    expect(asked.map(({ query }) => query)).toEqual([{ symbol: MARKET }, { symbol: MARKET }]);
  });

  it('asks for the lot once, then costs three requests', async () => {
    serveLook();
    const venue = aVenue(server);
    await venue.look(BTC);
    await venue.look(BTC);
    expect(server.count(`GET /v1/markets/${MARKET}`)).toBe(1);
    expect(server.requests).toHaveLength(7);
  });

  it('keeps its connections', async () => {
    serveLook();
    const venue = aVenue(server);
    await venue.look(BTC);
    const opened = server.connections();
    await venue.look(BTC);
    await venue.look(BTC);
    expect(server.connections()).toBe(opened);
  });

  it('dates a book without a time when it began, not when it ended', async () => {
    serveLook();
    server.on(`GET /v1/markets/${MARKET}/price`, { body: { ...PRICE, timestamp: undefined } });
    let now: number = NOW;
    const venue = aVenue(server, { clock: { now: () => epochMs((now += 1)) } });
    const look = await venue.look(BTC);
    expect(look.ok && look.value.book.ok && look.value.book.value.at).toBe(NOW + 1);
  });

  it('is good although its book is not', async () => {
    serveLook();
    server.on(`GET /v1/markets/${MARKET}/price`, {
      body: { best_bid: 100_001, best_ask: 100_000, mid: 100_000 },
    });
    const look = await aVenue(server).look(BTC);
    expect(look).toMatchObject({
      ok: true,
      value: { book: { ok: false }, position: { size: 0.005 } },
    });
  });

  it('is refused when the position, the orders or the lot cannot be read', async () => {
    for (const [route, body, reason] of [
      ['GET /v1/mm/inventory', { net_size: null }, 'net_size'],
      ['GET /v1/orders', { orders: [{ ...ORDER, limit_price: 'NaN' }] }, 'orders.0: limit_price'],
      [`GET /v1/markets/${MARKET}`, { ...SPEC, tick_size: undefined }, 'tick_size: is missing'],
    ] as const) {
      serveLook();
      const venue = aVenue(server);
      server.on(route, { body });
      expect(await venue.look(BTC)).toMatchObject({
        ok: false,
        failure: { code: 'unreadable', reason: expect.stringContaining(reason) as string },
      });
    }
  });

  it('reports the smallest allowance that its answers named', async () => {
    serveLook([
      { 'X-RateLimit-Limit': '100', 'X-RateLimit-Remaining': '40' },
      {},
      { 'X-RateLimit-Limit': '100', 'X-RateLimit-Remaining': '38' },
    ]);
    expect(await aVenue(server).look(BTC)).toMatchObject({ value: { requestsLeftRatio: 0.38 } });
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
    const venue = aVenue(server, { baseUrl: `${server.url}/api/` });
    expect(await venue.fundingRate(BTC)).toMatchObject({ value: { rate: 0.0001, nextAt: NOW } });
    expect(await venue.hourlyVolatility(BTC)).toEqual({ ok: true, value: 0.02 });
    expect(await venue.equityChange(BTC, epochMs(NOW - 9))).toMatchObject({
      value: { netUsd: 4 },
    });
    expect(await venue.fundingPayments(BTC, epochMs(NOW - 9), NOW)).toMatchObject({
      value: [{ at: NOW, amountUsd: 3 }],
    });
    expect(await venue.spec(BTC)).toMatchObject({ value: { symbol: MARKET } });
    expect(server.requests.map(({ query }) => query)).toEqual([
      {},
      { period: '1h' },
      { symbol: MARKET, from: String(NOW - 9) },
      { from: String(NOW - 9), to: String(NOW) },
      {},
    ]);
  });
});
