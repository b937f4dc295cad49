import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atIndex } from '#shared/domain/order/grid.ts';
import type { OpenOrder } from '#shared/domain/order/order.ts';
import { NO_ORDERS, type Orders } from '#shared/domain/order/working-order.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { earlySettled, ordersFilled } from '#shared/orders/filled-orders.ts';
import { cancelsAnswered, deadForgotten, ordersSent } from '#shared/orders/lifecycle.ts';
import { ordersListed } from '#shared/orders/listed/listed-orders.ts';
import { LOT } from '../builders/play/lagging-venue.ts';
import { ABILITIES, PLAYED } from '../builders/play/market-play.ts';

const SEEN = epochMs(1_000_000);
const OWNER = { deployment: 'test', symbol: 'BTC-PERP', fence: 1 };
const ID = 'v';
const EARLY_MS = 20_000;
const lots = (count: number) => size(atIndex(LOT, count));

const EARLY = { orderId: ID, size: lots(2), at: SEEN };

/** A list with so much left of it. */
function listed(orders: Orders, left: number): Orders {
  const clientId = 'q2.test.quote.BTC-PERP.buy.0.1.1';
  const remaining = lots(left);
  const row: OpenOrder = { venueId: ID, clientId, side: 'buy', price: price(100), remaining };
  const list = { orders: [row], complete: true, askedAt: SEEN, heardAt: SEEN };
  return ordersListed(orders, list, OWNER, ABILITIES, LOT).orders;
}

/** Our own cancel of it ends it, told of so much. */
function cancelled(orders: Orders, told: number): Orders {
  const cancel = { kind: 'cancel', market: PLAYED, venueId: ID } as const;
  const outcome = { kind: 'cancelled', filled: lots(told) } as const;
  return cancelsAnswered(
    ordersSent(orders, [cancel], SEEN),
    [{ id: ID, kind: 'cancel', outcome }],
    LOT,
    SEEN,
  );
}

/** What was told of it and is not booked. */
const unbooked = ({ working, gone }: Orders): readonly number[] => [
  ...working.flatMap((one) =>
    'old' in one ? [] : [Math.round((one.size - one.remaining - one.booked) / LOT.step)],
  ),
  ...gone.map(({ filled, booked }) => Math.round((filled - booked) / LOT.step)),
];

describe('what an adopted order traded early', () => {
  it('is settled alike, whether the order has ended by then or not (E1)', () => {
    const fill = fc.record({
      size: fc.integer({ min: 1, max: 3 }).map(lots),
      at: fc.integer({ min: -60_000, max: 60_000 }).map((ms) => epochMs(SEEN + ms)),
    });
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 5 }), fc.nat(9), (fills, told) => {
        const seen = listed(listed(NO_ORDERS, 10), 10 - told);
        const booked = (orders: Orders, some: typeof fills): Orders =>
          ordersFilled(
            orders,
            some.map((one) => ({ ...one, orderId: ID })),
            LOT,
          );
        const settled = (orders: Orders): Orders =>
          earlySettled(orders, epochMs(SEEN + EARLY_MS), LOT);
        const working = cancelled(settled(booked(seen, fills)), told);
        const gone = settled(cancelled(booked(seen, fills), told));
        expect(unbooked(gone)).toEqual(unbooked(working));
        expect(gone.working).toEqual([]);
      }),
    );
  });

  it('keeps the order remembered until it is settled, and no longer', () => {
    const seen = listed(listed(NO_ORDERS, 10), 8);
    const dead = cancelled(ordersFilled(seen, [EARLY], LOT), 2);
    const ended = cancelled(seen, 2);
    const later = epochMs(SEEN + 1_000_000);
    expect(deadForgotten(dead, later).gone).toHaveLength(1);
    expect(deadForgotten(ended, later).gone).toEqual([]);
    const early = earlySettled(dead, epochMs(SEEN + EARLY_MS - 1), LOT);
    expect(deadForgotten(early, later).gone).toHaveLength(1);
    const settled = earlySettled(dead, epochMs(SEEN + EARLY_MS), LOT);
    expect(deadForgotten(settled, later).gone).toEqual([]);
  });

  it('goes with it where a list shows it again after its end', () => {
    const seen = listed(listed(NO_ORDERS, 10), 8);
    const again = listed(cancelled(ordersFilled(seen, [EARLY], LOT), 2), 8);
    expect(unbooked(again)).toEqual([2]);
    expect(unbooked(earlySettled(again, epochMs(SEEN + EARLY_MS), LOT))).toEqual([0]);
  });
});
