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

const { touch, print, fundingRate } = eventsFrom(BEFORE_FUNDING);

afterEach(closeExchanges);

/** A market around 60,000 where a seller then a buyer trade through quotes that are 20 away. */
const market = async (): Promise<ServedExchange> =>
  serveExchange([
    handFeed([
      fundingRate(0, 0.0003),
      touch(0, 59_999.5, 60_000.5),
      touch(1000, 59_999.5, 60_000.5),
      print(2000, 'sell', 59_970, 1),
      touch(3000, 59_989.5, 59_990.5),
    ]),
  ]);

describe.each(['', '/api'])("the seeds' loops under the prefix '%s'", (prefix) => {
  it('serves the loop of S1: price, cancel, quote, inventory, hedge, pnl', async () => {
    const { at, get, post } = await market();
    at(1000);
    const price = await get(`${prefix}/v1/markets/BTC-PERP/price`);
    expect(price.body).toEqual({
      symbol: 'BTC-PERP',
      best_bid: 59_999.5,
      best_bid_size: 5,
      best_ask: 60_000.5,
      best_ask_size: 5,
      mid: 60_000,
      timestamp: BEFORE_FUNDING + 1000,
    });
    expect((await post(`${prefix}/v1/mm/cancel`, { symbol: 'BTC-PERP' })).body).toEqual({
      symbol: 'BTC-PERP',
      cancelled: 0,
      orders: [],
    });
    const quote = await post(`${prefix}/v1/mm/quote`, {
      symbol: 'BTC-PERP',
      bid_price: 59_980,
      bid_size: 6000,
      ask_price: 60_020,
      ask_size: 6000,
      time_in_force: 'GTC',
    });
    expect(quote.status).toBe(200);
    expect(quote.body['bid_id']).toMatch(/^.{8,}$/);
    expect(quote.body).toMatchObject({
      bid_price: 59_980,
      bid_size: 0.1,
      bid_status: 'open',
      ask_price: 60_020,
      ask_size: 0.099,
    });
    at(3000);
    const inventory = await get(`${prefix}/v1/mm/inventory?symbol=BTC-PERP`);
    expect(inventory.body).toEqual({
      symbol: 'BTC-PERP',
      net_size: 0.1,
      net_delta_usd: 5999,
      average_entry_price: 59_980,
      unrealized_pnl: near(1),
      mark_price: 59_990,
    });
    const hedge = await post(`${prefix}/v1/mm/hedge`, { symbol: 'BTC-PERP', hedge_pct: 0.5 });
    expect(hedge.body).toMatchObject({
      fill_price: 59_989.5,
      filled_size: 0.05,
      filled_usd: near(2999.475),
      status: 'filled',
    });
    const pnl = await get(`${prefix}/v1/mm/pnl?symbol=BTC-PERP`);
    // Bought 0.1 at 59,980 with the mid at 60,000; the mid fell by 10; sold 0.05 half a dollar
    // below it.
    expect(pnl.body).toMatchObject({
      spread_income: near(2),
      rebates: near(5998 * 0.000_25),
      fees_paid: near(-2999.475 * 0.0005),
      inventory_pnl: near(-1),
      hedge_cost: near(-0.025),
      funding: 0,
      net_pnl: near(2 + 1.4995 - 1.499_737_5 - 1 - 0.025),
      mark_price: 59_990,
      net_size: 0.05,
    });
  });

  it('serves the loop of S0: price mid, volatility, cancel-all with a body, quote, positions, trade', async () => {
    const { at, delete: remove, get, post } = await market();
    expect((await get(`${prefix}/v1/markets/BTC-PERP/price`)).body['mid']).toBe(60_000);
    at(1000);
    expect((await get(`${prefix}/v1/markets/BTC-PERP/volatility?period=1h`)).body).toEqual({
      symbol: 'BTC-PERP',
      period: '1h',
      realized_vol: 0,
    });
    const first = await post(`${prefix}/v1/mm/quote`, {
      symbol: 'BTC-PERP',
      bid: 59_980.04,
      ask: 60_020.04,
      size: 6000,
    });
    expect(first.body).toMatchObject({
      bid_price: 59_980,
      ask_price: 60_020.1,
      bid_size: 0.1,
      ask_size: 0.099,
    });
    const cancelled = await remove(`${prefix}/v1/mm/cancel-all`, { symbol: 'BTC-PERP' });
    expect(cancelled.body).toEqual({
      symbol: 'BTC-PERP',
      cancelled: 2,
      orders: [textIn(first, 'bid_id'), textIn(first, 'ask_id')],
    });
    await post(`${prefix}/v1/mm/quote`, {
      symbol: 'BTC-PERP',
      bid: 59_980,
      ask: 60_020,
      size: 6000,
    });
    at(3000);
    expect((await get(`${prefix}/v1/positions/BTC-PERP`)).body).toMatchObject({
      symbol: 'BTC-PERP',
      net_usd: 5999,
      net_size: 0.1,
    });
    const trade = await post(`${prefix}/v1/trade`, {
      symbol: 'BTC-PERP',
      side: 'short',
      size_usd: 3000,
      leverage: 1,
    });
    expect(trade.body).toMatchObject({
      side: 'short',
      fill_price: 59_989.5,
      filled_size: 0.05,
      status: 'filled',
    });
    expect((await get(`${prefix}/v1/positions`)).body['positions']).toEqual([
      expect.objectContaining({ symbol: 'BTC-PERP', net_size: 0.05 }),
    ]);
  });

  it('serves the loop of S2: ticker, and orders that are never cancelled', async () => {
    const { at, get, post } = await market();
    at(1000);
    expect((await get(`${prefix}/ticker/BTC-PERP`)).body).toEqual({
      market: 'BTC-PERP',
      price: 60_000,
      funding_rate: 0.0003,
      funding_interval_hours: 8,
      next_funding_at: '2026-01-05T08:00:00.000Z',
      timestamp: BEFORE_FUNDING + 1000,
    });
    const order = await post(`${prefix}/orders`, {
      market: 'BTC-PERP',
      side: 'long',
      size: 600,
      type: 'limit',
      price: 59_900,
    });
    expect(order.body).toEqual({
      order_id: someText(/^.{8,}$/),
      client_order_id: null,
      status: 'open',
      filled_size: 0,
      average_price: null,
    });
    const listed = await get(`${prefix}/v1/orders?symbol=BTC-PERP`);
    expect(rowsIn(listed, 'orders')).toEqual([
      expect.objectContaining({
        id: textIn(order, 'order_id'),
        side: 'long',
        price: 59_900,
        limit_price: 59_900,
        remaining_size: 0.01,
        size_usd: 599,
        status: 'open',
      }),
    ]);
  });
});
