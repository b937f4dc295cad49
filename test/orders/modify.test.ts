import { describe, expect, it } from 'vitest';
import type { OpenOrder, OrderCommand } from '#shared/domain/order/order.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import type { CommandOutcome } from '#shared/domain/venue/venue-answers.ts';
import type { Orders, WorkingOrder } from '#shared/domain/order/working-order.ts';
import { ordersFilled } from '#shared/orders/filled-orders.ts';
import { ordersAnswered, ordersSent } from '#shared/orders/lifecycle.ts';
import { ordersListed } from '#shared/orders/listed/listed-orders.ts';
import { LOT } from '#test/builders/play/lagging-venue.ts';
import { ABILITIES } from '#test/builders/play/market-play.ts';
import { BTC, START } from '#test/builders/market.ts';
import { anOpenOrder, inState, listedAs } from '#test/builders/open-order.ts';

const OLD = anOpenOrder({ size: size(0.003), remaining: size(0.003) });
const NEW_ID = 'q2.test.quote.BTC-PERP.buy.0.5.7';
const later = (ms: number) => epochMs(START + ms);
const resting = (...working: readonly WorkingOrder[]): Orders => ({ working, gone: [] });

const modify: OrderCommand = {
  kind: 'modify',
  market: BTC,
  venueId: 'ord_1',
  clientId: NEW_ID,
  side: 'buy',
  level: 0,
  price: price(99_950),
  size: size(0.002),
};
const cancel: OrderCommand = { kind: 'cancel', market: BTC, venueId: 'ord_1' };

const sent = ordersSent(resting(OLD), [modify], START);
const answeredBy = (orders: Orders, outcome: CommandOutcome): Orders =>
  ordersAnswered(orders, [{ id: NEW_ID, kind: 'modify', outcome }], LOT, later(100));
const unknown = answeredBy(sent, { kind: 'unknown', detail: 'cut' });

/** `old` and `new` with what has become of them. */
const fates = ({ working, gone }: Orders): readonly string[] =>
  [
    ...working.flatMap((one) => {
      const state = one.state === 'unknown' ? `unknown ${one.command}` : one.state;
      return 'old' in one ? [`both ${state}`] : [`${nameOf(one)} ${state}`];
    }),
    ...gone.map((one) => `${nameOf(one)} ${one.why}`),
  ].toSorted();
const nameOf = ({ clientId }: { readonly clientId: string | undefined }): string =>
  clientId === NEW_ID ? 'new' : 'old';

const oldRow = listedAs(OLD);
const newRow: OpenOrder = {
  venueId: 'ord_2',
  clientId: NEW_ID,
  side: 'buy',
  price: price(99_950),
  remaining: size(0.002),
};
const listed = (
  orders: Orders,
  rows: readonly OpenOrder[],
  { afterMs = 200, tookMs = 50, complete = true, ids = true } = {},
) =>
  ordersListed(
    orders,
    { orders: rows, complete, askedAt: later(afterMs), heardAt: later(afterMs + tookMs) },
    { deployment: 'test', symbol: 'BTC-PERP', fence: 5 },
    { ...ABILITIES, ids },
    LOT,
  );

/** The answer was given up at 100 ms; by then nothing of it can arrive or be hidden any more. */
const OVER = 100 + ABILITIES.arrivesWithinMs + ABILITIES.listsLagMs;

