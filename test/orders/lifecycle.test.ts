import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatClientOrderId } from '#shared/domain/order/client-order-id.ts';
import type { OpenOrder, OrderCommand } from '#shared/domain/order/order.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import type { CommandOutcome } from '#shared/domain/venue/venue-answers.ts';
import {
  legsOf,
  NO_ORDERS,
  type Orders,
  type WorkingOrder,
} from '#shared/domain/order/working-order.ts';
import { ordersFilled } from '#shared/orders/filled-orders.ts';
import { deadForgotten, ordersAnswered, ordersSent } from '#shared/orders/lifecycle.ts';
import { isMissing, ordersListed } from '#shared/orders/listed/listed-orders.ts';
import { LOT } from '#test/builders/play/lagging-venue.ts';
import { ABILITIES } from '#test/builders/play/market-play.ts';
import { BTC, START } from '#test/builders/market.ts';
import { anOpenOrder, inState, listedAs, STATES } from '#test/builders/open-order.ts';

const ID = 'q2.test.quote.BTC-PERP.buy.0.5.0';
const LAG = ABILITIES.listsLagMs;
const later = (ms: number) => epochMs(START + ms);
const resting = (...working: readonly WorkingOrder[]): Orders => ({ working, gone: [] });
const place: OrderCommand = {
  kind: 'place',
  market: BTC,
  clientId: ID,
  side: 'buy',
  level: 0,
  price: price(99_900),
  size: size(0.003),
};
const cancelOf = (venueId: string): OrderCommand => ({ kind: 'cancel', market: BTC, venueId });

const listed = (
  orders: Orders,
  rows: readonly OpenOrder[],
  { afterMs = 1000, complete = true, ids = true } = {},
) =>
  ordersListed(
    orders,
    { orders: rows, complete, askedAt: later(afterMs), heardAt: later(afterMs) },
    { deployment: 'test', symbol: 'BTC-PERP', fence: 5 },
    { ...ABILITIES, ids },
    LOT,
  );

const placed = (outcome: CommandOutcome): Orders =>
  ordersAnswered(
    ordersSent(NO_ORDERS, [place], START),
    [{ id: ID, kind: 'place', outcome }],
    LOT,
    later(100),
  );

const cancelled = (outcome: CommandOutcome, order: WorkingOrder = anOpenOrder()): Orders =>
  ordersAnswered(
    ordersSent(resting(order), [cancelOf('ord_1')], START),
    [{ id: 'ord_1', kind: 'cancel', outcome }],
    LOT,
    later(100),
  );

const ends = (orders: Orders): readonly string[] => [
  ...orders.working.map((one) => (one.state === 'unknown' ? `unknown ${one.command}` : one.state)),
  ...orders.gone.map(({ why }) => why),
];

