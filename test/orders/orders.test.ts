import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failed } from '#shared/domain/failure.ts';
import type { DesiredQuote, OpenOrder, OrderCommand, WorkingOrder } from '#shared/domain/order.ts';
import { signOf, type Side } from '#shared/domain/side.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { diffOrders } from '#shared/orders/diff-orders.ts';
import { worstCaseUsd } from '#shared/orders/exposure.ts';
import { orderCommands } from '#shared/orders/order-commands.ts';
import { ordersAnswered, ordersSent, ordersSettled } from '#shared/orders/order-lifecycle.ts';
import { requoteTolerance } from '#shared/strategy/quotes/requote-tolerance.ts';
import { reviewCommands, type ReviewLimits } from '#shared/orders/review-commands.ts';
import { aWorkingOrder, parameters, START } from '#test/builders/market.ts';

const wanted = (side: Side, at: number, amount: number, level: number): DesiredQuote => ({
  side,
  level,
  price: price(at),
  size: size(amount),
  largest: size(amount),
});
const bid = (at: number, amount = 0.001, level = 0): DesiredQuote =>
  wanted('buy', at, amount, level);
const ask = (at: number, amount = 0.001, level = 0): DesiredQuote =>
  wanted('sell', at, amount, level);
const loose = { maxAgeMs: 30_000, maxAwayBps: 5, maxTowardsBps: 2 };

describe('diff', () => {
  it('leaves an order alone that is near enough, and replaces one that is not (A9)', () => {
    const working = [aWorkingOrder({ price: price(99_900) })];
    expect(diffOrders([bid(99_940)], working, loose, START)).toEqual({
      cancel: [],
      place: [],
      unsettled: false,
    });
    expect(diffOrders([bid(99_960)], working, loose, START)).toEqual({
      cancel: working,
      place: [bid(99_960)],
      unsettled: false,
    });
  });

  it('is stricter with an order that has come too near to the mid (A9)', () => {
    const working = [aWorkingOrder({ price: price(99_900) })];
    expect(diffOrders([bid(99_885)], working, loose, START).cancel).toEqual([]);
    expect(diffOrders([bid(99_870)], working, loose, START).cancel).toEqual(working);
  });

  it('replaces what is too old, too large, or mostly filled, and keeps what is partly filled (A9)', () => {
    const old = aWorkingOrder({ since: epochMs(START - 30_001) });
    const large = aWorkingOrder({ remaining: size(0.002) });
    const mostlyFilled = aWorkingOrder({ remaining: size(0.0004) });
    for (const order of [old, large, mostlyFilled])
      expect(diffOrders([bid(99_900)], [order], loose, START).cancel).toEqual([order]);
    expect(
      diffOrders([bid(99_900)], [aWorkingOrder({ remaining: size(0.0006) })], loose, START).cancel,
    ).toEqual([]);
  });

  it('cancels strangers, and places nothing while the fate of an order is unknown', () => {
    const stranger = aWorkingOrder({ state: 'stranger', level: -1 });
    expect(diffOrders([bid(99_900)], [stranger], loose, START)).toEqual({
      cancel: [stranger],
      place: [bid(99_900)],
      unsettled: false,
    });
    const unknown = aWorkingOrder({ state: 'unknown', venueId: undefined });
    expect(diffOrders([bid(99_900)], [unknown], loose, START)).toEqual({
      cancel: [unknown],
      place: [],
      unsettled: true,
    });
  });

  it('has nothing left to do once it was carried out', () => {
    const quotes = fc.uniqueArray(
      fc
        .record({
          side: fc.constantFrom('buy' as const, 'sell' as const),
          level: fc.nat(4),
          price: fc.integer({ min: 1, max: 1000 }).map(price),
          size: fc.integer({ min: 1, max: 9 }).map(size),
          larger: fc.integer({ min: 0, max: 3 }),
        })
        .map(({ larger, ...rest }): DesiredQuote => ({
          ...rest,
          largest: size(rest.size + larger),
        })),
      {
        selector: ({ side, level }) => `${side}${level}`,
        maxLength: 10,
      },
    );
    fc.assert(
      fc.property(
        quotes,
        quotes,
        fc.double({ min: 0, max: 100, noNaN: true }),
        (before, after, tolerance) => {
          const working = before.map((quote, index): WorkingOrder =>
            aWorkingOrder({ ...quote, venueId: `ord_${index}`, remaining: quote.size }),
          );
          const limits = { maxAgeMs: 1000, maxAwayBps: tolerance, maxTowardsBps: tolerance };
          const change = diffOrders(after, working, limits, START);
          const then = [
            ...working.filter((order) => !change.cancel.includes(order)),
            ...change.place.map((quote, index) =>
              aWorkingOrder({ ...quote, venueId: `new_${index}`, remaining: quote.size }),
            ),
          ];
          expect(diffOrders(after, then, limits, START)).toEqual({
            cancel: [],
            place: [],
            unsettled: false,
          });
          expect(then).toHaveLength(after.length);
        },
      ),
    );
  });
});

