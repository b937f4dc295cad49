import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grid } from '#shared/domain/order/grid.ts';
import { afterTrade, FLAT, type Position, unrealisedUsd } from '#shared/domain/books/position.ts';
import { signOf } from '#shared/domain/order/side.ts';
import { price, size } from '#shared/domain/units.ts';

const lot = grid(0.001);
const trade = (
  held: Position,
  side: 'buy' | 'sell',
  traded: number,
  at: number,
): ReturnType<typeof afterTrade> => afterTrade(held, side, size(traded), price(at), lot);

describe('a position after a trade (E8)', () => {
  it('averages the entry when it grows', () => {
    const first = trade(FLAT, 'buy', 1, 100).position;
    expect(trade(first, 'buy', 3, 120)).toEqual({
      position: { size: 4, averageEntry: 115 },
      realisedUsd: 0,
    });
  });

  it('realises against the entry when it shrinks, and keeps the entry', () => {
    const short = trade(FLAT, 'sell', 2, 100).position;
    expect(trade(short, 'buy', 0.5, 90)).toEqual({
      position: { size: -1.5, averageEntry: 100 },
      realisedUsd: 5,
    });
  });

  it('closes and opens the other way when it crosses zero', () => {
    const long = trade(FLAT, 'buy', 1, 100).position;
    expect(trade(long, 'sell', 3, 110)).toEqual({
      position: { size: -2, averageEntry: 110 },
      realisedUsd: 10,
    });
  });

  it('is exactly flat when everything was sold, also after many small trades', () => {
    let held = FLAT;
    for (let i = 0; i < 10; i += 1) held = trade(held, 'buy', 0.1, 100 + i).position;
    expect(trade(held, 'sell', 1, 100).position).toBe(FLAT);
  });

  it('realised plus unrealised is cash plus the position at the mark, for any trades, flips included', () => {
    const trades = fc.array(
      fc.record({
        buy: fc.boolean(),
        lots: fc.integer({ min: 1, max: 5000 }),
        at: fc.integer({ min: 50, max: 150 }),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(trades, fc.integer({ min: 50, max: 150 }), (list, mark) => {
        let held = FLAT;
        let realised = 0;
        let cash = 0;
        for (const { buy, lots, at } of list) {
          const side = buy ? 'buy' : 'sell';
          const change = trade(held, side, lots / 1000, at);
          held = change.position;
          realised += change.realisedUsd;
          cash -= signOf(side) * (lots / 1000) * at;
        }
        expect(realised + unrealisedUsd(held, mark)).toBeCloseTo(cash + held.size * mark, 6);
        expect(held.averageEntry === undefined).toBe(held.size === 0);
      }),
    );
  });
});
