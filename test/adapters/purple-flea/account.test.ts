import { describe, expect, it } from 'vitest';
import { grid } from '#shared/domain/order/grid.ts';
import {
  parseInventory,
  positionFrom,
} from '#shared/adapters/purple-flea/parse/parse-inventory.ts';
import { parseMarketSpec } from '#shared/adapters/purple-flea/parse/parse-market-spec.ts';
import { parseTrades } from '#shared/adapters/purple-flea/parse/parse-trades.ts';
import type { VenueOutcome } from '#shared/domain/failure.ts';
import type { Position } from '#shared/domain/books/position.ts';
import { BTC } from '#test/builders/market.ts';
import { MARKET, NOW, SPEC } from './builders.ts';

const LOT = grid(0.001);
const refused = (reason: string): object => ({
  ok: false,
  failure: {
    kind: 'rejected',
    code: 'unreadable',
    reason: expect.stringContaining(reason) as string,
  },
});

describe('the position', () => {
  const position = (body: unknown, mid?: number): VenueOutcome<Position> => {
    const seen = parseInventory(body);
    return seen.ok ? positionFrom(seen.value, LOT, mid) : seen;
  };

  it('is the size the venue states, with the dust of float sums taken off', () => {
    const body = {
      net_size: -0.30000000000000004,
      net_delta_usd: -30_000,
      average_entry_price: 99_000,
    };
    expect(position(body, 5)).toEqual({ ok: true, value: { size: -0.3, averageEntry: 99_000 } });
  });

  it('is left as it is where it truly lies between two lots', () => {
    expect(position({ net_size: 0.0004, average_entry_price: 1 })).toEqual({
      ok: true,
      value: { size: 0.0004, averageEntry: 1 },
    });
  });

  it('is its USD value at mid to the nearest lot where no size is stated, at the mark price where there is no mid', () => {
    const body = { net_delta_usd: -30_010, average_entry_price: 99_000, mark_price: 50_000 };
    expect(position(body, 100_000)).toEqual({
      ok: true,
      value: { size: -0.3, averageEntry: 99_000 },
    });
    expect(position(body)).toEqual({ ok: true, value: { size: -0.6, averageEntry: 99_000 } });
  });

  it('has no entry price exactly when it is flat', () => {
    const flat = { ok: true, value: { size: 0, averageEntry: undefined } };
    expect(position({ net_size: 1e-17, net_delta_usd: 0, average_entry_price: null })).toEqual(
      flat,
    );
    expect(position({ net_delta_usd: 0, average_entry_price: 0 })).toEqual(flat);
    expect(position({ net_size: 0.5 })).toEqual(refused('average_entry_price'));
    expect(position({ net_size: 0.5, average_entry_price: 0 })).toEqual(
      refused('average_entry_price'),
    );
  });

  it('is refused when it is missing, contradicts itself or cannot be converted', () => {
    expect(position({})).toEqual(refused('net_size and net_delta_usd are missing'));
    expect(position({ net_size: 1, net_delta_usd: -5, average_entry_price: 1 })).toEqual(
      refused('opposite signs'),
    );
    expect(position({ net_delta_usd: 5, average_entry_price: 1 })).toEqual(
      refused('without any price'),
    );
    expect(position({ net_size: 'lots' })).toEqual(refused('net_size: is not a number'));
  });
});