describe('a quote that was sent', () => {
  it('exists from then on', () => {
    expect(ordersSent(NO_ORDERS, [place], START).working).toMatchObject([
      { state: 'sending', remaining: 0.003, since: START },
    ]);
  });

  it.each<[CommandOutcome, readonly string[]]>([
    [{ kind: 'placed', venueId: 'v', filled: size(0) }, ['open']],
    [{ kind: 'refused', code: 'X', reason: 'no' }, ['refused']],
    [{ kind: 'rate-limited', retryAfterMs: 1 }, ['refused']],
    [{ kind: 'not-sent', why: 'old' }, []],
    [{ kind: 'unknown', detail: 'cut' }, ['unknown place']],
    [{ kind: 'cancelled', filled: undefined }, ['unknown place']],
    [{ kind: 'gone', filled: undefined }, ['unknown place']],
    [{ kind: 'reduced', averagePrice: undefined, reduced: undefined }, ['unknown place']],
  ])('and is answered %j is %j', (outcome, expected) => {
    expect(ends(placed(outcome))).toEqual(expected);
  });

  it('has left what did not trade at once', () => {
    const orders = placed({ kind: 'placed', venueId: 'v', filled: size(0.001) });
    expect(orders.working).toMatchObject([{ remaining: 0.002, size: 0.003, booked: 0 }]);
  });

  it('ends no other with it', () => {
    const sent = ordersSent(resting(anOpenOrder()), [place], START);
    const outcome = { kind: 'refused', code: 'X', reason: 'no' } as const;
    const answer = { id: ID, kind: 'place', outcome } as const;
    expect(ends(ordersAnswered(sent, [answer], LOT, START))).toEqual(['open', 'refused']);
    expect(ordersAnswered(sent, [{ ...answer, id: 'x' }], LOT, START).working).toHaveLength(2);
  });

  it('and seen before its answer is known by what the list said', () => {
    const sent = ordersSent(NO_ORDERS, [place], START);
    const row = listedAs(anOpenOrder(), { clientId: ID, venueId: 'v' });
    const seen = listed(sent, [row]).orders;
    const outcome = { kind: 'placed', venueId: 'v', filled: size(0) } as const;
    const answered = ordersAnswered(seen, [{ id: ID, kind: 'place', outcome }], LOT, START);
    expect(answered.working).toEqual(seen.working);
  });

  it('with an unknown fate counts until it is seen or can no longer arrive and be listed', () => {
    const unknown = resting(inState('unknown place', { clientId: ID }));
    const until = ABILITIES.arrivesWithinMs + LAG;
    expect(ends(listed(unknown, [], { afterMs: until - 1 }).orders)).toEqual(['unknown place']);
    expect(ends(listed(unknown, [], { afterMs: until }).orders)).toEqual(['never arrived']);
    const row = listedAs(anOpenOrder(), { clientId: ID, venueId: 'v7' });
    expect(listed(unknown, [row]).orders.working).toMatchObject([{ state: 'open', venueId: 'v7' }]);
  });
});

