import { afterEach, describe, expect, it } from 'vitest';
import { connectPurpleFlea } from '#shared/adapters/purple-flea/connect.ts';
import { bps, epochMs, price, size, usd } from '#shared/domain/units.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import type { Approved, OrderCommand } from '#shared/domain/order/order.ts';
import type { ConnectedVenue } from '#shared/ports/connect-venue.ts';
import { BEFORE_FUNDING, eventsFrom, handFeed } from '#test/builders/feeds.ts';
import { BTC } from '#test/builders/market.ts';
import { isOurs } from '#test/builders/our-quotes.ts';
import {
  closeExchanges,
  near,
  serveExchange,
  type ServedExchange,
} from '#test/floors/exchange-over-http.ts';

const { after, fundingRate, print, touch } = eventsFrom(BEFORE_FUNDING);

afterEach(closeExchanges);

async function venueAt(
  prefix: string,
): Promise<ConnectedVenue & { readonly served: ServedExchange }> {
  const served = await serveExchange([
    handFeed([
      fundingRate(0, 0.0003),
      touch(0, 59_999.5, 60_000.5),
      print(10_000, 'sell', 59_900, 0.04),
      touch(20_000, 60_009.5, 60_010.5),
      touch(90_000, 60_009.5, 60_010.5),
    ]),
  ]);
  const venue = connectPurpleFlea({
    isOurs,
    baseUrl: served.url + prefix,
    apiKey: 'pf_test_me',
    clock: { now: () => served.exchange.now() },
  });
  return { ...venue, served };
}

const approve = (...commands: readonly OrderCommand[]): readonly Approved[] =>
  commands as readonly Approved[];

const bid = {
  kind: 'place',
  market: BTC,
  clientId: 'q2.test.quote.BTC-PERP.buy.0.1.1',
  side: 'buy',
  level: 0,
  price: price(59_980),
  size: size(0.1),
} as const;
const ask = {
  ...bid,
  clientId: 'q2.test.quote.BTC-PERP.sell.0.1.2',
  side: 'sell',
  price: price(60_020),
  size: size(0.1),
} as const;

const LATER = after(3_600_000);

