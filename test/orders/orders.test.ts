import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DesiredQuote, OrderCommand } from '#shared/domain/order/order.ts';
import { signOf, type Side } from '#shared/domain/order/side.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { type Leg, legsOf, type WorkingOrder } from '#shared/domain/order/working-order.ts';
import { worstCaseUsd } from '#shared/orders/exposure.ts';
import { orderCommands } from '#shared/orders/order-commands.ts';
import { reviewCommands, type ReviewLimits } from '#shared/orders/review-commands.ts';
import { requoteTolerance } from '#shared/strategy/quotes/requote-tolerance.ts';
import { parameters, START, BTC } from '#test/builders/market.ts';
import { anOpenOrder, changeOf, inState, STATES } from '#test/builders/open-order.ts';

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
    const working = [anOpenOrder({ price: price(99_900) })];
    expect(changeOf([bid(99_940)], working, loose, START)).toEqual({
      cancel: [],
      place: [],
    });
    expect(changeOf([bid(99_960)], working, loose, START)).toEqual({
      cancel: working,
      place: [bid(99_960)],
    });
  });

  it('is stricter with an order that has come too near to the mid (A9)', () => {
    const working = [anOpenOrder({ price: price(99_900) })];
    expect(changeOf([bid(99_885)], working, loose, START).cancel).toEqual([]);
    expect(changeOf([bid(99_870)], working, loose, START).cancel).toEqual(working);
  });

  it('replaces what is too old, too large, or mostly filled, and keeps what is partly filled (A9)', () => {
    const old = anOpenOrder({ since: epochMs(START - 30_001) });
    const large = anOpenOrder({ remaining: size(0.002) });
    const mostlyFilled = anOpenOrder({ remaining: size(0.0004) });
    for (const order of [old, large, mostlyFilled])
      expect(changeOf([bid(99_900)], [order], loose, START).cancel).toEqual([order]);
    expect(
      changeOf([bid(99_900)], [anOpenOrder({ remaining: size(0.0006) })], loose, START).cancel,
    ).toEqual([]);
  });

  it('cancels strangers, and places nothing while the fate of an order is unknown', () => {
    const stranger = inState('stranger', { level: -1 });
    expect(changeOf([bid(99_900)], [stranger], loose, START)).toEqual({
      cancel: [stranger],
      place: [bid(99_900)],
    });
    for (const state of ['unknown place', 'sending'] as const)
      expect(changeOf([bid(99_900)], [inState(state)], loose, START)).toEqual({
        cancel: [],
        place: [],
      });
  });

  it('cancels once what was confirmed, again what was not, and nothing of somebody else (B6)', () => {
    const leaving = inState('cancelling');
    const confirmed = { ...leaving, confirmedAt: START } as WorkingOrder;
    const stillThere = { ...leaving, confirmedAt: START, stillListed: 1 } as WorkingOrder;
    expect(changeOf([], [leaving], loose, START).cancel).toEqual([leaving]);
    const unheard = inState('unknown cancel');
    expect(changeOf([bid(99_900)], [unheard], loose, START)).toEqual({
      cancel: [unheard],
      place: [bid(99_900)],
    });
    expect(changeOf([], [confirmed, inState('foreign')], loose, START).cancel).toEqual([]);
    expect(changeOf([bid(99_900)], [confirmed], loose, START).place).toHaveLength(1);
    // Nothing on top of a cancel that did not work.
    expect(changeOf([bid(99_900)], [stillThere], loose, START).place).toEqual([]);
    const missing = inState('missing');
    expect(changeOf([], [missing], loose, START).cancel).toEqual([missing]);
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
          const working = before.map((quote, index) =>
            anOpenOrder({ ...quote, venueId: `ord_${index}`, remaining: quote.size }),
          );
          const limits = { maxAgeMs: 1000, maxAwayBps: tolerance, maxTowardsBps: tolerance };
          const change = changeOf(after, working, limits, START);
          const then = [
            ...working.filter((order) => !change.cancel.some((one) => one === order)),
            ...change.place.map((quote, index) =>
              anOpenOrder({ ...quote, venueId: `new_${index}`, remaining: quote.size }),
            ),
          ];
          expect(changeOf(after, then, limits, START)).toEqual({
            cancel: [],
            place: [],
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
  const naming = { market: BTC, deployment: 'test', fence: 3, nextCounter: 7 };

  it('come cancels first, with ids that are never used twice', () => {
    const old = anOpenOrder({ venueId: 'ord_9' });
    const { commands, nextCounter } = orderCommands(
      { cancel: [old], modify: [], place: [bid(1), ask(2)] },
      naming,
    );
    expect(
      commands.map((command) => (command.kind === 'place' ? command.clientId : command.kind)),
    ).toEqual(['cancel', 'q2.test.quote.BTC-PERP.buy.0.3.7', 'q2.test.quote.BTC-PERP.sell.0.3.8']);
    expect(nextCounter).toBe(9);
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
    market: BTC,
    clientId: `${side}${at}${amount}`,
    side,
    level: 0,
    price: price(at),
    size: size(amount),
  });
  const reduce = (side: 'buy' | 'sell', amount: number): OrderCommand => ({
    kind: 'reduce',
    market: BTC,
    clientId: 'h',
    side,
    size: size(amount),
    positionSize: size(5),
    limitPrice: price(100),
  });

  it('lets cancels pass whatever the exposure', () => {
    const cancels: OrderCommand[] = [{ kind: 'cancel', market: BTC, venueId: 'x' }];
    expect(reviewCommands(cancels, limits({ positions: [1e9] })).approved).toHaveLength(1);
  });

  it('counts orders in every state, those being cancelled in the same batch too', () => {
    const legs = STATES.flatMap((state) => legsOf(inState(state))).length;
    const working = STATES.flatMap((state) =>
      legsOf(inState(state, { price: price(100), remaining: size(9.6 / legs) })),
    );
    const review = reviewCommands(
      [{ kind: 'cancel', market: BTC, venueId: 'ord_1' }, place('buy', 100, 0.5)],
      limits({ working }),
    );
    expect(review.approved.map(({ kind }) => kind)).toEqual(['cancel']);
    expect(review.refused[0]?.why).toEqual({
      code: 'beyond-cap',
      text: 'buy of 0.5 refused: worst case 1010.00 USD, cap 1000 USD',
    });
    expect(reviewCommands([place('buy', 100, 0.4)], limits({ working })).approved).toHaveLength(1);
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

  it('passes no reduction that its own resting orders beside it would make too large (B2)', () => {
    const resting = anOpenOrder({ side: 'sell', price: price(100), remaining: size(12) });
    const [beside, other] = [
      limits({ positions: [5], working: [resting] }),
      limits({ positions: [5] }),
    ];
    expect(reviewCommands([reduce('sell', 4)], beside).refused[0]?.why.code).toBe('beyond-cap');
    expect(reviewCommands([reduce('sell', 3)], beside).approved).toHaveLength(1);
    expect(reviewCommands([reduce('sell', 5)], other).approved).toHaveLength(1);
  });

  it('passes no quote before a price is known', () => {
    const blind = limits({ mid: undefined });
    expect(reviewCommands([place('buy', 100, 1)], blind).refused[0]?.why.code).toBe('no-mid');
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
        let working: Leg[] = [];
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
              anOpenOrder({
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
