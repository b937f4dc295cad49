import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Book } from '#shared/domain/book.ts';
import { InvariantError } from '#shared/domain/failure.ts';
import { MINUTE_MS, SECOND_MS } from '#shared/domain/time.ts';
import { epochMs, price } from '#shared/domain/units.ts';
import {
  type DepthAverage,
  type DepthReading,
  NO_DEPTH,
  observeDepth,
} from '#shared/strategy/signals/book-depth.ts';
import {
  NO_REFERENCE,
  observeReference,
  type ReferenceReading,
} from '#shared/strategy/signals/reference-basis.ts';
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
    const sizes = fc.double({ min: 0, max: 1e300, noNaN: true });
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

const REFERENCE = {
  halfLifeMs: 10 * MINUTE_MS,
  believedAfterMs: MINUTE_MS,
  maxAgeMs: 2 * SECOND_MS,
  maxUnchangedMs: 30 * SECOND_MS,
  sigmas: 5,
  maxShiftBps: 20,
  trust: 0.5,
};

interface Pair {
  readonly second: number;
  readonly mid: number;
  readonly reference: number;
}

/** The reference moves a little every second, and we are 10 bps above it. */
const steady = (seconds: number, basis = 1.001): readonly Pair[] =>
  Array.from({ length: seconds + 1 }, (_, second) => {
    const reference = 100 * (1 + 1e-5 * Math.sin(second));
    return { second, reference, mid: reference * basis };
  });

const seen = (pairs: readonly Pair[], settings = REFERENCE): ReferenceReading =>
  pairs.reduce<ReferenceReading>(
    ({ state }, { second, mid, reference }) => {
      const now = epochMs(START + second * 1000);
      return observeReference(
        state,
        { mid: price(mid), reference: { mid: reference, at: now }, now },
        settings,
      );
    },
    { state: NO_REFERENCE, fairValue: 0, reason: undefined },
  );

