import { describe, expect, it } from 'vitest';
import { failed } from '#shared/domain/failure.ts';
import type { DesiredQuote, OpenOrder, OrderCommand, WorkingOrder } from '#shared/domain/order.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { diffOrders } from '#shared/orders/diff-orders.ts';
import { orderCommands } from '#shared/orders/order-commands.ts';
import {
  ordersAnswered,
  ordersEmptied,
  ordersSent,
  ordersSettled,
} from '#shared/orders/order-lifecycle.ts';
import { reviewCommands } from '#shared/orders/review-commands.ts';
import { aWorkingOrder, START } from '#test/builders/market.ts';

/** Each of these was once a change to the code that no other test of it minded. */

const bid: DesiredQuote = {
  side: 'buy',
  level: 0,
  price: price(99_900),
  size: size(0.001),
  largest: size(0.001),
};
const rested = aWorkingOrder({ price: price(99_900), remaining: size(0.001) });
const tolerance = { maxAgeMs: 30_000, maxAwayBps: 5, maxTowardsBps: 2 };
const refused = failed({ kind: 'rejected', code: 'X', reason: 'no' } as const);
const noAnswer = failed({ kind: 'outcome-unknown', detail: 'timeout' } as const);
const placing = (
  clientId: string,
  over: Partial<Extract<OrderCommand, { kind: 'place' }>> = {},
): OrderCommand => ({
  kind: 'place',
  market: 'BTC-PERP',
  clientId,
  side: 'buy',
  level: 0,
  price: price(100),
  size: size(6),
  ...over,
});

describe('an order stands for a quote', () => {
  const stands = (
    order: Partial<WorkingOrder>,
    quote: Partial<DesiredQuote> = {},
    now = START,
  ): boolean => {
    const { cancel, place } = diffOrders(
      [{ ...bid, ...quote }],
      [{ ...rested, ...order }],
      tolerance,
      now,
    );
    expect(cancel.length).toBe(place.length);
    return cancel.length === 0;
  };

  it('of its own side and level alone, and not once it is being cancelled', () => {
    expect(stands({})).toBe(true);
    expect(stands({ side: 'sell' })).toBe(false);
    expect(stands({ level: 1 })).toBe(false);
    expect(stands({ state: 'cancelling' })).toBe(false);
    expect(stands({ state: 'stranger' })).toBe(false);
  });

  it('up to its limits and not beyond: age, what is left of it, how near it has come', () => {
    expect([30_000, 30_001].map((age) => stands({}, {}, epochMs(START + age)))).toEqual([
      true,
      false,
    ]);
    expect([0.0005, 0.000_499].map((left) => stands({ remaining: size(left) }))).toEqual([
      true,
      false,
    ]);
    // 2 bps of 100,000 is 20.
    expect(
      [100_020, 100_021].map((at) => stands({ price: price(at) }, { price: price(100_000) })),
    ).toEqual([true, false]);
  });

  it('once: a second one like it is too many', () => {
    const second = { ...rested, venueId: 'ord_2' };
    expect(diffOrders([bid], [rested, second], tolerance, START)).toEqual({
      cancel: [second],
      place: [],
      unsettled: false,
    });
  });

  it('not while it is on its way: nothing is placed beside it', () => {
    const sending = aWorkingOrder({ state: 'sending', venueId: undefined });
    expect(diffOrders([bid], [sending], tolerance, START)).toEqual({
      cancel: [sending],
      place: [],
      unsettled: true,
    });
  });
});

describe('commands', () => {
  const naming = { market: 'BTC-PERP', fence: 1, nextCounter: 0 };

  it('name the only order there is when its fate is known', () => {
    expect(
      orderCommands({ cancel: [rested], place: [], unsettled: false }, naming).commands,
    ).toEqual([{ kind: 'cancel', market: 'BTC-PERP', venueId: 'ord_1' }]);
  });

  it('hold what the venue needs of a quote and nothing else', () => {
    expect(orderCommands({ cancel: [], place: [bid], unsettled: false }, naming).commands).toEqual([
      {
        kind: 'place',
        market: 'BTC-PERP',
        clientId: 'q1.BTC-PERP.buy.0.1.0',
        side: 'buy',
        level: 0,
        price: price(99_900),
        size: size(0.001),
      },
    ]);
  });
});

describe('review', () => {
  const limits = { maxInventoryUsd: 1000, mid: 100, positions: [0], working: [] } as const;

  it('counts what it approved before in the same batch (C1)', () => {
    const [first, second, other] = [placing('a'), placing('b'), placing('c', { side: 'sell' })];
    const review = reviewCommands([first, second, other], limits);
    expect(review.approved).toEqual([first, other]);
    expect(review.refused.map(({ why }) => why.text)).toEqual([
      'buy of 6 refused: worst case 1200.00 USD, cap 1000 USD',
    ]);
  });

  it('says how much would reduce', () => {
    const tooMuch: OrderCommand = {
      kind: 'reduce',
      market: 'BTC-PERP',
      clientId: 'h',
      side: 'sell',
      size: size(3),
      positionSize: size(3),
      limitPrice: price(99),
    };
    expect(reviewCommands([tooMuch], { ...limits, positions: [2] }).refused[0]?.why.text).toBe(
      'sell of 3 refused: only 2 would reduce the position',
    );
  });
});

