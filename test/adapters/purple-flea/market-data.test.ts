import { describe, expect, it, vi } from 'vitest';
import { grid } from '#shared/domain/order/grid.ts';
import { epochMs } from '#shared/domain/units.ts';
import { parseFundingHistory } from '#shared/adapters/purple-flea/parse/parse-funding-history.ts';
import { parseMarketSpec } from '#shared/adapters/purple-flea/parse/parse-market-spec.ts';
import { parsePnl } from '#shared/adapters/purple-flea/parse/parse-pnl.ts';
import { parsePrice } from '#shared/adapters/purple-flea/parse/parse-price.ts';
import { parseTicker } from '#shared/adapters/purple-flea/parse/parse-ticker.ts';
import { parseVolatility } from '#shared/adapters/purple-flea/parse/parse-volatility.ts';
import { MARKET, NOW, SPEC } from './builders.ts';
import { BTC } from '#test/builders/market.ts';

const refused = (reason: string): object => ({
  ok: false,
  failure: {
    kind: 'rejected',
    code: 'unreadable',
    reason: expect.stringContaining(reason) as string,
  },
});

describe('the specification of a market', () => {
  const expected = {
    ok: true,
    value: {
      symbol: MARKET,
      tick: { step: 0.5, numerator: 5, scale: 10 },
      lot: { step: 0.001, numerator: 1, scale: 1000 },
      minNotionalUsd: 10,
      fees: { makerBps: 1.5, takerBps: 4.5 },
      simulated: false,
    },
  };

  it('is read at the top level, under market, and from numbers written as text', () => {
    expect(parseMarketSpec(SPEC, MARKET, undefined)).toEqual(expected);
    expect(
      parseMarketSpec({ success: true, market: { ...SPEC, _info: {} } }, MARKET, undefined),
    ).toEqual(expected);
    expect(
      parseMarketSpec(
        { ...SPEC, symbol: 'BTC', tick_size: '0.5', maker_fee: '0.00015' },
        MARKET,
        undefined,
      ),
    ).toEqual(expected);
    expect(
      parseMarketSpec({ ...SPEC, lot_size: null, size_step: 0.001 }, MARKET, undefined),
    ).toEqual(expected);
  });

  it('keeps the sign of a rebate', () => {
    const parsed = parseMarketSpec({ ...SPEC, maker_fee: -0.00025 }, MARKET, undefined);
    expect(parsed.ok && parsed.value.fees.makerBps).toBe(-2.5);
  });

  it('never guesses a tick, a minimum or a fee, and a lot only as configured', () => {
    const without = (field: keyof typeof SPEC): object =>
      Object.fromEntries(Object.entries(SPEC).filter(([name]) => name !== field));
    for (const field of ['tick_size', 'min_size_usd', 'maker_fee', 'taker_fee'] as const)
      expect(parseMarketSpec(without(field), MARKET, 0.01)).toEqual(
        refused(`${field}: is missing`),
      );
    expect(parseMarketSpec(without('lot_size'), MARKET, undefined)).toEqual(
      refused('lot_size is missing'),
    );
    const defaulted = parseMarketSpec(without('lot_size'), MARKET, 0.01);
    expect(defaulted.ok && defaulted.value.lot.step).toBe(0.01);
  });

  it.each([
    ['tick_size', 0],
    ['tick_size', -0.1],
    ['tick_size', 1.5e-12],
    ['tick_size', 1e300],
    ['lot_size', 1e-13],
    ['min_size_usd', -1],
    ['maker_fee', 1.5],
    ['taker_fee', null],
  ])('refuses %s = %s by name', (field, value) => {
    expect(parseMarketSpec({ ...SPEC, [field]: value }, MARKET, undefined)).toEqual(refused(field));
  });

  it('refuses the description of another market', () => {
    expect(parseMarketSpec({ ...SPEC, symbol: 'ETH-PERP' }, MARKET, undefined)).toEqual(
      refused('another one'),
    );
  });

  it('is simulated only where the venue says exactly that', () => {
    const simulated = (value: unknown): unknown => {
      const parsed = parseMarketSpec({ ...SPEC, simulated: value }, MARKET, undefined);
      return parsed.ok && parsed.value.simulated;
    };
    expect(simulated(true)).toBe(true);
    for (const other of ['true', 1, null, false, undefined]) expect(simulated(other)).toBe(false);
  });
});