describe('a modify that was sent', () => {
  it('is both orders, each with an id of its own, from then on', () => {
    expect(sent.working).toEqual([
      {
        state: 'modifying',
        old: OLD,
        new: {
          clientId: NEW_ID,
          side: 'buy',
          level: 0,
          price: 99_950,
          size: 0.002,
          remaining: 0.002,
          booked: 0,
          since: START,
          adopted: false,
        },
      },
    ]);
  });

  it.each<[CommandOutcome, readonly string[]]>([
    [
      { kind: 'modified', venueId: 'v', filled: size(0), oldFilled: size(0) },
      ['new open', 'old cancelled'],
    ],
    [
      { kind: 'modified', venueId: 'v', filled: size(0), oldFilled: undefined },
      ['new open', 'old cancelling'],
    ],
    [
      { kind: 'neither', oldFilled: size(0), code: 'X', reason: 'no' },
      ['new refused', 'old cancelled'],
    ],
    [
      { kind: 'neither', oldFilled: undefined, code: 'X', reason: 'no' },
      ['new refused', 'old cancelling'],
    ],
    [{ kind: 'gone', filled: 'all' }, ['new refused', 'old filled']],
    [{ kind: 'gone', filled: size(0.001) }, ['new refused', 'old cancelled']],
    [{ kind: 'gone', filled: undefined }, ['new refused', 'old cancelling']],
    [{ kind: 'refused', code: 'X', reason: 'no' }, ['new refused', 'old open']],
    [{ kind: 'rate-limited', retryAfterMs: 1 }, ['new refused', 'old open']],
    [{ kind: 'not-sent', why: 'old' }, ['old open']],
    [{ kind: 'unknown', detail: 'cut' }, ['both unknown modify']],
    [{ kind: 'placed', venueId: 'v', filled: size(0) }, ['both unknown modify']],
    [{ kind: 'cancelled', filled: size(0) }, ['both unknown modify']],
    [{ kind: 'reduced', averagePrice: undefined, reduced: undefined }, ['both unknown modify']],
  ])('and is answered %j leaves %j', (outcome, expected) => {
    expect(fates(answeredBy(sent, outcome))).toEqual(expected);
  });

  it('counts on when the answers leave it out, or are another command’s', () => {
    expect(fates(ordersAnswered(sent, [], LOT, later(100)))).toEqual(['both unknown modify']);
    const other = {
      id: 'ord_1',
      kind: 'cancel',
      outcome: { kind: 'gone', filled: 'all' },
    } as const;
    expect(fates(ordersAnswered(sent, [other], LOT, later(100)))).toEqual(['both unknown modify']);
  });

  it('leaves a new order of its own size, whatever the old one has traded', () => {
    const partly = ordersSent(resting({ ...OLD, remaining: size(0.001) }), [modify], START);
    const outcome = { kind: 'modified', venueId: 'v', filled: size(0.001) } as const;
    const { working, gone } = answeredBy(partly, { ...outcome, oldFilled: size(0) });
    expect(working).toMatchObject([{ venueId: 'v', remaining: 0.001, size: 0.002, booked: 0 }]);
    // What was known to have traded is not taken back.
    expect(gone).toMatchObject([{ venueId: 'ord_1', filled: 0.002 }]);
  });

  it('knows the new order that a list has shown before the answer, without an id of ours', () => {
    for (const state of ['stranger', 'foreign'] as const) {
      const shown = inState(state, { venueId: 'ord_2', clientId: 'x', level: -1 });
      const both = { ...sent, working: [...sent.working, shown] };
      const outcome = { kind: 'modified', venueId: 'ord_2', filled: size(0) } as const;
      expect(fates(answeredBy(both, { ...outcome, oldFilled: size(0) }))).toEqual([
        'new open',
        'old cancelled',
      ]);
    }
  });

  it('makes an order although nothing is known to be replaced', () => {
    for (const working of [[], [inState('stranger')]])
      expect(fates(ordersSent(resting(...working), [modify], START))).toContain('new sending');
    const nothing = ordersSent(resting(), [modify], START);
    const outcome = { kind: 'modified', venueId: 'v', filled: size(0) } as const;
    const answered = answeredBy(nothing, { ...outcome, oldFilled: undefined });
    expect(fates(answered)).toEqual(['new unknown place']);
    expect(
      fates(answeredBy(nothing, { kind: 'neither', oldFilled: undefined, code: 'X', reason: '' })),
    ).toEqual(['new unknown place']);
  });
});