describe('what was sent', () => {
  const [one, two] = [aWorkingOrder(), aWorkingOrder({ venueId: 'ord_2', side: 'sell' })];
  const unknown = aWorkingOrder({
    venueId: undefined,
    state: 'unknown',
    clientId: 'q1.BTC-PERP.buy.0.1.9',
  });
  const states = (orders: readonly WorkingOrder[]): readonly string[] =>
    orders.map(({ state }) => state);

  it('to cancel everything has everything leaving but what has an unknown fate', () => {
    expect(states(ordersEmptied([one, two, unknown]))).toEqual([
      'cancelling',
      'cancelling',
      'unknown',
    ]);
    const other: OrderCommand = { kind: 'cancel', market: 'BTC-PERP', venueId: 'ord_7' };
    expect(states(ordersSent([one, unknown], [other], START))).toEqual(['open', 'unknown']);
    expect(states(ordersSent([one], [placing('c', { clientId: 'ord_1' })], START))).toEqual([
      'open',
      'sending',
    ]);
  });

  it('as a cancel without an answer is still leaving', () => {
    const cancel: OrderCommand = { kind: 'cancel', market: 'BTC-PERP', venueId: 'ord_1' };
    const sent = ordersSent([one, two], [cancel], START);
    expect(states(ordersAnswered(sent, [{ command: cancel, outcome: noAnswer }]))).toEqual([
      'cancelling',
      'open',
    ]);
  });

  it('as a quote that was refused is gone, and no other with it', () => {
    const sent = ordersSent([one], [placing('a'), placing('b')], START);
    const left = ordersAnswered(sent, [{ command: placing('a'), outcome: refused }]);
    expect(left.map(({ clientId }) => clientId)).toEqual([one.clientId, 'b']);
  });
});

describe('a look', () => {
  const look = (
    working: readonly WorkingOrder[],
    listed: readonly OpenOrder[],
    now = START,
  ): ReturnType<typeof ordersSettled> =>
    ordersSettled(working, { market: 'BTC-PERP', fence: 5, listed, now, settledAfterMs: 10_000 });
  const onVenue = (venueId: string, clientId: string | undefined): OpenOrder => ({
    venueId,
    clientId,
    side: 'buy',
    price: price(99_900),
    remaining: size(0.001),
  });

  it('leaves a stranger a stranger, and gives it no level', () => {
    const [stranger] = look([], [onVenue('s', 'somebody')]).working;
    expect(stranger).toMatchObject({ state: 'stranger', level: -1 });
    expect(
      look(stranger === undefined ? [] : [stranger], [onVenue('s', 'somebody')]).working,
    ).toMatchObject([{ state: 'stranger' }]);
  });

  it('takes what was being sent for unknown until it can no longer arrive', () => {
    const sending = aWorkingOrder({
      venueId: undefined,
      state: 'sending',
      clientId: 'q1.BTC-PERP.buy.0.5.1',
    });
    expect(look([sending], [], epochMs(START + 10_000)).working).toMatchObject([
      { state: 'unknown' },
    ]);
    expect(look([sending], [], epochMs(START + 10_001)).working).toEqual([]);
  });

  it('knows an order by the id of the venue, and by ours only while it has none', () => {
    const known = aWorkingOrder({ venueId: 'v1', clientId: 'q1.BTC-PERP.buy.0.5.1' });
    // The same client id under another venue id is another order.
    expect(
      look([known], [onVenue('v2', known.clientId)]).working.map(({ venueId }) => venueId),
    ).toEqual(['v2']);
    expect(look([known], [onVenue('v2', known.clientId)]).changed).toBe(true);
    const nameless = aWorkingOrder({ venueId: undefined, clientId: undefined, state: 'unknown' });
    const { working } = look([nameless], [onVenue('v3', undefined)]);
    expect(working.map(({ state }) => state)).toEqual(['unknown', 'stranger']);
    const ours = aWorkingOrder({
      venueId: undefined,
      clientId: 'q1.BTC-PERP.buy.0.5.2',
      state: 'unknown',
    });
    const settled = look(
      [ours],
      [onVenue('v4', 'q1.BTC-PERP.buy.0.5.3'), onVenue('v5', ours.clientId)],
    ).working;
    expect(settled.map(({ venueId }) => venueId)).toEqual(['v5', 'v4']);
  });

  it('is superseded by the newest lease there is a sign of, never by its own or by what has no id', () => {
    const signs = [
      undefined,
      'somebody',
      'q1.BTC-PERP.buy.0.5.1',
      'q1.BTC-PERP.buy.0.7.1',
      'q1.BTC-PERP.buy.0.6.1',
    ];
    const listed = signs.map((clientId, index) => onVenue(`v${index}`, clientId));
    expect(look([], listed).supersededBy).toBe(7);
    expect(look([], listed.slice(0, 3)).supersededBy).toBeUndefined();
  });
});