describe('the price', () => {
  const asked = epochMs(NOW - 1);

  it('is a book of one level a side, dated by the venue', () => {
    const body = {
      best_bid: 100,
      best_ask: '101',
      best_bid_size: 2,
      best_ask_size: null,
      mid: 100.5,
      timestamp: NOW,
    };
    expect(parsePrice(body, asked)).toEqual({
      ok: true,
      value: {
        book: {
          ok: true,
          value: {
            at: NOW,
            mid: 100.5,
            bids: [{ price: 100, size: 2 }],
            asks: [{ price: 101, size: undefined }],
          },
        },
        datedBy: 'venue',
        mid: 100.5,
      },
    });
  });

  it.each([
    ['milliseconds', NOW],
    ['seconds', NOW / 1000],
    ['microseconds', NOW * 1000],
    ['text', String(NOW)],
    ['ISO', '2026-01-05T07:55:00.000Z'],
    ['ISO with an offset', '2026-01-05T08:55:00+01:00'],
    ['nothing, so when we asked', undefined],
  ])('reads a time in %s', (how, timestamp) => {
    const parsed = parsePrice({ best_bid: 1, best_ask: 2, timestamp }, asked);
    expect(parsed.ok && parsed.value.book.ok && parsed.value.book.value.at).toBe(
      how.startsWith('nothing') ? asked : NOW,
    );
    expect(parsed.ok && parsed.value.datedBy).toBe(how.startsWith('nothing') ? 'us' : 'venue');
  });

  it('reads ISO without a zone as UTC wherever the machine stands', () => {
    vi.stubEnv('TZ', 'America/New_York');
    const parsed = parsePrice(
      { best_bid: 1, best_ask: 2, timestamp: '2026-01-05T07:55:00' },
      asked,
    );
    vi.unstubAllEnvs();
    expect(parsed.ok && parsed.value.book.ok && parsed.value.book.value.at).toBe(NOW);
  });

  it.each([
    [{ mid: 100 }, 'no best bid', 100],
    [{ price: 100 }, 'no best bid', 100],
    [{ best_bid: null, best_ask: null, mark_price: 100 }, 'no best bid', 100],
    [{ best_bid: 100 }, 'no ask', undefined],
    [{ best_bid: 101, best_ask: 100, mid: 100.5 }, 'crossed', 100.5],
    [{ best_bid: 100, best_ask: 100 }, 'zero width', undefined],
    [{ best_bid: 'NaN', best_ask: 100 }, 'NaN', undefined],
    [{ best_bid: 0, best_ask: 100, mid: 0 }, 'bid price is 0', undefined],
    [{ best_bid: 99, best_ask: 100, best_bid_size: -1 }, 'bid size', undefined],
    [{ best_bid: 99, best_ask: 100, timestamp: 'yesterday' }, 'age is unknown', undefined],
    [{}, 'no best bid', undefined],
  ])('of %j is no book to quote on: %s', (body, reason, mid) => {
    const value = { book: { ok: false, failure: expect.stringContaining(reason) as string }, mid };
    expect(parsePrice(body, asked)).toMatchObject({ ok: true, value });
  });

  it('is refused when the answer is no object at all', () => {
    expect(parsePrice('oops', asked)).toEqual(refused('price'));
  });
});

