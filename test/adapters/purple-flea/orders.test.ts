import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccountSnapshot } from '#shared/domain/venue/venue-answers.ts';
import { startScriptedServer, type ScriptedServer } from '#test/floors/scripted-http-server.ts';
import { BTC } from '#test/builders/market.ts';
import { aVenue, MARKET } from './builders.ts';

const ROUTE = 'GET /v1/orders';
let server: ScriptedServer;
beforeEach(async () => {
  server = await startScriptedServer();
  server.on('GET /v1/mm/inventory', { body: { net_size: 0 } });
});
afterEach(async () => {
  await server.close();
});

interface Row {
  readonly id: string;
}
const order = {
  id: 'ord_00000001',
  market: MARKET,
  side: 'long',
  limit_price: 99_999.5,
  remaining_size: 0.003,
  status: 'open',
};
const orders = (count: number): readonly Row[] =>
  Array.from({ length: count }, (_, index) => ({ ...order, id: `o${index}` }));

async function account(): Promise<AccountSnapshot> {
  const seen = await aVenue(server).execution.account(BTC);
  if (!seen.ok) throw new Error(JSON.stringify(seen.failure));
  return seen.value;
}

async function listed(...rows: readonly unknown[]): Promise<AccountSnapshot> {
  server.on(ROUTE, { body: { orders: rows } });
  return account();
}

/** A venue that gives at most `cap` rows at once, whatever it is asked for. */
function servePages(rows: () => readonly Row[], cap: number): void {
  server.on(ROUTE, ({ query }) => {
    const offset = Number(query['offset'] ?? 0);
    const most = Math.min(cap, Number(query['limit'] ?? cap));
    return { body: { orders: rows().slice(offset, offset + most) } };
  });
}

describe('the open orders', () => {
  it('are those that rest in the market, in any of the spellings of the vendor', async () => {
    const seen = await listed(
      { ...order, client_order_id: 'q2.test.quote.BTC-PERP.buy.0.1.1' },
      {
        order_id: 7,
        symbol: 'BTC',
        side: 'sell',
        price: '100000',
        size_usd: 300.4,
        status: 'PENDING',
      },
      {
        id: 'ord_3',
        side: 'ask',
        limit_price: 100,
        size_usd: 900,
        remaining_size_usd: 0.5,
        status: 'partial',
        client_order_id: 12,
      },
      { id: 'ord_4', side: 'ask', limit_price: 100_000, size_usd: 0.5 },
    );
    expect(seen).toMatchObject({ complete: true, doubtful: [] });
    expect(seen.orders).toEqual([
      {
        venueId: 'ord_00000001',
        clientId: 'q2.test.quote.BTC-PERP.buy.0.1.1',
        side: 'buy',
        price: 99_999.5,
        remaining: 0.003,
      },
      { venueId: '7', clientId: undefined, side: 'sell', price: 100_000, remaining: 0.003 },
      { venueId: 'ord_3', clientId: undefined, side: 'sell', price: 100, remaining: 0.005 },
      { venueId: 'ord_4', clientId: undefined, side: 'sell', price: 100_000, remaining: 0.001 },
    ]);
  });

  it('do not include what is gone, used up, or of another market, however it looks', async () => {
    const gone = ['filled', 'cancelled', 'Canceled', 'expired', 'rejected'];
    const seen = await listed(
      ...gone.map((status) => ({ id: 1, status })),
      { ...order, market: 'ETH-PERP', limit_price: null, id: null },
      { ...order, remaining_size: 0 },
    );
    expect(seen).toMatchObject({ complete: true, orders: [] });
  });

  it('in a state that nobody knows rest', async () => {
    const seen = await listed(
      { ...order, status: 'resting-maybe' },
      { ...order, id: 2, status: 5 },
    );
    expect(seen.complete).toBe(true);
    expect(seen.orders.map(({ venueId }) => venueId)).toEqual(['ord_00000001', '2']);
  });

  it.each([
    [{ ...order, limit_price: undefined }, 'orders.0: limit_price is missing'],
    [{ ...order, id: undefined }, 'orders.0: id is missing'],
    [{ ...order, id: '..' }, 'orders.0: id is missing or no id'],
    [{ ...order, id: 2 ** 60 }, 'orders.0: id is missing or no id'],
    [{ ...order, side: 'both' }, 'side: is not a side'],
    [{ ...order, remaining_size: -1 }, 'remaining_size'],
    [{ ...order, remaining_size: undefined }, 'size_usd are missing'],
    [null, 'orders.0: is not an order'],
  ])(
    'are all there but the one that cannot be read, and the list is not complete: %j',
    async (row, why) => {
      const seen = await listed(row, { ...order, id: 'good' });
      expect(seen.orders.map(({ venueId }) => venueId)).toEqual(['good']);
      expect(seen.complete).toBe(false);
      expect(seen.doubtful).toEqual([expect.stringContaining(why)]);
    },
  );

  it('are not taken to be none when the list is missing', async () => {
    server.on(ROUTE, { body: {} });
    expect(await aVenue(server).execution.account(BTC)).toMatchObject({
      ok: false,
      failure: { kind: 'rejected', code: 'unreadable' },
    });
  });
});

describe('a list that comes in pages', () => {
  it('is complete with every order once, whatever the cap of the venue and the number', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 430 }),
        fc.constantFrom(20, 25, 50, 100, 200),
        async (count, cap) => {
          const rows = orders(count);
          servePages(() => rows, cap);
          const seen = await account();
          expect(seen.complete).toBe(true);
          expect(seen.orders.map(({ venueId }) => venueId)).toEqual(rows.map(({ id }) => id));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is asked for once when its number of rows is not round', async () => {
    servePages(() => orders(19), 20);
    expect((await account()).orders).toHaveLength(19);
    expect(server.count(ROUTE)).toBe(1);
    expect(server.requests.find(({ path }) => path === '/v1/orders')?.query).toEqual({
      symbol: MARKET,
      limit: '200',
    });
  });

  it.each([20, 25, 50, 100, 200])(
    'and is cut at %d by a venue that knows no further page is not complete',
    async (cap) => {
      const first = { body: { orders: orders(408).slice(0, cap) } };
      server.on(ROUTE, first);
      const seen = await account();
      expect(seen.orders).toHaveLength(cap);
      expect(seen.complete).toBe(false);
      expect(seen.doubtful).toEqual([expect.stringContaining(`cut at ${cap} rows`)]);
    },
  );

  it('and whose next page fails is not complete, but not lost', async () => {
    server.on(ROUTE, { body: { orders: orders(50) } }, { status: 503 });
    expect(await account()).toMatchObject({ complete: false, orders: { length: 50 } });
  });

  it('and that changed between two pages is not complete', async () => {
    let rows = orders(60);
    server.on(ROUTE, ({ query }) => {
      const offset = Number(query['offset'] ?? 0);
      const page = rows.slice(offset, offset + 50);
      rows = rows.slice(1);
      return { body: { orders: page } };
    });
    expect((await account()).complete).toBe(false);
  });
});
