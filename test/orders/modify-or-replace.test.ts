import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DesiredQuote, OrderCommand } from '#shared/domain/order/order.ts';
import { type Side, SIDES } from '#shared/domain/order/side.ts';
import { epochMs, price, size, usd } from '#shared/domain/units.ts';
import type { WorkingOrder } from '#shared/domain/order/working-order.ts';
import { diffOrders, type ModifyRules, withoutQuotes } from '#shared/orders/diff-orders.ts';
import { orderCommands } from '#shared/orders/order-commands.ts';
import { reviewCommands } from '#shared/orders/review-commands.ts';
import { BTC, START } from '#test/builders/market.ts';
import { anOpenOrder, inState, NO_MODIFY } from '#test/builders/open-order.ts';

const quote = (at: number, over: Partial<DesiredQuote> = {}): DesiredQuote => ({
  side: 'buy',
  level: 0,
  price: price(at),
  size: size(0.001),
  largest: over.size ?? size(0.001),
  ...over,
});
const near = { maxAgeMs: 30_000, maxAwayBps: 5, maxTowardsBps: 5 };
const TO_THE_BACK: ModifyRules = { ability: 'to-the-back', minNotionalUsd: usd(10) };
const IN_PLACE: ModifyRules = { ability: 'shrinks-in-place', minNotionalUsd: usd(10) };
const change = (
  desired: readonly DesiredQuote[],
  working: readonly WorkingOrder[],
  rules: ModifyRules = TO_THE_BACK,
  now = START,
) => diffOrders(desired, working, near, rules, now);

describe('diff where the venue can modify', () => {
  const rested = anOpenOrder();

  it('moves an order to where a quote is wanted, in one command', () => {
    const wanted = quote(99_000);
    expect(change([wanted], [rested])).toEqual({
      cancel: [],
      modify: [{ old: rested, quote: wanted }],
      place: [],
    });
    expect(change([wanted], [rested], NO_MODIFY)).toEqual({
      cancel: [rested],
      modify: [],
      place: [wanted],
    });
  });

  it('takes an order of the level first, then any other of the side, and only one that rests', () => {
    const [near0, far1] = [quote(99_000), quote(98_000, { level: 1 })];
    const of1 = anOpenOrder({ level: 1, venueId: 'b' });
    expect(change([near0, far1], [of1, rested]).modify).toEqual([
      { old: rested, quote: near0 },
      { old: of1, quote: far1 },
    ]);
    expect(change([near0], [of1]).modify).toEqual([{ old: of1, quote: near0 }]);
    const ask = anOpenOrder({ side: 'sell' });
    expect(change([near0], [ask])).toEqual({ cancel: [ask], modify: [], place: [near0] });
    for (const state of ['missing', 'stranger', 'cancelling', 'unknown cancel'] as const) {
      const order = inState(state);
      expect(change([near0], [order])).toEqual({ cancel: [order], modify: [], place: [near0] });
    }
  });

  it('cancels what a modify without an answer may have left, and nothing else is sent for it', () => {
    const other = anOpenOrder({ side: 'sell', venueId: 'ord_2' });
    for (const state of ['modifying', 'unknown modify'] as const)
      expect(change([quote(99_900)], [inState(state), other])).toEqual({
        cancel: [rested, other],
        modify: [],
        place: [],
      });
  });

  it('lets one that is only too large keep its price where that keeps its place', () => {
    const large = anOpenOrder({ remaining: size(0.003), size: size(0.003) });
    const wanted = quote(99_910);
    const moved = (
      over: Partial<DesiredQuote>,
      rules: ModifyRules,
      order: typeof large = large,
      now = START,
    ): number | undefined =>
      change([{ ...wanted, ...over }], [order], rules, now).modify[0]?.quote.price;
    expect(moved({}, IN_PLACE)).toBe(99_900);
    expect(moved({}, TO_THE_BACK)).toBe(99_910);
    // Not where it is wrong, old, of another level, to grow, or too small for the venue there.
    expect(moved({ price: price(99_990) }, IN_PLACE)).toBe(99_990);
    expect(moved({}, IN_PLACE, large, epochMs(START + 30_001))).toBe(99_910);
    expect(moved({ level: 1 }, IN_PLACE)).toBe(99_910);
    const small = anOpenOrder({ remaining: size(0.0001), size: size(0.003) });
    expect(moved({}, IN_PLACE, small)).toBe(99_910);
    const limits = [99.9, 99.91].map((at): ModifyRules => ({
      ...IN_PLACE,
      minNotionalUsd: usd(at),
    }));
    expect(limits.map((rules) => moved({}, rules))).toEqual([99_900, 99_910]);
    const done = anOpenOrder({ price: price(99_900) });
    expect(change([wanted], [done], IN_PLACE).modify).toEqual([]);
  });

  it('sends the fewest commands there can be, and has nothing left to do once they are carried out', () => {
    const quotes = fc.uniqueArray(
      fc.record({
        side: fc.constantFrom(...SIDES),
        level: fc.nat(4),
        price: fc.integer({ min: 1, max: 1000 }).map(price),
        size: fc.integer({ min: 1, max: 9 }).map(size),
        larger: fc.integer({ min: 0, max: 3 }),
      }),
      { selector: ({ side, level }) => `${side}${level}`, maxLength: 10 },
    );
    const rules = fc.constantFrom(NO_MODIFY, TO_THE_BACK, IN_PLACE);
    const bps = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(quotes, quotes, bps, rules, (before, after, tolerated, venue) => {
        const limits = { maxAgeMs: 1000, maxAwayBps: tolerated, maxTowardsBps: tolerated };
        const working = before.map((one, index) =>
          anOpenOrder({ ...one, venueId: `ord_${index}`, remaining: one.size }),
        );
        const desired = after.map((one) => ({ ...one, largest: size(one.size + one.larger) }));
        const { cancel, modify, place } = diffOrders(desired, working, limits, venue, START);
        const gone = new Set([...cancel, ...modify.map(({ old }) => old)]);
        const made = [...place, ...modify.map((one) => one.quote)].map((one, index) =>
          anOpenOrder({ ...one, venueId: `new_${index}`, remaining: one.size }),
        );
        const then = [...working.filter((order) => !gone.has(order)), ...made];
        expect(then).toHaveLength(after.length);
        const again = diffOrders(desired, then, limits, venue, START);
        expect(again).toEqual({ cancel: [], modify: [], place: [] });
        expect(modify.length === 0 || venue.ability !== 'none').toBe(true);
        // Of each side only the surplus is cancelled, or only what is missing is placed.
        const of = (side: Side, list: readonly { readonly side: Side }[]): number =>
          list.filter((one) => one.side === side).length;
        for (const side of venue.ability === 'none' ? [] : SIDES)
          expect(Math.min(of(side, cancel), of(side, place))).toBe(0);
        for (const { old, quote: to } of modify) expect(old.side).toBe(to.side);
      }),
    );
  });

  it('cancels what would be moved on a side where nothing may be placed', () => {
    const ask = anOpenOrder({ side: 'sell', venueId: 'ord_2' });
    const asked = quote(101_000, { side: 'sell' });
    const all = change([quote(99_000), asked, quote(98_000, { level: 1 })], [rested, ask]);
    expect(withoutQuotes(all, () => true)).toEqual(all);
    expect(withoutQuotes(all, (side) => side === 'sell')).toEqual({
      cancel: [rested],
      modify: [{ old: ask, quote: asked }],
      place: [],
    });
  });
});