describe('requote tolerance (A9)', () => {
  const basis = { inventorySize: 0.001, parameterVersion: 'v1', targetRatio: 0 };
  const at = (
    over: Partial<Parameters<typeof requoteTolerance>[0]> = {},
  ): ReturnType<typeof requoteTolerance> =>
    requoteTolerance({
      parameters: parameters().values,
      quoted: basis,
      basis,
      spreadBps: 40,
      requestsLeftRatio: 1,
      ...over,
    });

  it('is the threshold while nothing but the price has changed', () => {
    expect(at()).toEqual({ maxAgeMs: 30_000, maxAwayBps: 5, maxTowardsBps: 5 });
  });

  it('is nothing when inventory, parameters or target have changed, or nothing was quoted', () => {
    for (const changed of [
      { ...basis, inventorySize: 0.002 },
      { ...basis, parameterVersion: 'v2' },
      { ...basis, targetRatio: 0.1 },
    ]) {
      expect(at({ basis: changed })).toMatchObject({ maxAwayBps: 0, maxTowardsBps: 0 });
    }
    expect(at({ quoted: undefined })).toMatchObject({ maxAwayBps: 0 });
  });

  it('grows as the request allowance shrinks, but an order never comes nearer to the mid than half its half-spread', () => {
    expect(
      [1, 0.5, 0.49, 0.25, 0.24, 0.1, 0.09, 0].map(
        (left) => at({ requestsLeftRatio: left }).maxAwayBps,
      ),
    ).toEqual([5, 5, 10, 10, 17.5, 17.5, 25, 25]);
    expect(at({ spreadBps: 5 })).toMatchObject({ maxAwayBps: 5, maxTowardsBps: 1.25 });
  });
});

describe('commands', () => {
  const naming = { market: 'BTC-PERP', fence: 3, nextCounter: 7 };

  it('come cancels first, with ids that are never used twice', () => {
    const old = aWorkingOrder({ venueId: 'ord_9' });
    const { commands, nextCounter } = orderCommands(
      { cancel: [old], place: [bid(1), ask(2)], unsettled: false },
      naming,
    );
    expect(
      commands.map((command) => (command.kind === 'place' ? command.clientId : command.kind)),
    ).toEqual(['cancel', 'q1.BTC-PERP.buy.0.3.7', 'q1.BTC-PERP.sell.0.3.8']);
    expect(nextCounter).toBe(9);
  });

  it('are one cancel each, also when everything goes', () => {
    const both = [aWorkingOrder({ venueId: 'a' }), aWorkingOrder({ venueId: 'b' })];
    const { commands, empty } = orderCommands(
      { cancel: both, place: [], unsettled: false },
      naming,
    );
    expect(commands).toMatchObject([{ venueId: 'a' }, { venueId: 'b' }]);
    expect(empty).toBe(false);
  });

  it('are none, and everything must go, when a fate is unknown or an order has no venue id', () => {
    const nothing = { commands: [], empty: true, nextCounter: 7 };
    const [known, unknown] = [
      aWorkingOrder({ venueId: 'b', side: 'sell' }),
      aWorkingOrder({ venueId: undefined, state: 'unknown' }),
    ];
    expect(orderCommands({ cancel: [unknown, known], place: [], unsettled: true }, naming)).toEqual(
      nothing,
    );
    expect(orderCommands({ cancel: [unknown], place: [bid(1)], unsettled: false }, naming)).toEqual(
      nothing,
    );
  });
});