describe('a cancel', () => {
  it.each<[CommandOutcome, readonly string[]]>([
    [{ kind: 'cancelled', filled: size(0) }, ['cancelled']],
    [{ kind: 'cancelled', filled: undefined }, ['cancelling']],
    [{ kind: 'gone', filled: 'all' }, ['filled']],
    [{ kind: 'gone', filled: size(0.0005) }, ['cancelled']],
    [{ kind: 'gone', filled: undefined }, ['cancelling']],
    [{ kind: 'refused', code: 'X', reason: 'no' }, ['open']],
    [{ kind: 'rate-limited', retryAfterMs: 1 }, ['open']],
    [{ kind: 'not-sent', why: 'old' }, ['open']],
    [{ kind: 'unknown', detail: 'cut' }, ['unknown cancel']],
    [{ kind: 'placed', venueId: 'v', filled: size(0) }, ['unknown cancel']],
    [{ kind: 'reduced', averagePrice: undefined, reduced: undefined }, ['unknown cancel']],
  ])('that is answered %j leaves it %j', (outcome, expected) => {
    expect(ends(cancelled(outcome))).toEqual(expected);
  });

  it('never makes less of what had traded already', () => {
    const partly = anOpenOrder({ remaining: size(0.0004) });
    const { gone } = cancelled({ kind: 'cancelled', filled: size(0) }, partly);
    expect(gone).toMatchObject([{ filled: 0.001 - 0.0004 }]);
  });

  it('concerns that order alone, and nothing that has no number yet', () => {
    const other = anOpenOrder({ venueId: 'ord_2', side: 'sell' });
    const orders = resting(anOpenOrder(), other, inState('unknown place', { clientId: 'u' }));
    const sent = ordersSent(orders, [cancelOf('ord_1')], START);
    expect(ends(sent)).toEqual(['cancelling', 'open', 'unknown place']);
    const foreign = ordersSent(resting(inState('foreign')), [cancelOf('ord_1')], START);
    expect(ends(foreign)).toEqual(['foreign']);
    const outcome = { kind: 'gone', filled: 'all' } as const;
    const late = { id: 'ord_2', kind: 'cancel', outcome } as const;
    // Its own answer was left out: nobody will give one any more.
    expect(ends(ordersAnswered(sent, [late], LOT, START))).toEqual([
      'unknown cancel',
      'open',
      'unknown place',
    ]);
  });

  it('sent again remembers what the order was before the first', () => {
    const stranger = inState('stranger');
    const once = ordersSent(resting(stranger), [cancelOf('ord_1')], START);
    const twice = ordersSent(once, [cancelOf('ord_1')], START);
    const outcome = { kind: 'refused', code: 'X', reason: 'no' } as const;
    const answer = { id: 'ord_1', kind: 'cancel', outcome } as const;
    expect(ordersAnswered(twice, [answer], LOT, START).working).toEqual([stranger]);
  });

  it('that says yes and does not work is found out by two lists asked after it', () => {
    const yes = cancelled({ kind: 'cancelled', filled: undefined });
    const row = listedAs(anOpenOrder());
    const before = listed(yes, [row], { afterMs: 50 });
    expect(before.orders.working).toMatchObject([{ state: 'cancelling', stillListed: 0 }]);
    const first = listed(yes, [row]);
    expect(first.orders.working).toMatchObject([{ state: 'cancelling', stillListed: 1 }]);
    expect(first.odd).toEqual([]);
    const second = listed(first.orders, [row], { afterMs: 2000 });
    expect(ends(second.orders)).toEqual(['stranger']);
    expect(second.odd).toEqual(['the cancel of ord_1 was confirmed and did not work']);
  });

  it('that was confirmed ends the order when lists had time to show otherwise (B6)', () => {
    const yes = cancelled({ kind: 'cancelled', filled: undefined });
    const early = listed(yes, [], { afterMs: 99 + LAG });
    expect(ends(early.orders)).toEqual(['cancelling']);
    expect(ends(listed(yes, [], { afterMs: 100 + LAG }).orders)).toEqual(['cancelled']);
  });

  it('without an answer ends as it would without a cancel', () => {
    const asked = ordersSent(resting(anOpenOrder()), [cancelOf('ord_1')], START);
    const unanswered = cancelled({ kind: 'unknown', detail: 'cut' });
    for (const [sent, state] of [
      [asked, 'cancelling'],
      [unanswered, 'unknown cancel'],
    ] as const) {
      const missing = listed(sent, [], { afterMs: LAG }).orders;
      expect(missing.working.map(isMissing)).toEqual([true]);
      expect(ends(missing)).toEqual([state]);
      const gone = listed(missing, [], { afterMs: 2 * LAG }).orders;
      expect(ends(gone)).toEqual(['not listed any more']);
      const back = listed(missing, [listedAs(anOpenOrder())], { afterMs: LAG + 1 }).orders;
      expect(back.working.map(isMissing)).toEqual([false]);
      expect(ends(back)).toEqual([state]);
    }
  });
});

