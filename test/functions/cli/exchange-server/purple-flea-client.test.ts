import { afterEach, describe, expect, it } from 'vitest';
import { createPurpleFlea } from '#shared/adapters/purple-flea/purple-flea-venue.ts';
import { bps, epochMs, price, size, usd } from '#shared/domain/units.ts';
import type { Approved, OrderCommand } from '#shared/domain/order.ts';
import type { Venue } from '#shared/ports/venue.ts';
import { BEFORE_FUNDING, eventsFrom, handFeed } from '#test/builders/feeds.ts';
import {
  closeExchanges,
  near,
  serveExchange,
  type ServedExchange,
} from '#test/floors/exchange-over-http.ts';

const { after, touch, print, fundingRate } = eventsFrom(BEFORE_FUNDING);

afterEach(closeExchanges);

async function venueAt(
  prefix: string,
): Promise<{ readonly venue: Venue; readonly served: ServedExchange }> {
  const served = await serveExchange([
    handFeed([
      fundingRate(0, 0.0003),
      touch(0, 59_999.5, 60_000.5),
      print(10_000, 'sell', 59_900, 0.04),
      touch(20_000, 60_009.5, 60_010.5),
      touch(90_000, 60_009.5, 60_010.5),
    ]),
  ]);
  const venue = createPurpleFlea({
    baseUrl: served.url + prefix,
    apiKey: 'pf_test_me',
    clock: { now: () => served.exchange.now() },
  });
  return { venue, served };
}

const approve = (...commands: readonly OrderCommand[]): readonly Approved[] =>
  commands as readonly Approved[];

const bid = {
  kind: 'place',
  market: 'BTC-PERP',
  clientId: 'q1.BTC-PERP.buy.0.1.1',
  side: 'buy',
  level: 0,
  price: price(59_980),
  size: size(0.1),
} as const;
const ask = {
  ...bid,
  clientId: 'q1.BTC-PERP.sell.0.1.2',
  side: 'sell',
  price: price(60_020),
  size: size(0.1),
} as const;

describe.each(['', '/api'])("Quotemill's own client of the vendor, at the base '%s'", (prefix) => {
  it('reads the market', async () => {
    const { venue } = await venueAt(prefix);
    expect(await venue.spec('BTC-PERP')).toMatchObject({
      ok: true,
      value: {
        tick: { step: 0.1 },
        lot: { step: 0.001 },
        minNotionalUsd: usd(10),
        fees: { makerBps: bps(-2.5), takerBps: bps(5) },
        simulated: true,
      },
    });
    expect(await venue.fundingRate('BTC-PERP')).toEqual({
      ok: true,
      value: { rate: 0.0003, intervalHours: 8, nextAt: after(60_000) },
    });
    expect(await venue.look('BTC-PERP')).toMatchObject({
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
        position: { size: 0, averageEntry: undefined },
        orders: [],
      },
    });
  });

  it('quotes a pair and a single side, sees them, and cancels one and all', async () => {
    const { venue } = await venueAt(prefix);
    const third = { ...bid, clientId: 'q1.BTC-PERP.buy.1.1.3', level: 1, price: price(59_970) };
    const placed = await venue.send(approve(bid, ask, third));
    const ids = placed.map(({ outcome }) =>
      outcome.ok && outcome.value.kind === 'placed' ? outcome.value.venueId : 'not placed',
    );
    const look = await venue.look('BTC-PERP');
    expect(look.ok && look.value.orders).toEqual([
      { venueId: ids[0], clientId: bid.clientId, side: 'buy', price: 59_980, remaining: 0.1 },
      { venueId: ids[1], clientId: ask.clientId, side: 'sell', price: 60_020, remaining: 0.1 },
      { venueId: ids[2], clientId: third.clientId, side: 'buy', price: 59_970, remaining: 0.1 },
    ]);
    const cancelOne = { kind: 'cancel', market: 'BTC-PERP', venueId: ids[0] ?? '' } as const;
    expect(await venue.send(approve(cancelOne, cancelOne))).toMatchObject([
      { outcome: { ok: true } },
      { outcome: { ok: true } },
    ]);
    expect(await venue.send(approve({ kind: 'cancel-all', market: 'BTC-PERP' }))).toMatchObject([
      { outcome: { ok: true } },
    ]);
    expect(await venue.look('BTC-PERP')).toMatchObject({ ok: true, value: { orders: [] } });
  });

  it('reads fills, the position, funding and P&L, and reduces', async () => {
    const { venue, served } = await venueAt(prefix);
    await venue.send(approve(bid, ask));
    served.at(30_000);
    expect(await venue.fills('BTC-PERP', BEFORE_FUNDING)).toMatchObject({
      ok: true,
      value: [
        {
          at: after(10_000),
          side: 'buy',
          price: 59_980,
          size: 0.04,
          feeUsd: near(0.5998),
          liquidity: 'maker',
        },
      ],
    });
    served.at(61_000);
    const sent = {
      kind: 'reduce',
      market: 'BTC-PERP',
      clientId: 'h1',
      side: 'sell',
      size: size(0.03),
      positionSize: size(0.04),
      limitPrice: price(60_000),
    } as const;
    expect(await venue.send(approve(sent))).toMatchObject([
      { outcome: { ok: true, value: { kind: 'reduced', averagePrice: 60_009.5 } } },
    ]);
    expect(await venue.send(approve(sent))).toMatchObject([
      { outcome: { ok: false, failure: { kind: 'rejected', code: 'DUPLICATE_CLIENT_ORDER_ID' } } },
    ]);
    expect(await venue.look('BTC-PERP')).toMatchObject({
      ok: true,
      value: { position: { size: 0.01, averageEntry: near(59_980) } },
    });
    expect(await venue.fundingPayments('BTC-PERP', BEFORE_FUNDING, after(61_000))).toMatchObject({
      ok: true,
      value: [{ at: after(60_000), rate: 0.0003, amountUsd: near(-0.04 * 60_010 * 0.0003) }],
    });
    const change = await venue.equityChange('BTC-PERP', epochMs(0));
    expect(change).toMatchObject({
      ok: true,
      value: {
        netUsd: near(served.exchange.equityUsd('pf_test_me') - 100_000),
        markPrice: 60_010,
        positionSize: 0.01,
      },
    });
    expect((await venue.hourlyVolatility('BTC-PERP')).ok).toBe(true);
  });

  it('hears of refusals what they are', async () => {
    const { venue, served } = await venueAt(prefix);
    expect(await venue.send(approve({ ...bid, price: price(60_010) }))).toMatchObject([
      { outcome: { ok: false, failure: { kind: 'rejected', code: 'POST_ONLY_WOULD_CROSS' } } },
    ]);
    expect(await venue.spec('DOGE-PERP')).toMatchObject({
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
  const venue = createPurpleFlea({
    baseUrl: served.url,
    apiKey: 'pf_test_me',
    clock: { now: () => served.exchange.now() },
  });
  await venue.fundingRate('BTC-PERP');
  await venue.fundingRate('BTC-PERP');
  expect(await venue.fundingRate('BTC-PERP')).toEqual({
    ok: false,
    failure: { kind: 'rate-limited', retryAfterMs: 30_000 },
  });
});