describe('review', () => {
  const limits = (over: Partial<ReviewLimits> = {}): ReviewLimits => ({
    maxInventoryUsd: 1000,
    mid: 100,
    positions: [0],
    working: [],
    ...over,
  });
  const place = (side: 'buy' | 'sell', at: number, amount: number): OrderCommand => ({
    kind: 'place',
    market: 'BTC-PERP',
    clientId: `${side}${at}${amount}`,
    side,
    level: 0,
    price: price(at),
    size: size(amount),
  });
  const reduce = (side: 'buy' | 'sell', amount: number): OrderCommand => ({
    kind: 'reduce',
    market: 'BTC-PERP',
    clientId: 'h',
    side,
    size: size(amount),
    positionSize: size(5),
    limitPrice: price(100),
  });

  it('lets cancels pass whatever the exposure', () => {
    const cancel: OrderCommand = { kind: 'cancel', market: 'BTC-PERP', venueId: 'x' };
    expect(reviewCommands([cancel], limits({ positions: [1e9] })).approved).toHaveLength(1);
  });

  it('counts orders in every state, those being cancelled in the same batch too', () => {
    const working = (['open', 'sending', 'unknown', 'cancelling', 'stranger'] as const).map(
      (state, index) =>
        aWorkingOrder({ state, venueId: `o${index}`, price: price(100), remaining: size(1.9) }),
    );
    const review = reviewCommands(
      [{ kind: 'cancel', market: 'BTC-PERP', venueId: 'o0' }, place('buy', 100, 0.6)],
      limits({ working }),
    );
    expect(review.approved.map(({ kind }) => kind)).toEqual(['cancel']);
    expect(review.refused[0]?.why).toEqual({
      code: 'beyond-cap',
      text: 'buy of 0.6 refused: worst case 1010.00 USD, cap 1000 USD',
    });
    expect(reviewCommands([place('buy', 100, 0.5)], limits({ working })).approved).toHaveLength(1);
  });

  it('takes the worse of two accounts of the position', () => {
    expect(reviewCommands([place('buy', 100, 2)], limits({ positions: [7, 9] })).approved).toEqual(
      [],
    );
    expect(
      reviewCommands([place('sell', 100, 2)], limits({ positions: [-7, -9] })).approved,
    ).toEqual([]);
    expect(reviewCommands([reduce('sell', 3)], limits({ positions: [5, 2] })).approved).toEqual([]);
    expect(
      reviewCommands([reduce('sell', 2)], limits({ positions: [5, 2] })).approved,
    ).toHaveLength(1);
  });

  it('passes only reductions that reduce, and no more than there is (B2)', () => {
    expect(
      reviewCommands([reduce('buy', 1)], limits({ positions: [5] })).refused[0]?.why.code,
    ).toBe('not-reducing');
    expect(reviewCommands([reduce('sell', 1)], limits({ positions: [0] })).approved).toEqual([]);
    expect(reviewCommands([reduce('buy', 5)], limits({ positions: [-5] })).approved).toHaveLength(
      1,
    );
  });

  it('keeps the position within the cap at every fill, in whatever order approved orders fill and whatever is approved in between (C1)', () => {
    const steps = fc.array(
      fc.record({
        side: fc.constantFrom('buy' as const, 'sell' as const),
        at: fc.integer({ min: 80, max: 120 }),
        amount: fc.integer({ min: 1, max: 80 }),
        mid: fc.integer({ min: 80, max: 120 }),
        fillSome: fc.array(fc.nat(), { maxLength: 3 }),
      }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (list) => {
        let position = 0;
        let working: WorkingOrder[] = [];
        let worstUsd = 0;
        for (const step of list) {
          // Two-sided quoting: an order of ours never rests on the wrong side of the mid.
          const at =
            step.side === 'buy' ? Math.min(step.at, step.mid) : Math.max(step.at, step.mid);
          const { approved } = reviewCommands(
            [place(step.side, at, step.amount / 10)],
            limits({ mid: step.mid, positions: [position], working }),
          );
          if (approved.length > 0)
            working = [
              ...working,
              aWorkingOrder({
                side: step.side,
                price: price(at),
                remaining: size(step.amount / 10),
              }),
            ];
          for (const pick of step.fillSome) {
            const order = working[pick % Math.max(1, working.length)];
            if (order === undefined) continue;
            const grown =
              Math.abs(position + signOf(order.side) * order.remaining) > Math.abs(position);
            position += signOf(order.side) * order.remaining;
            working = working.filter((other) => other !== order);
            if (grown) worstUsd = Math.max(worstUsd, Math.abs(position) * order.price);
          }
        }
        expect(worstUsd).toBeLessThanOrEqual(1000 + 1e-6);
      }),
      { numRuns: 500 },
    );
  });

  it('values the worst case at the dearest price involved', () => {
    expect(
      worstCaseUsd(
        'sell',
        [-5],
        [
          { side: 'sell', price: 120, remaining: 2 },
          { side: 'buy', price: 130, remaining: 9 },
        ],
        100,
      ),
    ).toBe(840);
    expect(worstCaseUsd('buy', [-5], [], 100)).toBe(-500);
  });
});

