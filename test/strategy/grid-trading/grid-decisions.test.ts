import { describe, expect, it } from 'vitest';
import { done } from '#shared/domain/failure.ts';
import { price, size, usd } from '#shared/domain/units.ts';
import { type Decision, wantedOf } from '#shared/strategy/decision.ts';
import { aBook, after, aPosition, aQuoteFill, aSpec } from '#test/builders/market.ts';
import { codesOf, decided, seenAt, sidesOf } from '../decisions.ts';

describe('decide with the grid', () => {
  const GRID = {
    spreadModel: 'grid',
    gridLowerPrice: 99_000,
    gridUpperPrice: 101_000,
    gridCount: 4,
    quoteSizeUsd: 200,
    maxInventoryUsd: 100_000,
  } as const;
  const quotesOf = (decision: Decision): readonly string[] =>
    wantedOf(decision)
      .quotes.map((quote) => `${quote.side} ${quote.price}`)
      .sort();
  const start = decided({}, GRID);

  it('rests buys below and sells above, one spacing apart, and keeps them whatever their age (A6)', () => {
    expect(quotesOf(start)).toEqual(['buy 99000', 'buy 99500', 'sell 100500', 'sell 101000']);
    expect(wantedOf(start).quotes.every((quote) => quote.size === 0.002)).toBe(true);
    expect(wantedOf(start).tolerance).toMatchObject({ maxAwayBps: 0, maxTowardsBps: 0 });
    expect(wantedOf(start).tolerance.maxAgeMs).toBeGreaterThan(1e12);
    expect(start.state.grid?.grid.realisedUsd).toBe(0);
  });

  it('gives the room to the cap to the nearest orders, and says when the mid is outside (A6, C1)', () => {
    const tight = decided({}, { ...GRID, gridCount: 8, maxInventoryUsd: 500 });
    // Two of 200 on each side, and the half of a third that still fits.
    expect(quotesOf(tight)).toEqual([
      'buy 99250',
      'buy 99500',
      'buy 99750',
      'sell 100250',
      'sell 100500',
      'sell 100750',
    ]);
    const sizes = Object.fromEntries(
      wantedOf(tight).quotes.map((quote) => [`${quote.side} ${quote.price}`, quote.size]),
    );
    expect([
      sizes['buy 99750'],
      sizes['buy 99500'],
      sizes['sell 100250'],
      sizes['sell 100500'],
    ]).toEqual([0.002, 0.002, 0.002, 0.002]);
    expect(sizes['buy 99250']).toBeLessThan(0.0011);
    expect(sizes['sell 100750']).toBeLessThan(0.0011);
    const outsideAt = (mid: number): boolean => {
      const book = done(aBook(mid - 1, mid + 1));
      return codesOf(decided({ book }, GRID)).includes('outside-grid');
    };
    expect([98_999, 99_000, 100_000, 101_000, 101_001].map(outsideAt)).toEqual([
      true,
      false,
      false,
      false,
      true,
    ]);
  });

  it('is no grid without both of its bounds, or under another model (A6)', () => {
    expect(start.state.grid).toBeDefined();
    for (const missing of [
      { gridLowerPrice: undefined },
      { gridUpperPrice: undefined },
      { spreadModel: 'fixed' as const },
    ]) {
      const { state } = decided({}, { ...GRID, ...missing }, start.state);
      expect(state.grid).toBeUndefined();
    }
  });

  it('places the counter-order one spacing away after a fill, and counts the round trip net of fees (A6)', () => {
    const low = decided(
      {
        ...seenAt(after(3000), 99_299, 99_301),
        fills: [aQuoteFill({ price: price(99_500), size: size(0.002), feeUsd: usd(-0.03) })],
        position: aPosition(0.002, 99_500),
      },
      GRID,
      start.state,
    );
    expect(quotesOf(low)).toEqual(['buy 99000', 'sell 100000', 'sell 100500', 'sell 101000']);
    const sold = { id: 'fil_2', side: 'sell', price: price(100_000), size: size(0.002) } as const;
    const high = decided(
      {
        ...seenAt(after(6000), 100_199, 100_201),
        fills: [aQuoteFill({ ...sold, feeUsd: usd(-0.03) })],
      },
      GRID,
      low.state,
    );
    expect(high.state.grid?.grid).toMatchObject({ roundTrips: 1 });
    expect(high.state.grid?.grid.realisedUsd).toBeCloseTo(500 * 0.002 - 0.06, 9);
    expect(quotesOf(high)).toContain('buy 99500');
  });

  it('starts anew when its range or size is edited, ends when another model is chosen, and says when it cannot be (A6)', () => {
    const kept = decided(seenAt(after(3000), 99_999, 100_001), GRID, start.state);
    expect(kept.state.grid).toEqual(start.state.grid);
    for (const edit of [
      { gridCount: 5 },
      { gridLowerPrice: 98_000 },
      { gridUpperPrice: 102_000 },
      { quoteSizeUsd: 300 },
    ])
      expect(decided({}, { ...GRID, ...edit }, start.state).state.grid).not.toEqual(
        start.state.grid,
      );
    expect(decided({}, { spreadModel: 'fixed' }, start.state).state.grid).toBeUndefined();
    const tiny = decided({ spec: aSpec({ lot: 1 }) }, GRID);
    expect(sidesOf(tiny)).toEqual([]);
    expect(codesOf(tiny)).toContain('grid-too-small');
    const outside = decided({ book: done(aBook(104_999, 105_001)) }, GRID);
    expect(codesOf(outside)).toContain('outside-grid');
    expect(sidesOf(outside).every((side) => side === 'buy')).toBe(true);
    expect(sidesOf(decided({}, { spreadModel: 'grid' }))).toEqual([]);
  });
});