describe('commands of a modify', () => {
  it('name the new order anew, and let the side that makes room go first', () => {
    const [bid, ask] = [anOpenOrder(), anOpenOrder({ side: 'sell', venueId: 'ord_2' })];
    const naming = { market: BTC, deployment: 'test', fence: 3, nextCounter: 7 };
    const up = [
      { old: bid, quote: quote(100_500) },
      { old: ask, quote: quote(100_700, { side: 'sell' }) },
    ];
    const down = [
      { old: ask, quote: quote(99_700, { side: 'sell' }) },
      { old: bid, quote: quote(99_500) },
    ];
    const commandsOf = (modify: typeof up) =>
      orderCommands({ cancel: [ask], modify, place: [quote(1, { level: 1 })] }, naming);
    const { commands, nextCounter } = commandsOf(up);
    expect(commands).toEqual([
      { kind: 'cancel', market: BTC, venueId: 'ord_2' },
      {
        kind: 'modify',
        market: BTC,
        venueId: 'ord_2',
        clientId: 'q2.test.quote.BTC-PERP.sell.0.3.7',
        side: 'sell',
        level: 0,
        price: 100_700,
        size: 0.001,
      },
      expect.objectContaining({
        kind: 'modify',
        venueId: 'ord_1',
        clientId: 'q2.test.quote.BTC-PERP.buy.0.3.8',
      }),
      expect.objectContaining({
        kind: 'place',
        clientId: 'q2.test.quote.BTC-PERP.buy.1.3.9',
      }),
    ]);
    expect(nextCounter).toBe(10);
    const moved = commandsOf(down).commands.flatMap((one) =>
      one.kind === 'modify' ? [one.side] : [],
    );
    expect(moved).toEqual(['buy', 'sell']);
  });
});

describe('review of a modify', () => {
  const moving = (amount: number, venueId = 'ord_1'): OrderCommand => ({
    kind: 'modify',
    market: BTC,
    venueId,
    clientId: `new-${venueId}`,
    side: 'buy',
    level: 0,
    price: price(100),
    size: size(amount),
  });
  const limits = { maxInventoryUsd: 1000, mid: 100, positions: [0] } as const;
  const order = anOpenOrder({ price: price(100), remaining: size(5) });

  it('counts the order that is replaced beside the new one, and the new one beside the next (C1)', () => {
    const working = [order];
    expect(reviewCommands([moving(5)], { ...limits, working }).approved).toEqual([moving(5)]);
    const two = [moving(3), moving(3, 'ord_2')];
    const { approved, refused } = reviewCommands(two, { ...limits, working });
    expect(approved).toEqual([moving(3), { kind: 'cancel', market: BTC, venueId: 'ord_2' }]);
    expect(refused.map(({ why }) => why.text)).toEqual([
      'buy of 3 refused: worst case 1100.00 USD, cap 1000 USD',
    ]);
  });

  it('has the order cancelled whose new one it refuses, also before a price is known', () => {
    const cancel = { kind: 'cancel', market: BTC, venueId: 'ord_1' };
    const beyond = reviewCommands([moving(5.1)], { ...limits, working: [order] });
    expect(beyond.approved).toEqual([cancel]);
    const blind = reviewCommands([moving(1)], { ...limits, mid: undefined, working: [order] });
    expect(blind.approved).toEqual([cancel]);
    expect(blind.refused[0]?.why.code).toBe('no-mid');
  });
});