describe('a list, while a modify has no answer', () => {
  const ways = [
    ['awaited', sent, 'both modifying'],
    ['given up', unknown, 'both unknown modify'],
  ] as const;

  it.each(ways)('that shows the old order, or neither, ends nothing yet: %s', (_, orders, as) => {
    for (const rows of [[oldRow], []]) {
      expect(fates(listed(orders, rows).orders)).toEqual([as]);
      expect(fates(listed(orders, rows, { complete: false }).orders)).toEqual([as]);
    }
  });

  it.each(ways)('that shows the new order proves that it was done: %s', (_, orders) => {
    for (const rows of [[newRow], [oldRow, newRow], [newRow, oldRow]])
      for (const complete of [true, false]) {
        const { orders: after, changed } = listed(orders, rows, { complete });
        expect(fates(after)).toEqual(['new open', 'old cancelling']);
        // What had traded of the old one nobody has said: it counts until lists had time to.
        expect(after.working).toMatchObject([
          { venueId: 'ord_1', remaining: 0.003, confirmedAt: later(250) },
          { venueId: 'ord_2', remaining: 0.002, knownSince: later(200) },
        ]);
        expect(changed).toBe(true);
      }
  });

  it('that shows the new order knows it by what it is where the venue carries no ids', () => {
    const rows = [
      { ...newRow, clientId: undefined },
      { ...oldRow, clientId: undefined },
    ];
    expect(fates(listed(sent, rows, { ids: false }).orders)).toEqual([
      'new open',
      'old cancelling',
    ]);
  });

  it('says when something may have traded', () => {
    expect(listed(sent, [oldRow]).changed).toBe(false);
    expect(listed(sent, []).changed).toBe(true);
    expect(listed(sent, [], { complete: false }).changed).toBe(false);
    // Asked before the old one was known: it cannot show it.
    expect(listed(sent, [], { afterMs: 0 }).changed).toBe(false);
    const less = listed(sent, [{ ...oldRow, remaining: size(0.001) }]);
    expect(less).toMatchObject({
      changed: true,
      orders: { working: [{ old: { remaining: 0.001 } }] },
    });
    // And no list makes more of it again.
    const more = listed(less.orders, [oldRow]).orders;
    expect(more.working).toMatchObject([{ old: { remaining: 0.001 } }]);
  });

  it('is believed when nothing of it can arrive or be hidden any more', () => {
    const at = { afterMs: OVER };
    expect(fates(listed(unknown, [oldRow], { afterMs: OVER - 1 }).orders)).toEqual([
      'both unknown modify',
    ]);
    expect(fates(listed(unknown, [oldRow], at).orders)).toEqual(['new never arrived', 'old open']);
    expect(fates(listed(unknown, [], at).orders)).toEqual(['new never arrived', 'old missing']);
    expect(fates(listed(unknown, [newRow], at).orders)).toEqual(['new open', 'old cancelling']);
    expect(fates(listed(unknown, [oldRow], { ...at, complete: false }).orders)).toEqual([
      'both unknown modify',
    ]);
    // Whoever waits for the answer gets one.
    expect(fates(listed(sent, [oldRow], at).orders)).toEqual(['both modifying']);
  });

  it('does not revive what the modify has ended', () => {
    const outcome = {
      kind: 'modified',
      venueId: 'ord_2',
      filled: size(0),
      oldFilled: size(0),
    } as const;
    const done = answeredBy(sent, outcome);
    expect(listed(done, [oldRow], { afterMs: 50 }).orders).toEqual(done);
    expect(fates(listed(done, [oldRow, newRow]).orders)).toEqual(['new open', 'old cancelling']);
  });
});

describe('a modify without an answer', () => {
  it('is two orders once the old one is cancelled: the new may still arrive', () => {
    const cancelled = ordersSent(unknown, [cancel], later(200));
    expect(fates(cancelled)).toEqual(['new unknown place', 'old cancelling']);
    expect(cancelled.working).toMatchObject([
      { remaining: 0.003, before: { state: 'open' } },
      { remaining: 0.002, givenUpAt: later(100) },
    ]);
    expect(fates(listed(cancelled, [], { afterMs: OVER - 1 }).orders)).toContain(
      'new unknown place',
    );
    expect(fates(listed(cancelled, [newRow], { afterMs: OVER }).orders)).toContain('new open');
    expect(fates(listed(cancelled, [], { afterMs: OVER }).orders)).toContain('new never arrived');
    const other = { ...cancel, venueId: 'ord_9' };
    expect(ordersSent(unknown, [other], later(200))).toEqual(unknown);
  });

  const fill = { orderId: 'ord_1', size: size(0.001), at: START };

  it('has fills booked to the order that traded', () => {
    const { working } = ordersFilled(sent, [fill], LOT);
    expect(working).toMatchObject([
      { old: { remaining: 0.002, booked: 0.001 }, new: { remaining: 0.002, booked: 0 } },
    ]);
    const outcome = { kind: 'modified', venueId: 'ord_2', filled: size(0) } as const;
    const done = answeredBy({ ...sent, working }, { ...outcome, oldFilled: size(0.003) });
    const late = [fill, fill, { ...fill, orderId: 'ord_2' }];
    expect(ordersFilled(done, late, LOT)).toMatchObject({
      working: [{ venueId: 'ord_2', remaining: 0.001, booked: 0.001 }],
      gone: [{ venueId: 'ord_1', filled: 0.003, booked: 0.003 }],
    });
  });

  it('replaces nothing when the old one has traded to its last lot', () => {
    const all = { ...fill, size: size(0.003) };
    const traded = ordersFilled(sent, [all], LOT);
    expect(traded.working).toMatchObject([{ state: 'modifying', old: { remaining: 0 } }]);
    const refused = { kind: 'refused', code: 'X', reason: 'no' } as const;
    expect(fates(answeredBy(traded, refused))).toEqual(['new refused', 'old filled']);
    const gone = { kind: 'gone', filled: undefined } as const;
    expect(fates(answeredBy(traded, gone))).toEqual(['new refused', 'old filled']);
    const unanswered = ordersFilled(unknown, [all], LOT);
    for (const rows of [[oldRow], []])
      expect(fates(listed(unanswered, rows, { afterMs: OVER }).orders)).toEqual([
        'new never arrived',
        'old filled',
      ]);
  });
});