describe('the trades', () => {
  const trade = {
    id: 't1',
    orderId: 'ord_1',
    coin: 'BTC',
    side: 'long',
    size: 0.003,
    sizeUsd: 300,
    price: 100_000,
    fee: 0.045,
    liquidity: 'maker',
    createdAt: NOW / 1000 + 1,
    timestamp: NOW + 1234,
  };
  const fill = {
    id: 't1',
    market: BTC,
    at: NOW + 1234,
    side: 'buy',
    price: 100_000,
    size: 0.003,
    feeUsd: -0.045,
    liquidity: 'maker',
    orderId: 'ord_1',
  };
  const spec = parseMarketSpec(SPEC, MARKET, undefined);
  if (!spec.ok) throw new Error('the builder describes no market');
  const of = { market: BTC, spec: spec.value };
  const read = (...trades: readonly unknown[]): unknown => parseTrades({ trades }, of);
  const page = (row: object, ...doubtful: readonly unknown[]): object => ({
    ok: true,
    value: { rows: [row], doubtful },
  });

  it('become fills, whose fee is what it did to our cash', () => {
    expect(read(trade)).toEqual(page({ at: NOW + 1234, resolutionMs: 1, fill }));
    const rebate = { ...trade, fee: -0.02, side: 'sell', liquidity: 'TAKER' };
    const expected = { ...fill, feeUsd: 0.02, side: 'sell', liquidity: 'taker' };
    expect(read(rebate)).toEqual(page({ at: NOW + 1234, resolutionMs: 1, fill: expected }));
    const free = parseTrades({ trades: [{ ...trade, fee: 0 }] }, of);
    expect(free.ok && Object.is(free.value.rows[0]?.fill?.feeUsd, 0)).toBe(true);
  });

  it('are sized in USD and dated in whole seconds where nothing finer is given', () => {
    const { size: _size, timestamp: _timestamp, ...coarse } = { ...trade, sizeUsd: 300.4 };
    expect(read(coarse)).toEqual(
      page({ at: NOW + 1000, resolutionMs: 1000, fill: { ...fill, at: NOW + 1000 } }),
    );
  });

  it('of another market only count for paging, however odd they are', () => {
    expect(read({ coin: 'ETH', timestamp: NOW })).toEqual(
      page({ at: NOW, resolutionMs: 1, fill: undefined }),
    );
    expect(read({ coin: 'ETH', side: 7, price: null, timestamp: 'never' })).toEqual(
      page({ at: undefined, resolutionMs: 1, fill: undefined }),
    );
  });

  it.each([
    [{ orderId: null }, { orderId: 'unknown' }, 'trade t1: it names no order'],
    [{ liquidity: undefined }, { liquidity: 'taker' }, 'neither maker nor taker'],
    [{ fee: undefined }, { feeUsd: -0.135 }, 'its fee is unknown, the taker rate is taken'],
    [
      { fee: 'none', liquidity: 'liquidation', orderId: '' },
      { feeUsd: -0.135, liquidity: 'taker', orderId: 'unknown' },
      'it names no order, its fee is unknown',
    ],
  ])(
    'without terms are fills all the same, at the worst ones, and named: %j',
    (change, known, doubt) => {
      const row = { at: NOW + 1234, resolutionMs: 1, fill: { ...fill, ...known } };
      expect(read({ ...trade, ...change })).toEqual(page(row, expect.stringContaining(doubt)));
    },
  );

  it.each([
    [{ id: undefined }, 'id: is not an id'],
    [{ id: 2 ** 55 }, 'id: is not an id'],
    [{ side: 'both' }, 'side'],
    [{ price: 0 }, 'price'],
    [{ size: undefined, sizeUsd: undefined }, 'size and sizeUsd are missing'],
    [{ size: undefined, sizeUsd: 0.01 }, 'less than half a lot'],
    [{ size: 300 }, 'size and sizeUsd disagree'],
    [{ coin: undefined }, 'coin is missing'],
    [{ timestamp: undefined, createdAt: undefined }, 'timestamp and createdAt are no times'],
    [{ timestamp: 'now', createdAt: undefined }, 'timestamp and createdAt are no times'],
  ])('that cannot be read are named and leave the others alone: %j', (change, reason) => {
    const good = { at: NOW + 1234, resolutionMs: 1, fill };
    expect(read({ ...trade, ...change }, trade)).toMatchObject({
      ok: true,
      value: {
        rows: [{ fill: undefined }, good],
        doubtful: [expect.stringContaining(reason)],
      },
    });
  });

  it('that are no records are named', () => {
    expect(read(null)).toEqual(
      page({ at: undefined, resolutionMs: 1, fill: undefined }, 'trades.0: is not a trade'),
    );
  });

  it('are not taken to be none when the list is missing', () => {
    expect(parseTrades({ data: [] }, of)).toEqual(refused('trades'));
  });
});
