import { afterEach, describe, expect, it } from 'vitest';
import { BEFORE_FUNDING, eventsFrom, handFeed } from '#test/builders/feeds.ts';
import {
  closeExchanges,
  near,
  rowsIn,
  serveExchange,
  type ServedExchange,
} from '#test/floors/exchange-over-http.ts';

const { after, touch, print, fundingRate, gap } = eventsFrom(BEFORE_FUNDING);

afterEach(closeExchanges);

const btc = handFeed;
const eth = (events: Parameters<typeof handFeed>[0]): ReturnType<typeof handFeed> =>
  handFeed(events, {
    symbol: 'ETH-PERP',
    tick: 0.01,
    lot: 0.0001,
    makerBps: 1.5,
    takerBps: 4.5,
    fundingIntervalHours: 1,
  });

const twoMarkets = async (): Promise<ServedExchange> =>
  serveExchange([
    btc([fundingRate(0, -0.0001), touch(0, 59_999.5, 60_000.5)]),
    eth([touch(5000, 2999.9, 3000.1)]),
  ]);

const PUBLIC = { key: '' };

describe('market data is public', () => {
  it('describes a market as the venue charges and rounds there', async () => {
    const { get } = await twoMarkets();
    expect((await get('/v1/markets/BTC-PERP', PUBLIC)).body).toEqual({
      symbol: 'BTC-PERP',
      base_asset: 'BTC',
      tick_size: 0.1,
      lot_size: 0.001,
      min_size_usd: 10,
      maker_fee: -0.000_25,
      taker_fee: 0.0005,
      funding_rate: -0.0001,
      next_funding_time: '2026-01-05T08:00:00.000Z',
      funding_interval_hours: 8,
      status: 'active',
      simulated: true,
    });
  });

  it('lists all markets; one that nobody has quoted yet is closed', async () => {
    const { get } = await twoMarkets();
    const list = await get('/api/v1/markets', PUBLIC);
    expect(list.body['total']).toBe(2);
    expect(
      rowsIn(list, 'markets').map(({ symbol, status, maker_fee }) => [symbol, status, maker_fee]),
    ).toEqual([
      ['BTC-PERP', 'active', -0.000_25],
      ['ETH-PERP', 'closed', 0.000_15],
    ]);
  });

  it.each(['/v1/markets/ETH-PERP/price', '/v1/ticker/ETH-PERP'])(
    'answers 503 on %s before the first quote',
    async (path) => {
      const { get } = await twoMarkets();
      expect(await get(path, PUBLIC)).toMatchObject({
        status: 503,
        body: { error: 'market_closed', error_code: 'MARKET_CLOSED' },
      });
    },
  );

  it('says by its health what time it is and which markets are open', async () => {
    const { at, get } = await twoMarkets();
    at(4999);
    expect((await get('/health', PUBLIC)).body).toMatchObject({
      status: 'ok',
      timestamp: '2026-01-05T07:59:04.999Z',
      markets: [
        { symbol: 'BTC-PERP', status: 'active' },
        { symbol: 'ETH-PERP', status: 'closed' },
      ],
    });
  });

  it.each([
    '/v1/markets/DOGE-PERP',
    '/v1/markets/DOGE-PERP/price',
    '/v1/markets/DOGE-PERP/volatility',
    '/api/ticker/DOGE-PERP',
  ])('answers 404 with the markets there are on %s', async (path) => {
    const { get } = await twoMarkets();
    const answer = await get(path, PUBLIC);
    expect(answer).toMatchObject({ status: 404, body: { error_code: 'MARKET_NOT_FOUND' } });
    expect(answer.body['message']).toBe(
      'there is no market DOGE-PERP; allowed: BTC-PERP, ETH-PERP',
    );
  });
});

