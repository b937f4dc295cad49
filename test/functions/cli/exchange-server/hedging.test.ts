import { afterEach, describe, expect, it } from 'vitest';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { BEFORE_FUNDING, eventsFrom, handFeed } from '#test/builders/feeds.ts';
import {
  closeExchanges,
  near,
  rowsIn,
  serveExchange,
  type ServedExchange,
  someText,
} from '#test/floors/exchange-over-http.ts';

const { touch, gap } = eventsFrom(BEFORE_FUNDING);

afterEach(closeExchanges);

const TRADE = { symbol: 'BTC-PERP', side: 'long', size_usd: 6000, leverage: 1 } as const;

/** The account is long 0.1 BTC. */
async function longTenth(...later: readonly FeedEvent[]): Promise<ServedExchange> {
  const served = await serveExchange([handFeed([touch(0, 59_999.5, 60_000.5), ...later])]);
  expect((await served.post('/v1/trade', TRADE)).body).toMatchObject({
    filled_size: 0.1,
    fill_price: 60_000.5,
  });
  return served;
}

const heldIn = async ({ get }: ServedExchange): Promise<unknown> =>
  (await get('/v1/positions/BTC-PERP')).body['net_size'];

describe('POST /v1/mm/hedge', () => {
  it.each([
    [1, 0.1],
    [0.5, 0.05],
    // A share is rounded down to the lot of 0.001, and is at least one.
    [0.019, 0.001],
    [0.0199, 0.001],
    [0.000_001, 0.001],
    // What a client that knows the position makes of 7 lots.
    [0.007 / 0.1, 0.007],
  ])('takes %d of the position off, %d', async (part, size) => {
    const served = await longTenth();
    const hedge = await served.post('/v1/mm/hedge', { symbol: 'BTC-PERP', hedge_pct: part });
    expect(hedge.body).toMatchObject({
      order_id: someText(/^ord_/),
      side: 'short',
      status: 'filled',
      fill_price: 59_999.5,
      filled_size: size,
    });
    expect(hedge.body['filled_usd']).toEqual(near(size * 59_999.5));
    expect(await heldIn(served)).toEqual(near(0.1 - size));
  });

  it('reduces even by less than the smallest order', async () => {
    const served = await serveExchange([
      handFeed([touch(0, 59_999.5, 60_000.5)], { minNotionalUsd: 1000 }),
    ]);
    await served.post('/v1/trade', TRADE);
    expect(
      (await served.post('/v1/mm/hedge', { symbol: 'BTC-PERP', hedge_pct: 0.01 })).body,
    ).toMatchObject({ filled_size: 0.001 });
  });

  it('buys a short position back', async () => {
    const served = await serveExchange([handFeed([touch(0, 59_999.5, 60_000.5)])]);
    await served.post('/v1/trade', { ...TRADE, side: 'short' });
    expect(
      (await served.post('/v1/mm/hedge', { symbol: 'BTC-PERP', hedge_pct: 1 })).body,
    ).toMatchObject({
      side: 'long',
      fill_price: 60_000.5,
    });
    expect(await heldIn(served)).toBe(0);
  });

  it('never turns a position around, however often it is asked', async () => {
    const served = await longTenth();
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1) {
      statuses.push(
        (await served.post('/v1/mm/hedge', { symbol: 'BTC-PERP', hedge_pct: 1 })).status,
      );
    }
    expect(statuses).toEqual([200, 409, 409]);
    expect(await heldIn(served)).toBe(0);
    expect(
      (await served.post('/v1/mm/hedge', { symbol: 'BTC-PERP', hedge_pct: 1 })).body,
    ).toMatchObject({
      error_code: 'NOTHING_TO_HEDGE',
    });
  });

  it('hedges once per client order id', async () => {
    const served = await longTenth();
    const body = { symbol: 'BTC-PERP', hedge_pct: 0.5, client_order_id: 'hedge-1' };
    expect((await served.post('/v1/mm/hedge', body)).body).toMatchObject({
      client_order_id: 'hedge-1',
      filled_size: 0.05,
    });
    expect(await served.post('/v1/mm/hedge', body)).toMatchObject({
      status: 409,
      body: { error_code: 'DUPLICATE_CLIENT_ORDER_ID' },
    });
    expect(await heldIn(served)).toBe(0.05);
  });

  it.each([
    [59_999.5, 200],
    [59_999.41, 200],
    // Between two ticks: a seller's limit goes up, not down to where it would trade below it.
    [59_999.51, 409],
    [60_000, 409],
  ])('accepts no worse price than %d: %i', async (limit, status) => {
    const served = await longTenth();
    const hedge = await served.post('/v1/mm/hedge', {
      symbol: 'BTC-PERP',
      hedge_pct: 1,
      limit_price: limit,
    });
    expect(hedge.status).toBe(status);
    if (status === 409) expect(hedge.body).toMatchObject({ error_code: 'NO_LIQUIDITY' });
    expect(await heldIn(served)).toBe(status === 200 ? 0 : 0.1);
  });

  it('takes what there is and says that it is a part', async () => {
    const served = await longTenth(touch(1000, 59_999.5, 60_000.5, 0.03));
    served.at(1000);
    expect(
      (await served.post('/v1/mm/hedge', { symbol: 'BTC-PERP', hedge_pct: 1 })).body,
    ).toMatchObject({
      status: 'partial',
      filled_size: 0.03,
    });
    expect(await served.post('/v1/mm/hedge', { symbol: 'BTC-PERP', hedge_pct: 1 })).toMatchObject({
      status: 409,
      body: { error_code: 'NO_LIQUIDITY' },
    });
  });

  it.each([
    [{ hedge_pct: 0 }, 'hedge_pct is 0; allowed: above zero, at most 1'],
    [{ hedge_pct: 1.01 }, 'hedge_pct is 1.01; allowed: above zero, at most 1'],
    [{ hedge_pct: '0.5' }, 'hedge_pct is "0.5"; allowed: above zero, at most 1'],
    [{ limit_price: -1 }, 'limit_price is -1; allowed: above zero'],
  ])('refuses %j', async (change, message) => {
    const served = await longTenth();
    const hedge = await served.post('/v1/mm/hedge', {
      symbol: 'BTC-PERP',
      hedge_pct: 1,
      ...change,
    });
    expect(hedge).toMatchObject({ status: 400, body: { message } });
    expect(await heldIn(served)).toBe(0.1);
  });

  it('answers 503 while the market has no live book', async () => {
    const served = await longTenth(gap(1000, 9000));
    served.at(1000);
    expect(await served.post('/v1/mm/hedge', { symbol: 'BTC-PERP', hedge_pct: 1 })).toMatchObject({
      status: 503,
      body: { error_code: 'MARKET_CLOSED' },
    });
  });
});