describe('funding', () => {
  it('comes from the ticker, every 8 h where the venue does not say', () => {
    const at = '2026-01-05T08:00:00Z';
    const value = { rate: 0.0003, intervalHours: 8, nextAt: Date.parse(at) };
    expect(parseTicker({ price: 1, funding_rate: 0.0003, next_funding_at: at })).toEqual({
      ok: true,
      value,
    });
    expect(
      parseTicker({
        funding_rate: '-0.01',
        next_funding_at: value.nextAt / 1000,
        funding_interval_hours: 1,
      }),
    ).toEqual({
      ok: true,
      value: { rate: -0.01, intervalHours: 1, nextAt: value.nextAt },
    });
  });

  it.each([
    [{ next_funding_at: NOW }, 'funding_rate: is missing'],
    [{ funding_rate: 0.01 }, 'next_funding_at: is missing'],
    [{ funding_rate: 0.01, next_funding_at: 'soon' }, 'next_funding_at: is not a time'],
    [{ funding_rate: 3, next_funding_at: NOW }, 'funding_rate: is not a fraction'],
    [
      { funding_rate: 0.01, next_funding_at: NOW, funding_interval_hours: 0 },
      'funding_interval_hours',
    ],
  ])('refuses the ticker %j: %s', (body, reason) => {
    expect(parseTicker(body)).toEqual(refused(reason));
  });

  const payment = (time: number, amount: number): object => ({
    time,
    rate: 0.0001,
    amount_usd: amount,
  });

  it('was paid after the one time and up to the other, oldest first', () => {
    const [after, until] = [epochMs(NOW - 2000), NOW];
    const payments = [
      payment(until, -2),
      payment(until + 1000, 9),
      payment(after, 9),
      payment(after + 1000, 1),
    ];
    expect(parseFundingHistory({ payments }, BTC, after, until)).toEqual({
      ok: true,
      value: [
        { market: BTC, at: after + 1000, rate: 0.0001, amountUsd: 1 },
        { market: BTC, at: until, rate: 0.0001, amountUsd: -2 },
      ],
    });
  });

  it('is never booked twice for one boundary, and never from a row that cannot be read', () => {
    const twice = { payments: [payment(NOW, 1), payment(NOW, 1)] };
    expect(parseFundingHistory(twice, BTC, epochMs(0), NOW)).toEqual(refused('settled twice'));
    const broken = {
      payments: [payment(NOW - 1000, 1), { time: NOW, rate: 0.1, amount_usd: null }],
    };
    expect(parseFundingHistory(broken, BTC, epochMs(0), NOW)).toEqual(
      refused('payments.1.amount_usd'),
    );
    expect(parseFundingHistory({}, BTC, epochMs(0), NOW)).toEqual(refused('payments'));
  });
});

const LOT = grid(0.1);

describe('single figures', () => {
  it('are read as they are', () => {
    expect(parseVolatility({ realized_vol: 0.015 })).toEqual({ ok: true, value: 0.015 });
    expect(parseVolatility({ realized_vol: null })).toEqual({ ok: true, value: undefined });
    expect(parsePnl({ net_pnl: -3.5, mark_price: 100, net_size: -0.2, rebates: 1 }, LOT)).toEqual({
      ok: true,
      value: { netUsd: -3.5, markPrice: 100, positionSize: -0.2 },
    });
  });

  it('are refused by name when they are missing or impossible', () => {
    expect(parseVolatility({})).toEqual(refused('realized_vol'));
    expect(parseVolatility({ realized_vol: -0.1 })).toEqual(refused('realized_vol'));
    expect(parsePnl({ mark_price: 100, net_size: 0 }, LOT)).toEqual(refused('net_pnl: is missing'));
    expect(parsePnl({ net_pnl: 1, mark_price: 0, net_size: 0 }, LOT)).toEqual(
      refused('mark_price'),
    );
    expect(parsePnl({ net_pnl: 1, mark_price: 1 }, LOT)).toEqual(refused('net_size: is missing'));
  });
});
