import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Book } from '#shared/domain/venue/book.ts';
import { InvariantError } from '#shared/domain/failure.ts';
import { epochMs } from '#shared/domain/units.ts';
import {
  type DepthAverage,
  type DepthReading,
  NO_DEPTH,
  observeDepth,
} from '#shared/strategy/signals/book-depth.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { aBook, aCheckedBook, START } from '#test/builders/market.ts';

const DEPTH = { withinBps: 20, halfLifeMs: 60_000, thinBelow: 0.5, maxWidening: 3 };

function bookOf(
  bidSize: number | undefined,
  askSize: number | undefined,
  at: number,
  far = 0,
): Book {
  const book = aCheckedBook(
    [
      { price: 9999, size: bidSize },
      { price: 9000, size: far },
    ],
    [
      { price: 10_001, size: askSize },
      { price: 11_000, size: far },
    ],
    epochMs(at),
  );
  if (!book.ok) throw new Error(book.failure);
  return book.value;
}

const watched = (seconds: number, size = 10): DepthAverage =>
  Array.from({ length: seconds + 1 }, (_, second) =>
    bookOf(size, size, START + second * 1000),
  ).reduce((state, book) => observeDepth(state, book, DEPTH).state, NO_DEPTH);

const after = (
  state: DepthAverage,
  bid: number | undefined,
  ask: number | undefined,
  far = 0,
): DepthReading => observeDepth(state, bookOf(bid, ask, START + 61_000, far), DEPTH);

describe('observeDepth', () => {
  it('widens with the root of how much is missing on the thinner side, from below half of the average on, to x 3 at the most (A18)', () => {
    const usual = watched(60);
    expect(after(usual, 10, 10)).toMatchObject({ widening: 1, reason: undefined });
    expect(after(usual, 5.01, 10).widening).toBe(1);
    expect(after(usual, 10, 1.25).widening).toBeCloseTo(2, 9);
    expect(after(usual, 10, 1.25).reason?.code).toBe('thin-book');
    expect(after(usual, 1.25, 10).reason?.text).toContain('bid depth is 13 %');
    expect(after(usual, 0, 10).widening).toBe(3);
    // What rests far away does not count.
    expect(after(usual, 1.25, 10, 1e6).widening).toBeCloseTo(2, 9);
  });

  it('averages over time, not over looks (A18)', () => {
    // 10 rested for half of the time, 30 for the other half; a half-life that is far longer than
    // both makes it 20.
    const slow = { ...DEPTH, halfLifeMs: 1e9 };
    const looks = [
      ...Array.from({ length: 31 }, (_, second) => bookOf(10, 10, START + second * 1000)),
      bookOf(30, 30, START + 31_000),
      bookOf(30, 30, START + 61_000),
    ];
    const state = looks.reduce((depth, book) => observeDepth(depth, book, slow).state, NO_DEPTH);
    expect(state.bidSum / state.weight / 9999).toBeCloseTo(20, 0);
  });

  it('says that it does not know, before enough was watched or where a size near the mid is not shown (A18)', () => {
    expect(observeDepth(NO_DEPTH, bookOf(1, 1, START), DEPTH)).toMatchObject({
      widening: 1,
      reason: { code: 'depth-unknown' },
    });
    const usual = watched(60);
    expect(after(usual, undefined, 10)).toMatchObject({
      state: usual,
      widening: 1,
      reason: { code: 'depth-unknown' },
    });
    expect(after(usual, 10, undefined)).toMatchObject({ state: usual, widening: 1 });
    const nothing = watched(60, 0);
    expect(after(nothing, 0, 0).widening).toBe(1);
  });

  it('does not take the size of the touch for depth where nothing else is shown (A18)', () => {
    const touchOf = (size: number, at: number): Book => aBook(9999, 10_001, epochMs(at), size);
    const usual = [0, 60_000].reduce(
      (state, at) => observeDepth(state, touchOf(10, START + at), DEPTH).state,
      NO_DEPTH,
    );
    expect(observeDepth(usual, touchOf(0.01, START + 61_000), DEPTH)).toMatchObject({
      widening: 1,
      reason: { code: 'depth-unknown' },
    });
  });

  it('learns nothing from a book that is not later, and stays finite whatever rests (A18)', () => {
    const usual = watched(60);
    expect(observeDepth(usual, bookOf(1, 1, START + 60_000), DEPTH).state).toBe(usual);
    const sizes = between(0, 1e300);
    fc.assert(
      fc.property(sizes, sizes, (bid, ask) => {
        const first = after(usual, bid, ask);
        const { widening } = observeDepth(first.state, bookOf(ask, bid, START + 300_000), DEPTH);
        expect(widening >= 1 && widening <= 3).toBe(true);
        expect(JSON.stringify(first.state)).not.toMatch(/null/);
      }),
    );
  });

  it.each([
    [{ ...DEPTH, withinBps: 0 }],
    [{ ...DEPTH, halfLifeMs: 0 }],
    [{ ...DEPTH, thinBelow: 1.1 }],
    [{ ...DEPTH, thinBelow: -0.1 }],
    [{ ...DEPTH, maxWidening: 0.9 }],
  ])('refuses settings %o', (settings) => {
    expect(() => observeDepth(NO_DEPTH, bookOf(1, 1, START), settings)).toThrow(InvariantError);
  });
});
