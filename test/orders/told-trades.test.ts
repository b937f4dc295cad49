import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atIndex } from '#shared/domain/order/grid.ts';
import type { Orders, WorkingOrder } from '#shared/domain/order/working-order.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { earlySettled } from '#shared/orders/filled-orders.ts';
import { toldNoted } from '#shared/orders/told-trades.ts';
import { LOT } from '../builders/play/lagging-venue.ts';

const PATIENCE = 90;

type Open = Extract<WorkingOrder, { state: 'open' }>;

const resting = (of: Pick<Open, 'size' | 'remaining' | 'booked' | 'told'>): Open => ({
  ...of,
  state: 'open',
  venueId: 'v',
  clientId: undefined,
  side: 'buy',
  level: 0,
  price: price(100),
  since: epochMs(0),
  adopted: false,
  knownSince: epochMs(0),
});

const lots = (count: number) => size(atIndex(LOT, count));

describe('what was told of an order', () => {
  it('is late when it is not booked for as long as lists lag, no sooner, and soon after', () => {
    const event = fc.record({
      after: fc.integer({ min: 1, max: 60 }),
      trades: fc.nat(2),
      books: fc.nat(2),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        let [at, told, booked] = [0, 0, 0];
        const toldBy: { readonly at: number; readonly told: number }[] = [{ at: 0, told: 0 }];
        const asOf = (time: number) => toldBy.findLast((one) => one.at <= time)?.told ?? 0;
        let order = resting({ size: lots(100), remaining: lots(100), booked: lots(0) });
        for (const { after, trades, books } of events) {
          at += after;
          told += trades;
          booked = Math.min(told, booked + books);
          toldBy.push({ at, told });
          const seen = { ...order, remaining: lots(100 - told), booked: lots(booked) };
          const orders: Orders = { working: [seen], gone: [] };
          const [next] = toldNoted(
            orders,
            epochMs(at),
            epochMs(Math.max(0, at - PATIENCE)),
            LOT,
          ).working;
          order = next as Open;
          const late = Math.round((order.told?.late ?? 0) / LOT.step);
          expect(order.told === undefined).toBe(told === booked);
          // What was booked meanwhile is no part of it.
          expect(late).toBeLessThanOrEqual(Math.max(asOf(at - PATIENCE), booked));
          // One moment is waited for at a time, and it is looked at every 60.
          expect(Math.max(late, booked)).toBeGreaterThanOrEqual(asOf(at - 2 * (PATIENCE + 60)));
        }
      }),
    );
  });

  it('waits while a modify of it has no answer', () => {
    const old = resting({ size: lots(2), remaining: lots(1), booked: lots(0) });
    const { state: _, venueId: __, knownSince: ___, ...quote } = old;
    const modifying: WorkingOrder = {
      state: 'modifying',
      old: { ...old, adopted: true, early: lots(1) },
      new: { ...quote, clientId: 'c' },
    };
    const orders: Orders = { working: [modifying], gone: [] };
    expect(toldNoted(orders, epochMs(9), epochMs(5), LOT).working).toEqual([modifying]);
    expect(earlySettled(orders, epochMs(1_000_000), LOT).working).toEqual([modifying]);
  });

  it('stays as it is while nothing more is told or booked', () => {
    const told = { late: lots(1), filled: lots(1), at: epochMs(0) };
    const order = resting({ size: lots(2), remaining: lots(1), booked: lots(0), told });
    const orders: Orders = { working: [order], gone: [] };
    expect(toldNoted(orders, epochMs(9), epochMs(5), LOT).working[0]).toBe(order);
  });
});
