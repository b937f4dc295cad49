import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import type { MarketTrade } from '#shared/domain/venue/view.ts';
import { microprice } from '#shared/strategy/signals/microprice.ts';
import {
  flowShiftBps,
  NO_FLOW,
  observeTrade,
  takerImbalance,
  type TakerFlow,
} from '#shared/strategy/signals/taker-imbalance.ts';
import { aBook, aCheckedBook, START } from '#test/builders/market.ts';

const HALF_LIFE = 10_000;
const END = 100_000;

const trades = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: END }),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    usd: fc.double({ min: 1, max: 1e6, noNaN: true }),
  }),
  { minLength: 1, maxLength: 30 },
);

const asTrade = ({
  after,
  side,
  usd,
}: {
  after: number;
  side: 'buy' | 'sell';
  usd: number;
}): MarketTrade => ({
  at: epochMs(START + after),
  side,
  price: price(100),
  size: size(usd / 100),
});

const flowOf = (list: readonly MarketTrade[], now = epochMs(START + END)): TakerFlow =>
  list.reduce((state, trade) => observeTrade(state, trade, now, HALF_LIFE), NO_FLOW);

describe('takerImbalance', () => {
  it('is signed over total volume, each weighted by its age, whatever order trades come in (A11, A12)', () => {
    fc.assert(
      fc.property(trades, fc.nat(), (drawn, seed) => {
        const list = drawn.map(asTrade);
        const shuffled = list.toSorted(
          (a, b) => ((a.at * 31 + seed) % 17) - ((b.at * 31 + seed) % 17),
        );
        const now = epochMs(START + END);
        const weight = (trade: MarketTrade, halfLife: number): number =>
          0.5 ** ((now - trade.at) / halfLife) * trade.price * trade.size;
        const signed = list.reduce(
          (sum, trade) => sum + (trade.side === 'buy' ? 1 : -1) * weight(trade, HALF_LIFE),
          0,
        );
        const total = list.reduce((sum, trade) => sum + weight(trade, HALF_LIFE), 0);
        const slow = list.reduce((sum, trade) => sum + weight(trade, 20 * HALF_LIFE), 0);
        const watched =
          1 - 0.5 ** ((now - Math.min(...list.map(({ at }) => at))) / (20 * HALF_LIFE));
        const usual = watched > 0 ? slow / (20 * watched) : Infinity;
        const expected = signed / Math.max(total, usual, 50);
        for (const order of [list, shuffled]) {
          const found = takerImbalance(flowOf(order), now, { halfLifeMs: HALF_LIFE, leastUsd: 50 });
          expect(Math.abs(found)).toBeLessThanOrEqual(1 + 1e-9);
          if (watched > 0) expect(found).toBeCloseTo(expected, 6);
        }
      }),
    );
  });

  it('is the opposite for the opposite trades, and no other at another price level (A11)', () => {
    fc.assert(
      fc.property(trades, (drawn) => {
        const list = drawn.map(asTrade);
        const settings = { halfLifeMs: HALF_LIFE, leastUsd: 0 };
        const now = epochMs(START + END + 5000);
        const mirrored = list.map((trade): MarketTrade => ({
          ...trade,
          side: trade.side === 'buy' ? 'sell' : 'buy',
        }));
        const dearer = list.map((trade): MarketTrade => ({
          ...trade,
          price: price(trade.price * 1000),
          size: size(trade.size / 1000),
        }));
        const found = takerImbalance(flowOf(list), now, settings);
        expect(takerImbalance(flowOf(mirrored), now, settings)).toBeCloseTo(-found, 12);
        expect(takerImbalance(flowOf(dearer), now, settings)).toBeCloseTo(found, 9);
      }),
    );
  });

  it('is 0 without trades, decays in silence, and a few trades in a quiet market are no flow (A11)', () => {
    const at = (ms: number): ReturnType<typeof epochMs> => epochMs(START + ms);
    expect(takerImbalance(NO_FLOW, START, { halfLifeMs: HALF_LIFE, leastUsd: 0 })).toBe(0);
    const one = flowOf([asTrade({ after: 0, side: 'buy', usd: 100 })], at(0));
    // What is usual is not known yet: it could be anything.
    expect(takerImbalance(one, at(0), { halfLifeMs: HALF_LIFE, leastUsd: 1 })).toBe(0);
    expect(takerImbalance(one, at(600_000), { halfLifeMs: HALF_LIFE, leastUsd: 1 })).toBeLessThan(
      1e-9,
    );
    expect(takerImbalance(one, at(1e12), { halfLifeMs: 1, leastUsd: 0 })).toBe(0);
    const busy = Array.from({ length: 200 }, (_, index) =>
      asTrade({ after: index * 500, side: index % 2 === 0 ? 'buy' : 'sell', usd: 1000 }),
    );
    const settings = { halfLifeMs: HALF_LIFE, leastUsd: 1 };
    expect(Math.abs(takerImbalance(flowOf(busy), at(END), settings))).toBeLessThan(0.05);
    const silent = at(END + 100_000);
    const late = { ...asTrade({ after: 0, side: 'buy', usd: 5 }), at: silent };
    expect(
      takerImbalance(observeTrade(flowOf(busy), late, silent, HALF_LIFE), silent, settings),
    ).toBeLessThan(0.01);
    expect(
      takerImbalance(observeTrade(NO_FLOW, { ...late, at: at(0) }, silent, HALF_LIFE), at(2000), {
        halfLifeMs: 500,
        leastUsd: 1000,
      }),
    ).toBeLessThan(0.01);
  });

  it('takes a trade from the future for one of now, and one beyond reason for a large one (A11)', () => {
    const future = observeTrade(
      NO_FLOW,
      { ...asTrade({ after: 0, side: 'sell', usd: 5 }), at: epochMs(START + 1e9) },
      START,
      HALF_LIFE,
    );
    expect(future.at).toBe(START);
    const vast = observeTrade(
      NO_FLOW,
      { at: START, side: 'buy', price: price(1e300), size: size(1e300) },
      START,
      HALF_LIFE,
    );
    expect(vast.totalUsd).toBe(1e15);
  });

  it('refuses a half-life or a floor that makes no sense', () => {
    const trade = asTrade({ after: 0, side: 'buy', usd: 1 });
    expect(() => observeTrade(NO_FLOW, trade, START, 0)).toThrow(InvariantError);
    expect(() => takerImbalance(NO_FLOW, START, { halfLifeMs: 0, leastUsd: 0 })).toThrow(
      InvariantError,
    );
    expect(() => takerImbalance(NO_FLOW, START, { halfLifeMs: 1, leastUsd: -1 })).toThrow(
      InvariantError,
    );
  });
});