describe('a list', () => {
  it('says when something traded, and when one that rested is not there', () => {
    const order = anOpenOrder({ size: size(0.003), remaining: size(0.003) });
    const orders = resting(order);
    const row = listedAs(order);
    expect(listed(orders, [row]).changed).toBe(false);
    const less = listed(orders, [{ ...row, remaining: size(0.001) }]);
    expect(less).toMatchObject({ changed: true, orders: { working: [{ remaining: 0.001 }] } });
    expect(listed(orders, []).changed).toBe(true);
    expect(listed(orders, [], { complete: false }).changed).toBe(false);
    expect(listed(orders, [], { afterMs: 0 }).changed).toBe(false);
  });

  it('never makes more of what is left', () => {
    const order = anOpenOrder({ size: size(0.003), remaining: size(0.001) });
    const orders = resting(order);
    const row = listedAs(order, { remaining: size(0.003) });
    expect(listed(orders, [row]).orders.working).toEqual(orders.working);
  });

  it('that was cut ends nothing', () => {
    const all = STATES.filter((state) => state !== 'foreign').map((state) =>
      inState(state, { venueId: state, clientId: state }),
    );
    const options = { afterMs: 10 * LAG, complete: false };
    expect(listed(resting(...all), [], options).orders.working).toEqual(all);
  });

  it('does not end one that is on its way, and looks twice before a stranger is gone', () => {
    expect(ends(listed(resting(inState('sending')), [], { afterMs: 10 * LAG }).orders)).toEqual([
      'sending',
    ]);
    const unseen = listed(resting(inState('stranger')), []).orders;
    expect(ends(unseen)).toEqual(['missing']);
    expect(ends(listed(unseen, [], { afterMs: 1000 + LAG }).orders)).toEqual([
      'not listed any more',
    ]);
  });

  it('adopts what bears our quote ids of this market and side, and of no later fence', () => {
    const quotes = fc.record({
      role: fc.constant('quote' as const),
      deployment: fc.constantFrom('test', 'other'),
      symbol: fc.constantFrom('BTC-PERP', 'ETH-PERP'),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      level: fc.nat(3),
      fence: fc.nat(10),
      counter: fc.nat(10),
    });
    fc.assert(
      fc.property(quotes, (id) => {
        const row = listedAs(anOpenOrder(), { clientId: formatClientOrderId(id) });
        const [adopted] = listed(NO_ORDERS, [row]).orders.working;
        const fits = id.symbol === 'BTC-PERP' && id.side === 'buy' && id.fence <= 5;
        const ours = fits ? 'open' : 'stranger';
        expect(adopted?.state).toBe(id.deployment === 'test' ? ours : 'foreign');
        expect(adopted && legsOf(adopted)[0]?.level).toBe(id.deployment === 'test' ? id.level : -1);
      }),
    );
  });

  it("leaves our hedge's orders to the hedge, and what nobody named to whoever it is", () => {
    const hedge = formatClientOrderId({
      role: 'hedge',
      deployment: 'test',
      symbol: 'BTC-PERP',
      intent: '1700000000000',
      attempt: 0,
    });
    const row = listedAs(anOpenOrder(), { clientId: hedge });
    expect(listed(NO_ORDERS, [row]).orders).toEqual(NO_ORDERS);
    const nameless = listedAs(anOpenOrder(), { clientId: undefined });
    expect(ends(listed(NO_ORDERS, [nameless]).orders)).toEqual(['foreign']);
    // Where the venue does not carry our ids, all there is must be ours to see gone.
    expect(ends(listed(NO_ORDERS, [nameless], { ids: false }).orders)).toEqual(['stranger']);
  });

  it('knows an order by the id of the venue, and by ours only while it has none', () => {
    const known = anOpenOrder({ venueId: 'v1', clientId: ID });
    const twin = listedAs(known, { venueId: 'v2' });
    const { orders } = listed(resting(known), [twin]);
    expect(orders.working.map((one) => 'venueId' in one && one.venueId)).toEqual(['v1', 'v2']);
    const unknown = resting(inState('unknown place', { clientId: ID }));
    const rows = [listedAs(known, { venueId: 'v4', clientId: 'x' }), listedAs(known)];
    expect(listed(unknown, rows).orders.working.map(({ state }) => state)).toEqual([
      'open',
      'foreign',
    ]);
  });

  it('never forgets an order that may still fill: what it shows is among the working once', () => {
    const ids = fc.uniqueArray(fc.nat(30), { maxLength: 10 });
    const states = fc.constantFrom(...STATES);
    fc.assert(
      fc.property(ids, ids, states, fc.boolean(), (known, onVenue, state, complete) => {
        const working = known.map((id) =>
          inState(state, { venueId: `v${id}`, clientId: `c${id}` }),
        );
        const rows = onVenue.map((id) =>
          listedAs(anOpenOrder({ venueId: `v${id}`, clientId: `c${id}` })),
        );
        const after = listed(resting(...working), rows, { complete }).orders.working;
        const numbers = after
          .flatMap(legsOf)
          .flatMap((one) => ('venueId' in one ? [one.venueId] : []));
        for (const { venueId } of rows)
          expect(numbers.filter((one) => one === venueId)).toHaveLength(1);
      }),
    );
  });
});