describe('POST /v1/trade', () => {
  it('may turn a position around, unless it is to reduce only', async () => {
    const served = await longTenth();
    const short = { ...TRADE, side: 'short', size_usd: 12_000 };
    expect((await served.post('/v1/trade', { ...short, reduce_only: true })).body).toMatchObject({
      filled_size: 0.1,
    });
    expect(await heldIn(served)).toBe(0);
    expect(await served.post('/v1/trade', { ...short, reduce_only: true })).toMatchObject({
      status: 400,
    });
    expect((await served.post('/v1/trade', short)).body).toMatchObject({ filled_size: 0.2 });
    expect(await heldIn(served)).toBe(-0.2);
  });

  it.each([
    [{ side: 'up' }, 'side is "up"; allowed: long, short, buy, sell'],
    [{ size_usd: -1 }, 'size_usd is -1; allowed: above zero'],
    [{ leverage: 0 }, 'leverage is 0; allowed: a whole number from 1 to 100'],
    [{ leverage: 1.5 }, 'leverage is 1.5; allowed: a whole number from 1 to 100'],
  ])('refuses %j', async (change, message) => {
    const served = await longTenth();
    expect(await served.post('/v1/trade', { ...TRADE, ...change })).toMatchObject({
      status: 400,
      body: { message },
    });
    expect(await heldIn(served)).toBe(0.1);
  });

  it('answers 503 before the first quote', async () => {
    const { post } = await serveExchange([handFeed([touch(1000, 59_999.5, 60_000.5)])]);
    expect(await post('/v1/trade', TRADE)).toMatchObject({
      status: 503,
      body: { error_code: 'MARKET_CLOSED' },
    });
  });
});

describe('positions and balance', () => {
  it('are marked at the mid', async () => {
    const served = await longTenth(touch(1000, 60_099.5, 60_100.5));
    served.at(1000);
    const expected = {
      symbol: 'BTC-PERP',
      net_size: 0.1,
      average_entry_price: 60_000.5,
      unrealized_pnl: near(9.95),
      mark_price: 60_100,
    };
    expect((await served.get('/v1/positions')).body).toEqual({
      positions: [{ ...expected, net_usd: 6010 }],
    });
    expect((await served.get('/v1/positions/BTC-PERP')).body).toEqual({
      ...expected,
      net_usd: 6010,
    });
    expect((await served.get('/v1/mm/inventory?symbol=BTC-PERP')).body).toEqual({
      ...expected,
      net_delta_usd: 6010,
    });
    const fee = 6000.05 * 0.0005;
    expect((await served.get('/v1/balance')).body).toEqual({
      balance: {
        total_equity: near(100_000 + 9.95 - fee),
        total_deposited: 100_000,
        unrealised_pnl: near(9.95),
        total_realised_pnl: 0,
        total_fees_paid: near(fee),
        total_funding: 0,
      },
    });
  });

  it('are zero, not missing, for an account that never traded', async () => {
    const { get } = await serveExchange([handFeed([touch(1000, 59_999.5, 60_000.5)])]);
    const flat = { net_size: 0, average_entry_price: null, unrealized_pnl: 0, mark_price: null };
    expect((await get('/v1/positions/BTC-PERP')).body).toMatchObject({ ...flat, net_usd: 0 });
    expect((await get('/v1/mm/inventory?symbol=BTC-PERP')).body).toMatchObject({
      ...flat,
      net_delta_usd: 0,
    });
    expect(rowsIn(await get('/v1/positions'), 'positions')).toEqual([]);
    expect(await get('/v1/positions/DOGE-PERP')).toMatchObject({ status: 404 });
    expect(await get('/v1/mm/inventory')).toMatchObject({
      status: 400,
      body: { message: 'symbol is missing; allowed: a text' },
    });
  });
});
