import { describe, expect, it } from 'vitest';
import type { DesiredQuote, OrderCommand } from '#shared/domain/order/order.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { orderCommands } from '#shared/orders/order-commands.ts';
import { reviewCommands } from '#shared/orders/review-commands.ts';
import { START, BTC } from '#test/builders/market.ts';
import { anOpenOrder, changeOf, inState } from '#test/builders/open-order.ts';

/** Each of these was once a change to the code that no other test of it minded. */

const bid: DesiredQuote = {
  side: 'buy',
  level: 0,
  price: price(99_900),
  size: size(0.001),
  largest: size(0.001),
};
const rested = anOpenOrder();
const tolerance = { maxAgeMs: 30_000, maxAwayBps: 5, maxTowardsBps: 2 };
const placing = (
  clientId: string,
  over: Partial<Extract<OrderCommand, { kind: 'place' }>> = {},
): OrderCommand => ({
  kind: 'place',
  market: BTC,
  clientId,
  side: 'buy',
  level: 0,
  price: price(100),
  size: size(6),
  ...over,
});

describe('an order stands for a quote', () => {
  const stands = (
    order: Partial<typeof rested>,
    quote: Partial<DesiredQuote> = {},
    now = START,
  ): boolean => {
    const { cancel, place } = changeOf(
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
    for (const state of ['cancelling', 'stranger', 'missing'] as const)
      expect(changeOf([bid], [inState(state)], tolerance, START).cancel).toHaveLength(1);
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
    expect(changeOf([bid], [rested, second], tolerance, START)).toEqual({
      cancel: [second],
      place: [],
    });
  });
});

describe('commands', () => {
  const naming = { market: BTC, deployment: 'test', fence: 1, nextCounter: 0 };

  it('name the order that goes', () => {
    expect(orderCommands({ cancel: [rested], modify: [], place: [] }, naming).commands).toEqual([
      { kind: 'cancel', market: BTC, venueId: 'ord_1' },
    ]);
  });

  it('hold what the venue needs of a quote and nothing else', () => {
    expect(orderCommands({ cancel: [], modify: [], place: [bid] }, naming).commands).toEqual([
      {
        kind: 'place',
        market: BTC,
        clientId: 'q2.test.quote.BTC-PERP.buy.0.1.0',
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
      market: BTC,
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