describe('flowShiftBps', () => {
  it('moves quotes up when takers buy, out of their way, by at most half of the half-spread; a negative gain leans into them (A11)', () => {
    expect(flowShiftBps({ imbalance: 0.4, gain: 0.5, halfSpreadBps: 10 })).toBeCloseTo(2, 12);
    expect(flowShiftBps({ imbalance: -0.4, gain: 0.5, halfSpreadBps: 10 })).toBeCloseTo(-2, 12);
    expect(flowShiftBps({ imbalance: 0.4, gain: -0.5, halfSpreadBps: 10 })).toBeCloseTo(-2, 12);
    expect(flowShiftBps({ imbalance: 7, gain: 1, halfSpreadBps: 10 })).toBe(5);
    expect(flowShiftBps({ imbalance: -7, gain: 1, halfSpreadBps: 10 })).toBe(-5);
    expect(Object.is(flowShiftBps({ imbalance: -1, gain: 0, halfSpreadBps: 10 }), 0)).toBe(true);
    expect(() => flowShiftBps({ imbalance: Number.NaN, gain: 1, halfSpreadBps: 1 })).toThrow(
      InvariantError,
    );
    expect(() => flowShiftBps({ imbalance: 1, gain: Infinity, halfSpreadBps: 1 })).toThrow(
      InvariantError,
    );
    expect(() => flowShiftBps({ imbalance: 1, gain: 1, halfSpreadBps: -1 })).toThrow(
      InvariantError,
    );
  });
});

describe('microprice', () => {
  it('is between bid and ask, nearer to the side where less rests, the mid when it cannot be told (A11)', () => {
    const sizes = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(sizes, sizes, (bidSize, askSize) => {
        const book = aCheckedBook([{ price: 99, size: bidSize }], [{ price: 101, size: askSize }]);
        if (!book.ok) throw new Error(book.failure);
        const found = microprice(book.value);
        expect(found).toBeGreaterThanOrEqual(99);
        expect(found).toBeLessThanOrEqual(101);
        if (bidSize + askSize > 1e-300)
          expect(found).toBeCloseTo(99 + (2 * bidSize) / (bidSize + askSize), 6);
      }),
    );
    const nothing = aCheckedBook([{ price: 99, size: 0 }], [{ price: 101, size: 0 }]);
    expect(nothing.ok && microprice(nothing.value)).toBe(100);
    const unknown = aCheckedBook([{ price: 99 }], [{ price: 101, size: 1 }]);
    expect(unknown.ok && microprice(unknown.value)).toBe(100);
    const other = aCheckedBook([{ price: 99, size: 1 }], [{ price: 101 }]);
    expect(other.ok && microprice(other.value)).toBe(100);
    expect(microprice(aBook(99, 101))).toBe(100);
  });
});