it('keeps the last price and its old time during a gap', async () => {
  const { at, get } = await serveExchange([
    btc([touch(0, 59_999.5, 60_000.5), gap(1000, 60_000), touch(60_000, 61_000, 61_001)]),
  ]);
  at(59_999);
  expect((await get('/v1/markets/BTC-PERP/price', PUBLIC)).body).toMatchObject({
    mid: 60_000,
    timestamp: BEFORE_FUNDING,
  });
  expect((await get('/api/ticker/BTC-PERP', PUBLIC)).body).toMatchObject({
    price: 60_000,
    timestamp: BEFORE_FUNDING,
  });
  expect((await get('/v1/markets/BTC-PERP', PUBLIC)).body).toMatchObject({ status: 'closed' });
  at(60_000);
  expect((await get('/v1/markets/BTC-PERP/price', PUBLIC)).body).toMatchObject({
    mid: 61_000.5,
    timestamp: after(60_000),
  });
});

it('never shows the accounts own orders as the market', async () => {
  const { get, post } = await serveExchange([btc([touch(0, 59_999, 60_001)])]);
  await post('/v1/mm/quote', { symbol: 'BTC-PERP', bid: 59_999.9, ask: 60_000.1, size: 1000 });
  expect((await get('/v1/markets/BTC-PERP/price')).body).toMatchObject({
    best_bid: 59_999,
    best_ask: 60_001,
  });
});

describe('volatility', () => {
  const moving = async (): Promise<ServedExchange> =>
    serveExchange([
      btc([
        touch(0, 59_999.5, 60_000.5),
        touch(1000, 60_599.5, 60_600.5),
        print(1500, 'buy', 60_600.5, 1),
      ]),
    ]);

  it('is unknown before there is any history', async () => {
    const { get } = await moving();
    expect((await get('/v1/markets/BTC-PERP/volatility?period=1h', PUBLIC)).body).toEqual({
      symbol: 'BTC-PERP',
      period: '1h',
      realized_vol: null,
    });
  });

  it.each([
    ['', 3600],
    ['?period=15m', 900],
    ['?period=1h', 3600],
    ['?period=4h', 14_400],
    ['?period=24h', 86_400],
  ])('is a fraction of price over the period%s', async (query, seconds) => {
    const { at, get } = await moving();
    at(2000);
    const move = Math.log(60_600 / 60_000);
    expect((await get(`/v1/markets/BTC-PERP/volatility${query}`, PUBLIC)).body).toMatchObject({
      realized_vol: near(move * Math.sqrt(seconds)),
    });
  });

  it('refuses other periods by name', async () => {
    const { get } = await moving();
    expect(await get('/v1/markets/BTC-PERP/volatility?period=1d', PUBLIC)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', message: 'period is "1d"; allowed: 15m, 1h, 4h, 24h' },
    });
  });
});

it('passes on what was settled as funding, each boundary once', async () => {
  const hours = handFeed(
    [fundingRate(0, 0.0003), touch(0, 59_999.5, 60_000.5), touch(120_000, 59_999.5, 60_000.5)],
    {
      fundingIntervalHours: 1,
    },
  );
  const { at, get, post } = await serveExchange([hours]);
  await post('/v1/trade', { symbol: 'BTC-PERP', side: 'long', size_usd: 60_000, leverage: 1 });
  at(3_660_000);
  const [eight, nine] = [after(60_000), after(3_660_000)];
  const payment = { rate: 0.0003, amount_usd: near(-18) };
  const asked = async (query: string): Promise<unknown> =>
    (await get(`/v1/funding-history/BTC-PERP${query}`)).body['payments'];
  expect(await asked('')).toEqual([
    { time: eight, ...payment },
    { time: nine, ...payment },
  ]);
  expect(await asked(`?from=${eight}&to=${nine}`)).toEqual([{ time: nine, ...payment }]);
  expect(await asked(`?from=${eight - 1}&to=${nine - 1}`)).toEqual([{ time: eight, ...payment }]);
  expect(await asked('?from=2026-01-05T07:00:00Z&to=2026-01-05T08:00:00Z')).toEqual([
    { time: eight, ...payment },
  ]);
  expect(await get('/v1/funding-history/BTC-PERP?from=yesterday')).toMatchObject({
    status: 400,
    body: {
      message:
        'from is "yesterday"; allowed: milliseconds since 1970, or an ISO 8601 time with its zone',
    },
  });
});
