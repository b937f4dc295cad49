import { expect, it } from 'vitest';
import type { Exchange } from '#shared/simulator/exchange/exchange.ts';
import { BEFORE_FUNDING, eventsFrom } from '#test/builders/feeds.ts';
import { startExchange } from '#test/floors/exchange-in-process.ts';

const { touch } = eventsFrom(BEFORE_FUNDING);

const order = { market: 'BTC-PERP', postOnly: false, reduceOnly: false } as const;

const sizeOf = (exchange: Exchange, key: string): number =>
  exchange.account(key).holding('BTC-PERP').position.size;

it('never trades more with another account than a reduce-only taker has left to reduce', () => {
  const { exchange } = startExchange([touch(0, 59_000, 61_000, 0.5)]);
  exchange.place('pf_test_taker', {
    ...order,
    side: 'buy',
    price: 61_000,
    size: 0.1,
    timeInForce: 'IOC',
  });
  exchange.place('pf_test_maker', {
    ...order,
    side: 'buy',
    price: 60_000,
    size: 5,
    timeInForce: 'GTC',
  });
  const reduced = exchange.place('pf_test_taker', {
    ...order,
    side: 'sell',
    price: 60_000,
    size: 3,
    timeInForce: 'IOC',
    reduceOnly: true,
  });
  expect(reduced).toMatchObject({
    ok: true,
    value: { filledSize: 0.1, order: { status: 'cancelled' } },
  });
  expect(sizeOf(exchange, 'pf_test_taker')).toBe(0);
  expect(sizeOf(exchange, 'pf_test_maker')).toBe(0.1);
});

it('leaves the next in line alone once the position is gone, and does not rest', () => {
  const { exchange } = startExchange([touch(0, 60_000, 61_000, 0.1)]);
  exchange.place('pf_test_taker', {
    ...order,
    side: 'buy',
    price: 61_000,
    size: 0.1,
    timeInForce: 'IOC',
  });
  exchange.place('pf_test_maker', {
    ...order,
    side: 'buy',
    price: 59_900,
    size: 5,
    timeInForce: 'GTC',
  });
  const reduced = exchange.place('pf_test_taker', {
    ...order,
    side: 'sell',
    price: 59_000,
    size: 3,
    timeInForce: 'GTC',
    reduceOnly: true,
  });
  expect(reduced).toMatchObject({
    ok: true,
    value: { filledSize: 0.1, averagePrice: 60_000, order: { status: 'cancelled' } },
  });
  expect(sizeOf(exchange, 'pf_test_maker')).toBe(0);
  expect(exchange.openOrders('pf_test_taker', 'BTC-PERP')).toEqual([]);
});
