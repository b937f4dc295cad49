import { afterEach, describe, expect, it } from 'vitest';
import { BEFORE_FUNDING, eventsFrom, handFeed } from '#test/builders/feeds.ts';
import {
  closeExchanges,
  type Fields,
  near,
  numberIn,
  rowsIn,
  serveExchange,
  type ServedExchange,
} from '#test/floors/exchange-over-http.ts';

const { after, touch, print, fundingRate } = eventsFrom(BEFORE_FUNDING);

afterEach(closeExchanges);

const buy = { symbol: 'BTC-PERP', side: 'long', size_usd: 600 } as const;

/** Ten trades of 0.01, one a second, alternating. */
async function tenTrades(): Promise<ServedExchange> {
  const served = await serveExchange([
    handFeed(
      Array.from({ length: 11 }, (_, second) =>
        touch(second * 1000, 59_999.5 + second, 60_000.5 + second),
      ),
    ),
  ]);
  for (let second = 0; second < 10; second += 1) {
    served.at(second * 1000);
    await served.post('/v1/trade', {
      ...buy,
      side: second % 2 === 0 ? 'long' : 'short',
      size_usd: 601,
    });
  }
  return served;
}

const times = (rows: readonly Fields[]): readonly unknown[] =>
  rows.map(({ timestamp }) => timestamp);

describe('GET /v1/trade/history', () => {
  it('shows a trade in the vendors words, with both clocks and what it realised', async () => {
    const { get } = await tenTrades();
    const trades = rowsIn(await get('/v1/trade/history?symbol=BTC-PERP&limit=2'), 'trades');
    expect(trades[0]).toEqual({
      id: 'fil_00000010',
      orderId: 'ord_00000010',
      client_order_id: null,
      coin: 'BTC',
      symbol: 'BTC-PERP',
      side: 'short',
      sizeUsd: near(600.085),
      size: 0.01,
      price: 60_008.5,
      fee: near(0.300_042_5),
      realizedPnl: near(0),
      liquidity: 'taker',
      createdAt: Math.floor(after(9000) / 1000),
      timestamp: after(9000),
    });
    expect(trades[1]).toMatchObject({ id: 'fil_00000009', side: 'long', realizedPnl: 0 });
  });

  it('is newest first, and oldest first from `since`, which is included', async () => {
    const { get } = await tenTrades();
    const asked = async (query: string): Promise<readonly unknown[]> =>
      times(rowsIn(await get(`/v1/trade/history${query}`), 'trades'));
    expect(await asked('?limit=3')).toEqual([after(9000), after(8000), after(7000)]);
    expect(await asked(`?since=${after(2000)}&limit=3`)).toEqual([
      after(2000),
      after(3000),
      after(4000),
    ]);
    expect(await asked(`?since=${after(2001)}&limit=2`)).toEqual([after(3000), after(4000)]);
    expect(await asked(`?since=${after(9001)}`)).toEqual([]);
    expect(await asked('?since=0')).toHaveLength(10);
  });

  it('pages without a hole when it is asked on from the last one seen', async () => {
    const { get } = await tenTrades();
    const seen = new Set<unknown>();
    let since: unknown = 0;
    for (let page = 0; page < 20; page += 1) {
      const rows = rowsIn(
        await get(`/v1/trade/history?symbol=BTC-PERP&since=${String(since)}&limit=3`),
        'trades',
      );
      for (const { id } of rows) seen.add(id);
      if (since === rows.at(-1)?.['timestamp']) break;
      since = rows.at(-1)?.['timestamp'];
    }
    expect(seen.size).toBe(10);
  });

  it('merges the markets by time', async () => {
    const eth = handFeed([touch(0, 2999, 3001)], { symbol: 'ETH-PERP' });
    const { at, get, post } = await serveExchange([handFeed([touch(0, 59_999.5, 60_000.5)]), eth]);
    for (const [second, symbol] of ['BTC-PERP', 'ETH-PERP', 'BTC-PERP'].entries()) {
      at(second * 1000);
      await post('/v1/trade', { ...buy, symbol });
    }
    const coins = async (query: string): Promise<unknown> =>
      rowsIn(await get(`/v1/trade/history${query}`), 'trades').map(({ coin }) => coin);
    expect(await coins('')).toEqual(['BTC', 'ETH', 'BTC']);
    expect(await coins('?limit=2')).toEqual(['BTC', 'ETH']);
    expect(await coins('?since=0&limit=2')).toEqual(['BTC', 'ETH']);
    expect(await coins('?symbol=ETH-PERP')).toEqual(['ETH']);
  });

  it('counts as realised what a position that was turned around had gained', async () => {
    const { at, get, post } = await serveExchange([
      handFeed([touch(0, 59_999.5, 60_000.5), touch(1000, 60_099.5, 60_100.5)]),
    ]);
    await post('/v1/trade', { ...buy, size_usd: 601 });
    await get('/v1/trade/history');
    at(1000);
    await post('/v1/trade', { ...buy, side: 'short', size_usd: 1803 });
    expect(
      rowsIn(await get('/v1/trade/history'), 'trades').map(({ realizedPnl }) => realizedPnl),
    ).toEqual([near(0.99), 0]);
  });

  it.each([
    ['limit=0', 'limit is "0"; allowed: a whole number from 1 to 200'],
    ['limit=201', 'limit is "201"; allowed: a whole number from 1 to 200'],
    ['limit=ten', 'limit is "ten"; allowed: a whole number from 1 to 200'],
    [
      'since=-1',
      'since is "-1"; allowed: milliseconds since 1970, or an ISO 8601 time with its zone',
    ],
    [
      'since=2026-01-05T07:00',
      'since is "2026-01-05T07:00"; allowed: milliseconds since 1970, or an ISO 8601 time with its zone',
    ],
  ])('refuses %s', async (query, message) => {
    const { get } = await tenTrades();
    expect(await get(`/v1/trade/history?${query}`)).toMatchObject({
      status: 400,
      body: { message },
    });
  });
});