describe.each(['', '/api'])("Quotemill's own client of the vendor, at the base '%s'", (prefix) => {
  it('reads the market', async () => {
    const { data, execution } = await venueAt(prefix);
    expect(await data.spec(BTC)).toMatchObject({
      ok: true,
      value: {
        tick: { step: 0.1 },
        lot: { step: 0.001 },
        minNotionalUsd: usd(10),
        fees: { makerBps: bps(-2.5), takerBps: bps(5) },
        simulated: true,
      },
    });
    expect(await data.funding(BTC)).toEqual({
      ok: true,
      value: { rate: 0.0003, intervalHours: 8, nextAt: after(60_000) },
    });
    expect(await data.book(BTC)).toMatchObject({
      ok: true,
      value: {
        book: {
          ok: true,
          value: {
            at: BEFORE_FUNDING,
            bids: [{ price: 59_999.5, size: 5 }],
            asks: [{ price: 60_000.5, size: 5 }],
          },
        },
        trades: undefined,
      },
    });
    expect(await execution.account(BTC)).toMatchObject({
      ok: true,
      value: { position: { size: 0, averageEntry: undefined }, orders: [], complete: true },
    });
  });

  it('finds that the clock of the venue is its own', async () => {
    const { data, served } = await venueAt(prefix);
    for (const at of [20_000, 41_700]) {
      served.at(at);
      expect(await data.book(BTC)).toMatchObject({ value: { clockSkewMs: 0 } });
    }
  });

  it('quotes a pair and a single side, sees them, and cancels one and all', async () => {
    const { execution } = await venueAt(prefix);
    const third = {
      ...bid,
      clientId: 'q2.test.quote.BTC-PERP.buy.1.1.3',
      level: 1,
      price: price(59_970),
    };
    const placed = await execution.send(approve(bid, ask, third), LATER);
    const ids = new Map(
      placed.map(({ id, outcome }) => [id, outcome.kind === 'placed' ? outcome.venueId : '']),
    );
    const account = await execution.account(BTC);
    expect(account.ok && account.value.orders).toEqual(
      [bid, ask, third].map(({ clientId, side, price: at }) => ({
        venueId: ids.get(clientId),
        clientId,
        side,
        price: at,
        remaining: 0.1,
      })),
    );
    const first = ids.get(bid.clientId) ?? '';
    const cancelOne = { kind: 'cancel', market: BTC, venueId: first } as const;
    expect(await execution.send(approve(cancelOne), LATER)).toEqual([
      { id: first, kind: 'cancel', outcome: { kind: 'cancelled', filled: 0 } },
    ]);
    expect(await execution.send(approve(cancelOne), LATER)).toEqual([
      { id: first, kind: 'cancel', outcome: { kind: 'gone', filled: 0 } },
    ]);
    expect(await execution.cancelAll(BTC)).toEqual({ ok: true, value: 'cancelled' });
    expect(await execution.account(BTC)).toMatchObject({ ok: true, value: { orders: [] } });
  });

  it('reads fills, the position, funding and P&L, and reduces', async () => {
    const { data, execution, history, served } = await venueAt(prefix);
    await execution.send(approve(bid, ask), LATER);
    served.at(30_000);
    expect(await history.fills(BTC, BEFORE_FUNDING)).toMatchObject({
      ok: true,
      value: {
        fills: [
          {
            at: after(10_000),
            side: 'buy',
            price: 59_980,
            size: 0.04,
            feeUsd: near(0.5998),
            liquidity: 'maker',
          },
        ],
        doubtful: [],
      },
    });
    served.at(61_000);
    const sent = {
      kind: 'reduce',
      market: BTC,
      clientId: 'h1',
      side: 'sell',
      size: size(0.03),
      positionSize: size(0.04),
      limitPrice: price(60_000),
    } as const;
    expect(await execution.send(approve(sent), LATER)).toEqual([
      {
        id: 'h1',
        kind: 'reduce',
        outcome: { kind: 'reduced', averagePrice: 60_009.5, reduced: 0.03 },
      },
    ]);
    expect(await execution.send(approve(sent), LATER)).toMatchObject([
      { outcome: { kind: 'refused', code: 'DUPLICATE_CLIENT_ORDER_ID' } },
    ]);
    expect(await execution.account(BTC)).toMatchObject({
      ok: true,
      value: { position: { size: 0.01, averageEntry: near(59_980) } },
    });
    expect(await history.fundingPayments(BTC, BEFORE_FUNDING, after(61_000))).toMatchObject({
      ok: true,
      value: [{ at: after(60_000), rate: 0.0003, amountUsd: near(-0.04 * 60_010 * 0.0003) }],
    });
    const change = await history.equityChange(BTC, epochMs(0));
    expect(change).toMatchObject({
      ok: true,
      value: {
        netUsd: near(served.exchange.equityUsd('pf_test_me') - 100_000),
        markPrice: 60_010,
        positionSize: 0.01,
      },
    });
    expect((await data.hourlyVolatility(BTC)).ok).toBe(true);
  });

  it('hears of refusals what they are', async () => {
    const { data, execution, served } = await venueAt(prefix);
    expect(await execution.send(approve({ ...bid, price: price(60_010) }), LATER)).toMatchObject([
      { outcome: { kind: 'refused', code: 'POST_ONLY_WOULD_CROSS' } },
    ]);
    expect(await data.spec(marketId('purple-flea', 'DOGE-PERP'))).toMatchObject({
      ok: false,
      failure: { kind: 'rejected', code: 'MARKET_NOT_FOUND' },
    });
    expect(served.errors).toEqual([]);
  });
});

it('hears of the rate limit how long to wait', async () => {
  const served = await serveExchange([handFeed([touch(0, 59_999.5, 60_000.5)])], {
    rateLimitPerMinute: 2,
  });
  const { data } = connectPurpleFlea({
    isOurs,
    baseUrl: served.url,
    apiKey: 'pf_test_me',
    clock: { now: () => served.exchange.now() },
  });
  await data.funding(BTC);
  await data.funding(BTC);
  expect(await data.funding(BTC)).toEqual({
    ok: false,
    failure: { kind: 'rate-limited', retryAfterMs: 30_000 },
  });
});