describe('the dead', () => {
  const dead = cancelled({ kind: 'cancelled', filled: size(0) });

  it('do not revive by a list that was asked before their end', () => {
    const row = listedAs(anOpenOrder());
    expect(listed(dead, [row], { afterMs: 50 }).orders).toEqual(dead);
    const outcome = { kind: 'placed', venueId: 'ord_1', filled: size(0) } as const;
    const id = anOpenOrder().clientId ?? '';
    expect(ordersAnswered(dead, [{ id, kind: 'place', outcome }], LOT, START)).toEqual(dead);
  });

  it('that an older row shows again are no larger than they were when they were first seen', () => {
    const row = listedAs(anOpenOrder());
    const [gone] = dead.gone;
    if (gone === undefined) throw new Error('nothing has ended');
    const half = size(row.remaining / 2);
    const [again] = listed({ working: [], gone: [{ ...gone, size: half }] }, [row]).orders.working;
    expect(again).toMatchObject({ remaining: half, size: half });
  });

  it('that a later list shows are cancels that did not work, or strangers; the filled stay dead', () => {
    const row = listedAs(anOpenOrder());
    expect(listed(dead, [row]).orders.working).toMatchObject([
      { state: 'cancelling', stillListed: 1 },
    ]);
    const refused = placed({ kind: 'refused', code: 'X', reason: 'no' });
    const itsRow = listedAs(anOpenOrder(), { clientId: ID, venueId: 'v9' });
    expect(listed(refused, [itsRow]).orders.working).toMatchObject([
      { state: 'stranger', venueId: 'v9' },
    ]);
    const filled = cancelled({ kind: 'gone', filled: 'all' });
    expect(listed(filled, [row]).orders).toEqual(filled);
  });

  it('are remembered until nobody may speak of them any more', () => {
    expect(deadForgotten(dead, later(100))).toEqual(dead);
    expect(deadForgotten(dead, later(101)).gone).toEqual([]);
  });

  it('still have their late fills counted', () => {
    const fill = { orderId: 'ord_1', size: size(0.001), at: START };
    const [gone] = ordersFilled(dead, [fill], LOT).gone;
    expect(gone).toMatchObject({ booked: 0.001, filled: 0.001 });
    const other = ordersFilled(dead, [{ ...fill, orderId: 'x' }], LOT);
    expect(other.gone).toEqual(dead.gone);
  });
});

describe('a fill', () => {
  const fill = { orderId: 'ord_1', size: size(0.0004), at: START };

  it('takes off what is left, and ends the order with the last lot', () => {
    const big = anOpenOrder({ size: size(0.003), remaining: size(0.003) });
    const once = ordersFilled(resting(big), [{ ...fill, size: size(0.001) }], LOT);
    expect(once.working).toMatchObject([{ remaining: 0.002, booked: 0.001 }]);
    const all = ordersFilled(once, [{ ...fill, size: size(0.002) }], LOT);
    expect(all).toMatchObject({ working: [], gone: [{ why: 'filled', filled: 0.003 }] });
  });

  it('that a list told of already takes nothing off twice', () => {
    const seen = anOpenOrder({ size: size(0.003), remaining: size(0.001) });
    const after = ordersFilled(resting(seen), [{ ...fill, size: size(0.002) }], LOT);
    expect(after.working).toMatchObject([{ remaining: 0.001, booked: 0.002 }]);
  });

  it('of before an order was sent is not its own', () => {
    const early = { ...fill, at: epochMs(START - 10_001) };
    expect(ordersFilled(resting(anOpenOrder()), [early], LOT)).toEqual(resting(anOpenOrder()));
  });
});
