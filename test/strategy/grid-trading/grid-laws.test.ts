import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signOf } from '#shared/domain/order/side.ts';
import {
  gridFilled,
  gridLevels,
  gridQuotes,
  startGrid,
  type GridQuote,
} from '#shared/strategy/grid-trading/grid.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { FEE, fillOf } from './grids.ts';

describe('a grid on any path', () => {
  const anyRange = fc.record({
    lowerPrice: between(1e-3, 1e5),
    width: between(0.01, 2),
    count: fc.integer({ min: 1, max: 40 }),
  });
  const walk = fc.array(
    fc.record({
      to: between(-0.3, 1.3),
      share: between(0.1, 1),
    }),
    { maxLength: 60 },
  );

  it('never has two orders on a level, a buy above a sell or anything outside its range, and accounts for every fill (A6)', () => {
    fc.assert(
      fc.property(
        anyRange,
        walk,
        between(-0.2, 1.2),
        ({ lowerPrice, width, count }, steps, begin) => {
          const range = { lowerPrice, upperPrice: lowerPrice * (1 + width), count };
          const priceAt = (share: number): number =>
            lowerPrice * (1 + width * Math.max(-0.3 / width / 2, share));
          let state = startGrid(range, 2, priceAt(begin));
          let [mid, cash, position] = [priceAt(begin), 0, 0];
          for (const { to, share } of steps) {
            const quotes = gridQuotes(state, mid);
            expect(new Set(quotes.map(({ level }) => level)).size).toBe(quotes.length);
            const highestBuy = Math.max(
              ...quotes.filter(({ side }) => side === 'buy').map(({ price }) => price),
            );
            const lowestSell = Math.min(
              ...quotes.filter(({ side }) => side === 'sell').map(({ price }) => price),
            );
            expect(highestBuy).toBeLessThan(lowestSell);
            for (const { price, size } of quotes) {
              expect(price).toBeGreaterThanOrEqual(range.lowerPrice);
              expect(price).toBeLessThanOrEqual(range.upperPrice);
              expect(size).toBeGreaterThan(0);
              expect(size).toBeLessThanOrEqual(2);
            }
            const next = priceAt(to);
            const crossed = quotes.filter(({ side, price }) =>
              side === 'buy' ? next < price : next > price,
            );
            for (const quote of crossed.map((one) => fillOf(one, share))) {
              state = gridFilled(state, quote);
              cash += quote.feeUsd - signOf(quote.side) * quote.price * quote.size;
              position += signOf(quote.side) * quote.size;
            }
            mid = next;
          }
          const scale = lowerPrice * 2 * (steps.length + 1) * (count + 1);
          const underWay = state.cells.reduce((sum, cell) => sum + cell.cashUsd, 0);
          expect(Math.abs(state.realisedUsd + underWay - cash)).toBeLessThan(1e-9 * scale);
          const held = state.cells.reduce(
            (sum, { toSell }, cell) => sum + toSell - (cell < state.start ? 0 : 2),
            0,
          );
          expect(Math.abs(held - position)).toBeLessThan(1e-7);
          expect(state.unmatchedSize).toBeLessThan(1e-7);
        },
      ),
    );
  });

  it('earns on every round trip the spacing less both fees, in any unit of price (A6)', () => {
    fc.assert(
      fc.property(
        anyRange,
        fc.nat(),
        fc.boolean(),
        ({ lowerPrice, width, count }, pick, upFirst) => {
          const earned = [1, 1000].map((unit) => {
            const range = {
              lowerPrice: lowerPrice * unit,
              upperPrice: lowerPrice * (1 + width) * unit,
              count,
            };
            const levels = gridLevels(range);
            const cell = pick % count;
            const [low, high] = [levels[cell] ?? NaN, levels[cell + 1] ?? NaN];
            const start = startGrid(range, 2 / unit, upFirst ? low : high);
            const legs: readonly Pick<GridQuote, 'side' | 'level' | 'price' | 'size'>[] = [
              { side: 'buy', level: cell, price: low, size: 2 / unit },
              { side: 'sell', level: cell + 1, price: high, size: 2 / unit },
            ];
            const done = (upFirst ? legs.toReversed() : legs).reduce(
              (state, leg) => gridFilled(state, fillOf(leg)),
              start,
            );
            expect(done.roundTrips).toBe(1);
            expect(
              Math.abs(done.realisedUsd - (2 / unit) * (high - low - FEE * (high + low))),
            ).toBeLessThan(1e-9 * lowerPrice);
            return done.realisedUsd;
          });
          expect(Math.abs((earned[0] ?? 0) - (earned[1] ?? 0))).toBeLessThan(1e-9 * lowerPrice);
        },
      ),
    );
  });
});
