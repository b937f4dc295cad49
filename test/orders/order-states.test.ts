import { describe, expect, it } from 'vitest';
import { epochMs, price, size } from '#shared/domain/units.ts';
import type { OpenOrder, OrderCommand } from '#shared/domain/order/order.ts';
import type { Orders } from '#shared/domain/order/working-order.ts';
import { NO_ORDERS } from '#shared/domain/order/working-order.ts';
import { ordersFilled } from '#shared/orders/filled-orders.ts';
import { ordersAnswered, ordersSent } from '#shared/orders/lifecycle.ts';
import { ordersListed } from '#shared/orders/listed/listed-orders.ts';
import { ABILITIES } from '#test/builders/play/market-play.ts';
import { LOT } from '#test/builders/play/lagging-venue.ts';
import { BTC, START } from '#test/builders/market.ts';

const owner = { deployment: 'test', symbol: 'BTC-PERP', fence: 5 };
const ID = 'q2.test.quote.BTC-PERP.buy.0.5.0';
const row = (clientId: string | undefined, left = 3): OpenOrder => ({
  venueId: 'v1',
  clientId,
  side: 'buy',
  price: price(99_900),
  remaining: size(left),
});
const look = (
  orders: Orders,
  rows: readonly OpenOrder[],
  afterMs: number,
  abilities = ABILITIES,
): Orders =>
  ordersListed(
    orders,
    {
      orders: rows,
      complete: true,
      askedAt: epochMs(START + afterMs),
      heardAt: epochMs(START + afterMs),
    },
    owner,
    abilities,
    LOT,
  ).orders;
const place: OrderCommand = {
  kind: 'place',
  market: BTC,
  clientId: ID,
  side: 'buy',
  level: 0,
  price: price(99_900),
  size: size(3),
};
const cancel: OrderCommand = { kind: 'cancel', market: BTC, venueId: 'v1' };

describe('an order', () => {
  it('that was adopted is not made smaller by what it may have traded before it was seen', () => {
    const adopted = look(NO_ORDERS, [row(ID)], 0);
    const fill = { orderId: 'v1', size: size(3), at: epochMs(START - 5000) };
    expect(ordersFilled(adopted, [fill], LOT).working).toMatchObject([{ remaining: 3 }]);
    const later = { ...fill, at: epochMs(START + 60_000) };
    expect(ordersFilled(adopted, [later], LOT)).toMatchObject({
      working: [],
      gone: [{ why: 'filled' }],
    });
  });

  it('that the answers leave out counts as unknown until it can no longer arrive', () => {
    const sent = ordersSent(NO_ORDERS, [place], START);
    const given = ordersAnswered(sent, [], LOT, epochMs(START + 5000));
    expect(given.working).toMatchObject([{ state: 'unknown', givenUpAt: START + 5000 }]);
    expect(look(given, [], 89_999).working).toHaveLength(1);
    expect(look(given, [], 90_000)).toMatchObject({
      working: [],
      gone: [{ why: 'never arrived' }],
    });
  });

  it('of somebody else is never taken for a stranger of ours, however lists come and go', () => {
    const seen = look(NO_ORDERS, [row('somebody')], 0);
    expect(seen.working).toMatchObject([{ state: 'foreign' }]);
    const unseen = look(seen, [], 1000);
    expect(unseen).toEqual(NO_ORDERS);
    expect(look(unseen, [row('somebody')], 2000).working).toMatchObject([{ state: 'foreign' }]);
  });

  it('that lists do not show ends although its cancel is refused every time', () => {
    const refused = { kind: 'refused', code: 'X', reason: 'no' } as const;
    let orders = look(look(NO_ORDERS, [row(ID)], 0), [], 75_000);
    expect(orders.working).toMatchObject([{ state: 'missing' }]);
    for (const afterMs of [75_000, 100_000, 149_999]) {
      const sent = ordersSent(orders, [cancel], epochMs(START + afterMs));
      expect(sent.working).toMatchObject([{ state: 'cancelling' }]);
      const answer = { id: 'v1', kind: 'cancel', outcome: refused } as const;
      orders = look(ordersAnswered(sent, [answer], LOT, epochMs(START + afterMs)), [], afterMs);
      expect(orders.working).toMatchObject([{ state: 'missing' }]);
    }
    expect(look(orders, [], 150_000)).toMatchObject({
      working: [],
      gone: [{ why: 'not listed any more' }],
    });
  });

  it('on its way is known by what it is where the venue carries no ids, and counted once', () => {
    const sent = ordersSent(NO_ORDERS, [place], START);
    const seen = look(sent, [row(undefined)], 100, { ...ABILITIES, ids: false });
    expect(seen.working).toMatchObject([{ state: 'open', venueId: 'v1', level: 0 }]);
    const outcome = { kind: 'placed', venueId: 'v1', filled: size(0) } as const;
    const answer = { id: ID, kind: 'place', outcome } as const;
    expect(ordersAnswered(seen, [answer], LOT, START).working).toHaveLength(1);
  });
});
