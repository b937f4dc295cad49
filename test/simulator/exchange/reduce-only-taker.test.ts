import { expect, it } from 'vitest';
import { anOrder, BEFORE_FUNDING, eventsFrom, placed } from '#test/builders/feeds.ts';
import { type InProcessExchange, startExchange } from '#test/floors/exchange-in-process.ts';

const { touch } = eventsFrom(BEFORE_FUNDING);

const TAKER = 'pf_test_taker';
const MAKER = 'pf_test_maker';

/** A taker that bought 0.1 at the ask of 61,000, and another account's bid of 5. */
function bought(bid: number, size: number, makersBid: number): InProcessExchange {
  const floor = startExchange([touch(0, bid, 61_000, size)]);
  placed(floor.exchange, TAKER, { price: 61_000, size: 0.1, timeInForce: 'IOC' });
  placed(floor.exchange, MAKER, { price: makersBid, size: 5 });
  return floor;
}

const reducing = anOrder({ side: 'sell', size: 3, reduceOnly: true });

it('never trades more with another account than a reduce-only taker has left to reduce', () => {
  const { exchange } = bought(59_000, 0.5, 60_000);
  const order = { ...reducing, price: 60_000, timeInForce: 'IOC' } as const;
  expect(exchange.place(TAKER, order)).toMatchObject({
    ok: true,
    value: { filledSize: 0.1, order: { status: 'cancelled' } },
  });
  expect(exchange.account(TAKER).holding('BTC-PERP').position.size).toBe(0);
  expect(exchange.account(MAKER).holding('BTC-PERP').position.size).toBe(0.1);
});

it('leaves the next in line alone once the position is gone, and does not rest', () => {
  const { exchange } = bought(60_000, 0.1, 59_900);
  expect(exchange.place(TAKER, { ...reducing, price: 59_000 })).toMatchObject({
    ok: true,
    value: { filledSize: 0.1, averagePrice: 60_000, order: { status: 'cancelled' } },
  });
  expect(exchange.account(MAKER).holding('BTC-PERP').position.size).toBe(0);
  expect(exchange.openOrders(TAKER, 'BTC-PERP')).toEqual([]);
});
