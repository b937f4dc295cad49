import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import {
  gridFilled,
  gridLevels,
  gridQuotes,
  startGrid,
  type GridQuote,
  type GridState,
} from '#shared/strategy/grid-trading/grid.ts';
import { at, FEE, fillOf, S2, SIZE } from './grids.ts';

/** Which side rests at each level, from the lowest: b, s or - . */
const picture = (state: GridState, mid: number): string => {
  const quotes = gridQuotes(state, mid);
  return gridLevels(state.range)
    .map((_, level) => quotes.find((quote) => quote.level === level)?.side[0] ?? '-')
    .join('');
};

describe('a grid', () => {
  it("has S2's eleven levels, 600 apart, each exact (A6)", () => {
    expect(gridLevels(S2)).toEqual([
      62_000, 62_600, 63_200, 63_800, 64_400, 65_000, 65_600, 66_200, 66_800, 67_400, 68_000,
    ]);
    expect(gridLevels({ lowerPrice: 0.1, upperPrice: 0.4, count: 3 }).at(-1)).toBe(0.4);
    expect(gridLevels({ ...S2, count: 1000 })).toHaveLength(1001);
  });

  it('buys below and sells above the price, and leaves the level at it empty (A6)', () => {
    expect(picture(startGrid(S2, SIZE, 65_000), 65_000)).toBe('bbbbb-sssss');
    expect(picture(startGrid(S2, SIZE, 65_200), 65_200)).toBe('bbbbb-sssss');
    expect(picture(startGrid(S2, SIZE, 65_400), 65_400)).toBe('bbbbbb-ssss');
    expect(picture(startGrid(S2, SIZE, 70_000), 70_000)).toBe('bbbbbbbbbb-');
    expect(picture(startGrid(S2, SIZE, 1), 1)).toBe('-ssssssssss');
  });

  it('answers a fill with the opposite order one spacing away, and nothing else (A6)', () => {
    const start = startGrid(S2, SIZE, 65_000);
    const bought = gridFilled(start, fillOf(at(start, 65_000, 4)));
    expect(picture(bought, 64_399)).toBe('bbbb-ssssss');
    expect(at(bought, 64_399, 5)).toEqual({ side: 'sell', level: 5, price: 65_000, size: SIZE });
    const sold = gridFilled(start, fillOf(at(start, 65_000, 6)));
    expect(picture(sold, 65_601)).toBe('bbbbbb-ssss');
    expect(at(sold, 65_601, 5)).toEqual({ side: 'buy', level: 5, price: 65_000, size: SIZE });
  });

  it("earns, on S2's example, one spacing less the fees of both sides per round trip, where S2 counts it twice and without fees (A6)", () => {
    const start = startGrid(S2, SIZE, 65_000);
    const half = gridFilled(start, fillOf(at(start, 65_000, 4)));
    expect(half).toMatchObject({ roundTrips: 0, realisedUsd: 0 });
    const whole = gridFilled(half, fillOf(at(half, 64_399, 5)));
    expect(whole.roundTrips).toBe(1);
    expect(whole.realisedUsd).toBeCloseTo(SIZE * (600 - FEE * (64_400 + 65_000)), 12);
    expect(whole.realisedUsd).toBeCloseTo(0.184615 - 0.005972, 6);
    expect(picture(whole, 65_000)).toBe('bbbbb-sssss');
    expect(whole.cells).toEqual(start.cells);
    const shortFirst = gridFilled(start, fillOf(at(start, 65_000, 6)));
    const covered = gridFilled(shortFirst, fillOf(at(shortFirst, 65_601, 5)));
    expect(covered.realisedUsd).toBeCloseTo(SIZE * (600 - FEE * (65_600 + 65_000)), 12);
  });

  it('takes a rebate as income (A6)', () => {
    const start = startGrid(S2, 1, 65_000);
    const half = gridFilled(start, { ...fillOf(at(start, 65_000, 4)), feeUsd: 3 });
    expect(gridFilled(half, { ...fillOf(at(half, 64_399, 5)), feeUsd: 4 }).realisedUsd).toBe(607);
  });

  it('counts a fill that is reported again only once (A6)', () => {
    const start = startGrid(S2, SIZE, 65_000);
    const buy = fillOf(at(start, 65_000, 4));
    const once = gridFilled(start, buy);
    expect(gridFilled(once, buy)).toBe(once);
    const whole = gridFilled(once, fillOf(at(once, 64_399, 5)));
    expect(gridFilled(whole, buy)).toBe(whole);
  });

  it('remembers the latest fills only, so that its size is bounded (A6)', () => {
    let state = startGrid(S2, SIZE, 65_000);
    for (let turn = 0; turn < 300; turn += 1)
      state = gridFilled(
        state,
        fillOf(at(state, turn % 2 === 0 ? 65_000 : 64_399, turn % 2 === 0 ? 4 : 5)),
      );
    expect(state.roundTrips).toBe(150);
    expect(state.counted).toHaveLength(100);
    expect(JSON.parse(JSON.stringify(state))).toEqual(state);
  });

  it('frees as much of the counter-order as was filled (A6)', () => {
    const start = startGrid(S2, 1, 65_000);
    const part = gridFilled(start, fillOf(at(start, 65_000, 4), 0.25));
    expect(at(part, 64_500, 4).size).toBe(0.75);
    expect(at(part, 64_500, 5)).toMatchObject({ side: 'sell', size: 0.25 });
    const back = gridFilled(part, fillOf(at(part, 64_500, 5)));
    expect(back.roundTrips).toBe(1);
    expect(back.realisedUsd).toBeCloseTo(0.25 * (600 - FEE * (64_400 + 65_000)), 9);
  });

  it('knows an order for filled when its parts add up to it but for the last digit (A6)', () => {
    const start = startGrid(S2, 1, 65_000);
    const tenths = (state: GridState, quote: GridQuote): GridState =>
      Array.from({ length: 10 }, () => ({ ...fillOf(quote), size: 0.1 })).reduce(gridFilled, state);
    const long = tenths(start, at(start, 65_000, 4));
    expect(long.cells[4]?.toSell).toBe(1);
    expect(tenths(long, at(long, 64_399, 5))).toMatchObject({ roundTrips: 1, cells: start.cells });
    const short = tenths(start, at(start, 65_000, 6));
    expect(short.cells[5]?.toSell).toBe(0);
    expect(tenths(short, at(short, 65_601, 5))).toMatchObject({
      roundTrips: 1,
      cells: start.cells,
    });
  });

  it('ends up the same when the fills of a sweep are reported in another order (A6)', () => {
    const start = startGrid(S2, SIZE, 65_000);
    const sweep = [4, 3, 2].map((level) => fillOf(at(start, 65_000, level)));
    const [falling, rising] = [sweep, sweep.toReversed()].map((reported) =>
      reported.reduce(gridFilled, start),
    );
    expect(rising?.cells).toEqual(falling?.cells);
    expect(picture(falling ?? start, 63_100)).toBe('bb-ssssssss');
    // Only the lowest is known so far: the orders above the mid that we believe to rest have been
    // filled, and are not placed again.
    const lowest = sweep.slice(-1).reduce(gridFilled, start);
    expect(picture(lowest, 63_100)).toBe('bb-s--sssss');
  });

  it('holds a level back when the mid is on its wrong side (A6)', () => {
    const start = startGrid(S2, SIZE, 65_000);
    expect(picture(start, 65_600)).toBe('bbbbb--ssss');
    expect(picture(start, 61_000)).toBe('------sssss');
    expect(picture(start, 64_400)).toBe('bbbb--sssss');
  });

  it('says what was filled where nothing of it rested (A6)', () => {
    const start = startGrid(S2, 1, 65_000);
    const nothing = { side: 'buy', level: 5, price: 65_000, size: 1 } as const;
    expect(gridFilled(start, fillOf(nothing))).toMatchObject({
      unmatchedSize: 1,
      cells: start.cells,
      roundTrips: 0,
      realisedUsd: 0,
    });
    expect(gridFilled(start, fillOf({ ...nothing, side: 'sell', level: 0 }))).toMatchObject({
      unmatchedSize: 1,
      cells: start.cells,
    });
    const tooMuch = gridFilled(start, fillOf({ ...nothing, level: 4, price: 64_400, size: 1.5 }));
    expect(tooMuch.unmatchedSize).toBe(0.5);
    expect(tooMuch.cells[4]?.cashUsd).toBeCloseTo(-64_400 * (1 + FEE), 6);
  });

  it.each([
    { lowerPrice: 0 },
    { lowerPrice: 68_000 },
    { upperPrice: NaN },
    { count: 0 },
    { count: 2.5 },
    { count: 1001 },
  ])('refuses the range %o (A6)', (wrong) => {
    expect(() => gridLevels({ ...S2, ...wrong })).toThrow(InvariantError);
  });

  it('names what cannot be (A6)', () => {
    const start = startGrid(S2, 1, 65_000);
    expect(() => startGrid(S2, 0, 65_000)).toThrow(/^size must/);
    expect(() => startGrid(S2, 1, NaN)).toThrow(/^price must/);
    expect(() => gridQuotes(start, 0)).toThrow(/^mid must/);
    for (const wrong of [{ price: 0 }, { size: 0 }, { feeUsd: NaN }, { level: -1 }])
      expect(() => gridFilled(start, { ...fillOf(at(start, 65_000, 4)), ...wrong })).toThrow(
        new RegExp(`^${Object.keys(wrong).join()} must`),
      );
  });
});