describe('GET /v1/mm/pnl', () => {
  const PARTS = [
    'spread_income',
    'rebates',
    'fees_paid',
    'inventory_pnl',
    'hedge_cost',
    'funding',
  ] as const;

  /** A maker fill at 10 s, funding at 60 s, a hedge at 70 s; the mid moves at 30 s and at 65 s. */
  async function traded(): Promise<ServedExchange> {
    const served = await serveExchange([
      handFeed([
        fundingRate(0, 0.001),
        touch(0, 59_999.5, 60_000.5),
        print(10_000, 'sell', 59_900, 0.1),
        touch(30_000, 60_049.5, 60_050.5),
        touch(65_000, 60_019.5, 60_020.5),
        touch(80_000, 60_019.5, 60_020.5),
      ]),
    ]);
    await served.post('/v1/mm/quote', { symbol: 'BTC-PERP', bid_price: 59_980, bid_size: 5998 });
    served.at(70_000);
    await served.post('/v1/mm/hedge', { symbol: 'BTC-PERP', hedge_pct: 0.5 });
    served.at(80_000);
    return served;
  }

  it('sums its parts to the change of equity', async () => {
    const { exchange, get } = await traded();
    const pnl = await get('/v1/mm/pnl?symbol=BTC-PERP');
    expect(pnl.body).toEqual({
      symbol: 'BTC-PERP',
      from: 0,
      to: after(80_000),
      spread_income: near(2),
      rebates: near(5998 * 0.000_25),
      fees_paid: near(-0.05 * 60_019.5 * 0.0005),
      inventory_pnl: near(2),
      hedge_cost: near(-0.025),
      funding: near(-6.005),
      net_pnl: near(exchange.equityUsd('pf_test_me') - 100_000),
      mark_price: 60_020,
      net_size: 0.05,
    });
    expect(PARTS.reduce((sum, part) => sum + numberIn(pnl, part), 0)).toBeCloseTo(
      numberIn(pnl, 'net_pnl'),
      9,
    );
  });

  it.each([
    // The maker fill alone: gained 2 against the mid, and was there when the mid rose by 50.
    [
      `from=${after(0)}&to=${after(40_000)}`,
      {
        spread_income: near(2),
        inventory_pnl: near(5),
        hedge_cost: 0,
        funding: 0,
        net_size: 0.1,
        mark_price: 60_050,
      },
    ],
    // A position that was there before, and the funding it paid.
    [
      `from=${after(40_000)}&to=${after(60_000)}`,
      { spread_income: 0, rebates: 0, inventory_pnl: 0, funding: near(-6.005), net_size: 0.1 },
    ],
    [
      `from=${after(60_000)}`,
      {
        spread_income: 0,
        inventory_pnl: near(-3),
        hedge_cost: near(-0.025),
        funding: 0,
        net_size: 0.05,
      },
    ],
    [`window=1h`, { from: after(80_000 - 3_600_000), to: after(80_000), spread_income: near(2) }],
    [`to=${after(9999)}`, { spread_income: 0, net_pnl: 0, net_size: 0, mark_price: 60_000 }],
    // Ahead of now: cut off there.
    [`to=${after(90_000)}`, { to: after(80_000), net_size: 0.05, mark_price: 60_020 }],
    [
      `from=${after(90_000)}`,
      { from: after(80_000), to: after(80_000), net_pnl: 0, net_size: 0.05 },
    ],
  ])('is of the window %s', async (query, expected) => {
    const { get } = await traded();
    const pnl = await get(`/v1/mm/pnl?symbol=BTC-PERP&${query}`);
    expect(pnl.body).toMatchObject(expected);
    expect(PARTS.reduce((sum, part) => sum + numberIn(pnl, part), 0)).toBeCloseTo(
      numberIn(pnl, 'net_pnl'),
      9,
    );
  });

  it('adds up over windows that follow each other', async () => {
    const { get } = await traded();
    const net = async (query: string): Promise<number> =>
      numberIn(await get(`/v1/mm/pnl?symbol=BTC-PERP${query}`), 'net_pnl');
    const cuts = [5000, 20_000, 60_000, 66_000].map((ms) => after(ms));
    const windows = [
      `&to=${cuts[0]}`,
      ...cuts.slice(1).map((cut, index) => `&from=${cuts[index]}&to=${cut}`),
      `&from=${cuts.at(-1)}`,
    ];
    const parts = await Promise.all(windows.map(net));
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(await net(''), 9);
  });

  it('has no mark before the first quote', async () => {
    const { get } = await serveExchange([handFeed([touch(1000, 59_999.5, 60_000.5)])]);
    expect((await get('/v1/mm/pnl?symbol=BTC-PERP')).body).toMatchObject({
      net_pnl: 0,
      mark_price: null,
      net_size: 0,
    });
  });

  it.each([
    [`from=${after(2)}&to=${after(1)}`, `from is ${after(2)}; allowed: up to to, ${after(1)}`],
    [`from=${after(2)}&window=1h`, 'window and from do not go together; allowed: one'],
    ['window=2h', 'window is "2h"; allowed: 1h, 24h'],
  ])('refuses %s', async (query, message) => {
    const { get } = await traded();
    expect(await get(`/v1/mm/pnl?symbol=BTC-PERP&${query}`)).toMatchObject({
      status: 400,
      body: { message },
    });
  });
});