describe('the life of an order', () => {
  const listed = (order: WorkingOrder, over: Partial<OpenOrder> = {}): OpenOrder => ({
    venueId: order.venueId ?? 'ord_x',
    clientId: order.clientId,
    side: order.side,
    price: order.price,
    remaining: order.remaining,
    ...over,
  });
  const look = (
    working: readonly WorkingOrder[],
    orders: readonly OpenOrder[],
    now = START,
  ): ReturnType<typeof ordersSettled> =>
    ordersSettled(working, {
      market: 'BTC-PERP',
      fence: 5,
      listed: orders,
      now,
      settledAfterMs: 10_000,
    });
  const placeBid: OrderCommand = {
    kind: 'place',
    market: 'BTC-PERP',
    clientId: 'q1.BTC-PERP.buy.0.5.0',
    ...bid(99_900),
  };

  it('begins when it is sent, is open when placed, gone when refused, unknown when nobody answers', () => {
    const sent = ordersSent([], [placeBid], START);
    expect(sent).toMatchObject([{ state: 'sending', venueId: undefined, since: START }]);
    expect(
      ordersAnswered(sent, [
        { command: placeBid, outcome: { ok: true, value: { venueId: 'ord_1' } } },
      ]),
    ).toMatchObject([{ state: 'open', venueId: 'ord_1' }]);
    expect(
      ordersAnswered(sent, [
        { command: placeBid, outcome: failed({ kind: 'rejected', code: 'X', reason: 'no' }) },
      ]),
    ).toEqual([]);
    expect(
      ordersAnswered(sent, [
        { command: placeBid, outcome: failed({ kind: 'outcome-unknown', detail: 'timeout' }) },
      ]),
    ).toMatchObject([{ state: 'unknown' }]);
  });

  it('with an unknown fate it counts until it is seen or can no longer arrive', () => {
    const unknown = aWorkingOrder({
      venueId: undefined,
      state: 'unknown',
      clientId: 'q1.BTC-PERP.buy.0.5.0',
    });
    expect(look([unknown], [], epochMs(START + 10_000)).working).toMatchObject([
      { state: 'unknown' },
    ]);
    expect(look([unknown], [], epochMs(START + 10_001))).toMatchObject({
      working: [],
      changed: true,
    });
    expect(look([unknown], [listed(unknown, { venueId: 'ord_7' })]).working).toMatchObject([
      { state: 'open', venueId: 'ord_7' },
    ]);
  });

  it('a cancel that was confirmed counts until a look proves it gone, one that was refused leaves it open', () => {
    const cancel: OrderCommand = { kind: 'cancel', market: 'BTC-PERP', venueId: 'ord_1' };
    const sent = ordersSent([aWorkingOrder()], [cancel], START);
    expect(sent).toMatchObject([{ state: 'cancelling' }]);
    expect(
      ordersAnswered(sent, [{ command: cancel, outcome: { ok: true, value: {} } }]),
    ).toMatchObject([{ state: 'cancelling' }]);
    expect(
      ordersAnswered(sent, [
        { command: cancel, outcome: failed({ kind: 'rejected', code: 'X', reason: 'no' }) },
      ]),
    ).toMatchObject([{ state: 'open' }]);
    expect(look(sent, [])).toMatchObject({ working: [], changed: true });
    expect(look(sent, [listed(aWorkingOrder())]).working).toMatchObject([{ state: 'cancelling' }]);
  });

  it('concerns that order alone: another on the book is left as it is', () => {
    const [leaving, staying] = [
      aWorkingOrder(),
      aWorkingOrder({ venueId: 'ord_2', clientId: 'q1.BTC-PERP.sell.0.5.1', side: 'sell' }),
    ];
    const cancel: OrderCommand = { kind: 'cancel', market: 'BTC-PERP', venueId: 'ord_1' };
    const sent = ordersSent([leaving, staying], [cancel, placeBid], START);
    expect(sent.map(({ state }) => state)).toEqual(['cancelling', 'open', 'sending']);
    const refused = failed({ kind: 'rejected', code: 'X', reason: 'no' } as const);
    expect(
      ordersAnswered(sent, [{ command: cancel, outcome: refused }]).map(({ state }) => state),
    ).toEqual(['open', 'open', 'sending']);
    const placed = {
      command: placeBid,
      outcome: { ok: true, value: { venueId: 'ord_3' } },
    } as const;
    expect(ordersAnswered(sent, [placed]).map(({ venueId }) => venueId)).toEqual([
      'ord_1',
      'ord_2',
      'ord_3',
    ]);
    const unsettled = aWorkingOrder({ venueId: undefined, state: 'unknown' });
    expect(ordersSent([unsettled], [cancel], START)).toEqual([unsettled]);
  });

  it('says when something traded', () => {
    const order = aWorkingOrder();
    expect(look([order], [listed(order)]).changed).toBe(false);
    expect(look([order], [listed(order, { remaining: size(0.0004) })])).toMatchObject({
      changed: true,
      working: [{ remaining: 0.0004 }],
    });
  });

  it('adopts orders of an earlier generation, marks strangers, and stops before a later one', () => {
    const ours = listed(aWorkingOrder({ clientId: 'q1.BTC-PERP.buy.2.4.9' }));
    expect(look([], [ours])).toMatchObject({
      working: [{ state: 'open', level: 2 }],
      supersededBy: undefined,
    });
    for (const clientId of [
      undefined,
      'somebody',
      'q1.ETH-PERP.buy.0.4.9',
      'q1.BTC-PERP.sell.0.4.9',
    ]) {
      expect(look([], [listed(aWorkingOrder(), { clientId })]).working).toMatchObject([
        { state: 'stranger' },
      ]);
    }
    expect(
      look([], [listed(aWorkingOrder({ clientId: 'q1.BTC-PERP.buy.0.6.0' }))]).supersededBy,
    ).toBe(6);
  });

  it('never forgets an order that may still fill: what the venue lists is always among the working', () => {
    const ids = fc.uniqueArray(fc.nat(30), { maxLength: 10 });
    const states = fc.constantFrom<WorkingOrder['state']>(
      'open',
      'cancelling',
      'unknown',
      'sending',
      'stranger',
    );
    fc.assert(
      fc.property(ids, ids, states, (known, onVenue, state) => {
        const working = known.map((id) =>
          aWorkingOrder({ venueId: `v${id}`, clientId: `c${id}`, state }),
        );
        const orders = onVenue.map((id) =>
          listed(aWorkingOrder({ venueId: `v${id}`, clientId: `c${id}` })),
        );
        const settled = look(working, orders).working.map(({ venueId }) => venueId);
        for (const { venueId } of orders)
          expect(settled.filter((id) => id === venueId)).toHaveLength(1);
      }),
    );
  });
});
