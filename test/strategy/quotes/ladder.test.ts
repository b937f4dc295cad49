import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ladder } from '#shared/strategy/quotes/ladder.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';

describe('ladder', () => {
  it('is half + i x spacing away and base x (1 + i x step) large, nearest first (A7)', () => {
    const quotes = ladder({
      parameters: { levels: 5, levelSpacingBps: 10, levelSizeStep: 0.5, quoteSizeUsd: 100 },
      mid: 100_000,
      reservationPrice: 100_010,
      halfSpreadBps: 5,
      sizeFactor: 1,
    });
    expect(quotes.filter(({ side }) => side === 'buy').map(({ price }) => price)).toEqual([
      99_960, 99_860, 99_760, 99_660, 99_560,
    ]);
    expect(quotes.filter(({ side }) => side === 'sell').map(({ price }) => price)).toEqual([
      100_060, 100_160, 100_260, 100_360, 100_460,
    ]);
    expect(
      quotes.filter(({ side }) => side === 'sell').map(({ size }) => Math.round(size * 1e8) / 1e8),
    ).toEqual([0.001, 0.0015, 0.002, 0.0025, 0.003]);
    expect(quotes.map(({ level }) => level)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });

  it('shrinks every size by the factor (A10, A17)', () => {
    fc.assert(
      fc.property(between(0, 1), (sizeFactor) => {
        const at = (factor: number): readonly number[] =>
          ladder({
            parameters: { levels: 3, levelSpacingBps: 1, levelSizeStep: 1, quoteSizeUsd: 100 },
            mid: 100,
            reservationPrice: 100,
            halfSpreadBps: 1,
            sizeFactor: factor,
          }).map(({ size }) => size);
        at(sizeFactor).forEach((size, index) =>
          expect(size).toBeCloseTo(Number(at(1)[index]) * sizeFactor, 12),
        );
      }),
    );
  });
});
