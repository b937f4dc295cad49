import { describe, expect, it } from 'vitest';
import { grid } from '#shared/domain/grid.ts';
import { parseInventory, positionFrom } from '#shared/adapters/purple-flea/parse-inventory.ts';
import { parseOrders } from '#shared/adapters/purple-flea/parse-orders.ts';
import { parseTrades } from '#shared/adapters/purple-flea/parse-trades.ts';
import type { VenueOutcome } from '#shared/domain/failure.ts';
import type { Position } from '#shared/domain/position.ts';
import { MARKET, NOW } from './builders.ts';
import { BTC, ETH } from '#test/builders/market.ts';

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

describe('the open orders', () => {
  const order = {
    id: 'ord_00000001',
    market: MARKET,
    side: 'long',
    limit_price: 99_999.5,
    remaining_size: 0.003,
    status: 'open',
  };

  it('are those that rest in the market, in any of the spellings of the vendor', () => {
    const orders = [
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
    ];
    expect(parseOrders({ orders }, MARKET, LOT)).toEqual({
      ok: true,
      value: [
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
      ],
    });
  });

  it('do not include what is gone, used up, or of another market, however it looks', () => {
    const gone = ['filled', 'cancelled', 'canceled', 'expired', 'rejected'].map((status) => ({
      id: 1,
      status,
    }));
    const orders = [
      ...gone,
      { ...order, market: ETH, limit_price: null },
      { ...order, remaining_size: 0 },
    ];
    expect(parseOrders({ orders }, MARKET, LOT)).toEqual({ ok: true, value: [] });
  });

  it.each([
    [{ ...order, status: 'resting-maybe' }, 'orders.0: status'],
    [{ ...order, limit_price: undefined }, 'limit_price is missing'],
    [{ ...order, id: undefined }, 'id or limit_price is missing'],
    [{ ...order, id: '..' }, 'id: is not an id'],
    [{ ...order, id: 2 ** 60 }, 'id: is not an id'],
    [{ ...order, side: 'both' }, 'side: is not a side'],
    [{ ...order, remaining_size: -1 }, 'remaining_size'],
    [{ ...order, remaining_size: undefined }, 'size_usd are missing'],
    [null, 'orders.0'],
  ])('are refused as a whole when one cannot be read: %j', (row, reason) => {
    expect(parseOrders({ orders: [row] }, MARKET, LOT)).toEqual(refused(reason));
  });

  it('are not taken to be none when the list is missing', () => {
    expect(parseOrders({}, MARKET, LOT)).toEqual(refused('orders'));
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
  const read = (row: object): unknown => parseTrades({ trades: [row] }, BTC, LOT);

  it('become fills, whose fee is what it did to our cash', () => {
    expect(read(trade)).toEqual({ ok: true, value: [{ at: NOW + 1234, resolutionMs: 1, fill }] });
    const rebate = { ...trade, fee: -0.02, side: 'sell', liquidity: 'TAKER' };
    const expected = { ...fill, feeUsd: 0.02, side: 'sell', liquidity: 'taker' };
    expect(read(rebate)).toEqual({
      ok: true,
      value: [{ at: NOW + 1234, resolutionMs: 1, fill: expected }],
    });
    const free = parseTrades({ trades: [{ ...trade, fee: 0 }] }, BTC, LOT);
    expect(free.ok && Object.is(free.value[0]?.fill?.feeUsd, 0)).toBe(true);
  });

  it('are sized in USD and dated in whole seconds where nothing finer is given', () => {
    const { size: _size, timestamp: _timestamp, ...coarse } = { ...trade, sizeUsd: 300.4 };
    expect(read(coarse)).toEqual({
      ok: true,
      value: [{ at: NOW + 1000, resolutionMs: 1000, fill: { ...fill, at: NOW + 1000 } }],
    });
  });

  it('of another market only count for paging', () => {
    expect(read({ coin: 'ETH', timestamp: NOW })).toEqual({
      ok: true,
      value: [{ at: NOW, resolutionMs: 1, fill: undefined }],
    });
  });

  it.each([
    [{ liquidity: undefined }, 'trades.0: liquidity: is neither maker nor taker'],
    [{ id: undefined }, 'id: is not an id'],
    [{ id: 2 ** 55 }, 'id: is not an id'],
    [{ orderId: null }, 'orderId'],
    [{ fee: undefined }, 'fee: is missing'],
    [{ price: 0 }, 'price'],
    [{ size: undefined, sizeUsd: undefined }, 'size and sizeUsd are missing'],
    [{ size: undefined, sizeUsd: 0.01 }, 'less than half a lot'],
    [{ size: 300 }, 'size and sizeUsd disagree'],
    [{ coin: undefined }, 'coin is missing'],
    [{ timestamp: undefined, createdAt: undefined }, 'timestamp and createdAt are missing'],
    [{ timestamp: 'now' }, 'timestamp: is not a time'],
  ])('are refused as a whole when one cannot be read: %j', (change, reason) => {
    expect(read({ ...trade, ...change })).toEqual(refused(reason));
  });

  it('are not taken to be none when the list is missing', () => {
    expect(parseTrades({ data: [] }, BTC, LOT)).toEqual(refused('trades'));
  });
});