describe('observeReference', () => {
  it('takes the leader for the fair value at the usual basis, as far as it is trusted (A11)', () => {
    const learned = seen(steady(120));
    expect(learned.reason).toBeUndefined();
    expect(learned.state.basis).toBeCloseTo(Math.log(1.001), 9);
    // The leader goes up by 0.5 bps and we do not follow yet: half of it is believed.
    const wide = { ...REFERENCE, sigmas: 1e6 };
    const moved = seen(
      [...steady(120), { second: 121, reference: 100 * (1 + 1e-4), mid: 100.1 }],
      wide,
    );
    expect(moved.fairValue / 100.1 - 1).toBeCloseTo(0.5e-4, 6);
    for (const trust of [0, 1]) {
      const trusted = seen(
        [...steady(120), { second: 121, reference: 100 * (1 + 1e-4), mid: 100.1 }],
        { ...wide, trust },
      );
      expect(trusted.fairValue / 100.1 - 1).toBeCloseTo(trust * 1e-4, 6);
    }
  });

  it('is our mid, and says why, while the leader is missing, old, frozen, jumping or not known long enough (A11)', () => {
    const learned = seen(steady(120));
    const at = (ms: number): ReturnType<typeof epochMs> => epochMs(START + 121_000 + ms);
    const ask = (
      reference: { mid: number; at: number } | undefined,
      now = at(0),
    ): ReferenceReading =>
      observeReference(learned.state, { mid: price(100.1), reference, now }, REFERENCE);
    const codes = [
      ask(undefined),
      ask({ mid: 100, at: at(-2001) }),
      ask({ mid: 100, at: at(2001) }),
      ask({ mid: Number(learned.state.lastMid), at: at(40_000) }, at(40_000)),
      ask({ mid: 101, at: at(0) }),
      seen(steady(30)),
    ].map((reading) => {
      expect(reading.reason).toBeDefined();
      return reading.reason?.code;
    });
    expect(codes).toEqual([
      'reference-missing',
      'reference-stale',
      'reference-stale',
      'reference-frozen',
      'reference-jump',
      'reference-learning',
    ]);
    expect(ask({ mid: 101, at: at(0) }).fairValue).toBe(100.1);
  });

  it('learns a basis anew that stays away, and not before (A11)', () => {
    const shifted = steady(90, 1.002).map((pair) => ({ ...pair, second: pair.second + 121 }));
    expect(seen([...steady(120), ...shifted.slice(0, 50)]).reason?.code).toBe('reference-jump');
    expect(seen([...steady(120), ...shifted.slice(0, 62)]).reason?.code).toBe('reference-learning');
    const anew = seen([
      ...steady(120),
      ...shifted,
      ...steady(100, 1.002).map((pair) => ({ ...pair, second: pair.second + 213 })),
    ]);
    expect(anew.reason).toBeUndefined();
    expect(anew.state.basis).toBeCloseTo(Math.log(1.002), 6);
  });

  it('moves the fair value by no more than trust x maxShiftBps from our mid, whatever the leader does (A11)', () => {
    const learned = seen(steady(120)).state;
    fc.assert(
      fc.property(
        fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
        fc.double({ min: 50, max: 200, noNaN: true }),
        (reference, mid) => {
          const now = epochMs(START + 121_000);
          const { fairValue, state } = observeReference(
            learned,
            { mid: price(mid), reference: { mid: reference, at: now }, now },
            REFERENCE,
          );
          expect(Math.abs(Math.log(fairValue / mid))).toBeLessThanOrEqual(0.5 * 20e-4 + 1e-12);
          expect(JSON.stringify(state)).not.toMatch(/null/);
        },
      ),
    );
  });

  it('learns mean and variance of the basis as they are defined, each deviation weighing half after a half-life (A11)', () => {
    const bases = fc.array(fc.double({ min: -8e-4, max: 8e-4, noNaN: true }), {
      minLength: 3,
      maxLength: 40,
    });
    const stepMs = 20_000;
    fc.assert(
      fc.property(bases, (all) => {
        // Never believed, so that nothing within maxShiftBps is refused.
        const settings = { ...REFERENCE, believedAfterMs: REFERENCE.halfLifeMs, maxShiftBps: 1000 };
        const state = all.reduce((before, basis, index) => {
          const now = epochMs(START + index * stepMs);
          const mid = 100 * (1 + 1e-7 * index);
          return observeReference(
            before,
            { mid: price(mid * Math.exp(basis)), reference: { mid, at: now }, now },
            settings,
          ).state;
        }, NO_REFERENCE);
        // The first look only says where to begin: no time has passed that it could stand for.
        const weights = all.map((_, index) =>
          index === 0 ? 0 : 0.5 ** (((all.length - 1 - index) * stepMs) / settings.halfLifeMs),
        );
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        const average =
          all.reduce((sum, basis, index) => sum + basis * (weights[index] ?? 0), 0) / total;
        const variance =
          all.reduce(
            (sum, basis, index) => sum + (basis - average) ** 2 * (weights[index] ?? 0),
            0,
          ) / total;
        expect(state.basis).toBeCloseTo(average, 12);
        expect(state.variance).toBeCloseTo(variance, 14);
      }),
    );
  });

  it('is not moved by a second look at the same time', () => {
    const pairs = steady(120);
    const last = pairs.at(-1);
    if (last === undefined) throw new Error('no pairs');
    expect(seen([...pairs, last]).state).toEqual(seen(pairs).state);
  });

  it.each([
    [{ ...REFERENCE, trust: 1.1 }],
    [{ ...REFERENCE, trust: -0.1 }],
    [{ ...REFERENCE, sigmas: 0 }],
    [{ ...REFERENCE, maxShiftBps: 0 }],
    [{ ...REFERENCE, maxAgeMs: -1 }],
    [{ ...REFERENCE, maxUnchangedMs: -1 }],
    [{ ...REFERENCE, believedAfterMs: 1e12 }],
  ])('refuses settings %o', (settings) => {
    const input = { mid: price(1), reference: undefined, now: START };
    expect(() => observeReference(NO_REFERENCE, input, settings)).toThrow(InvariantError);
  });
});
