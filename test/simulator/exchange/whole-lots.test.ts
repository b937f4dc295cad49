import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atIndex, isOnGrid, nearestIndex } from '#shared/domain/order/grid.ts';
import { signOf, type Side } from '#shared/domain/order/side.ts';
import { FILL_MODELS } from '#shared/simulator/exchange/matching/queue-position.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { anExchange, anOrder, eventsFrom } from '#test/builders/feeds.ts';
import { aSpec, START } from '#test/builders/market.ts';

const { after, touch, print } = eventsFrom(START);

const ACCOUNTS = ['a', 'b'] as const;
const sides = fc.constantFrom<Side>('buy', 'sell');
/** Lots whose sizes are no round doubles, and one of 1: fractions of a lot show at any of them. */
const grids = fc.constantFrom(0.001, 0.00001, 0.1, 0.03, 1);
/**
 * A second of a market that hardly moves: what is displayed comes and goes, which is what makes the
 * place in a queue a fraction, and takers trade through it.
 */
const steps = fc.array(
  fc.record({
    move: fc.constantFrom(0, 0, 0, 0, 1, -1),
    shown: fc.integer({ min: 1, max: 40 }),
    printed: fc.integer({ min: 1, max: 25 }),
    side: sides,
    order: fc.record({
      account: fc.constantFrom(...ACCOUNTS),
      side: sides,
      /** Ticks behind the touch; below zero it takes. */
      behind: fc.integer({ min: -1, max: 1 }),
      lots: fc.integer({ min: 1, max: 30 }),
      /** A size may come in between two lots. */
      beyond: fc.double({ min: 0, max: 0.9, noNaN: true }),
      reduceOnly: fc.boolean(),
    }),
    isPlaced: fc.boolean(),
  }),
  { minLength: 2, maxLength: 40 },
);

describe('fills', () => {
  it('are whole lots under every fill model, so that position and cash tell one story and the residual is dust (E1)', () => {
    fc.assert(
      fc.property(steps, grids, fc.constantFrom(...FILL_MODELS), (list, lot, model) => {
        const spec = aSpec({ tick: 0.1, lot, minNotional: 0 });
        let bestBid = 1000;
        const events = list.flatMap(({ move, shown, printed, side }, index): FeedEvent[] => {
          bestBid += move;
          const [bid, ask] = [atIndex(spec.tick, bestBid), atIndex(spec.tick, bestBid + 1)];
          const [there, taken] = [atIndex(spec.lot, shown), atIndex(spec.lot, printed)];
          return [
            touch(index * 1000, bid, ask, there, there),
            print((index + 0.5) * 1000, side, side === 'buy' ? ask : bid, taken),
          ];
        });
        const exchange = anExchange(events, model, { spec });
        list.forEach(({ order, isPlaced }, index) => {
          exchange.advanceTo(after(index * 1000));
          if (!isPlaced) return;
          const book = exchange.market('BTC-PERP')?.book;
          const best = book?.touchTick(order.side) ?? 0;
          exchange.place(
            order.account,
            anOrder({
              side: order.side,
              price: atIndex(spec.tick, best - signOf(order.side) * order.behind),
              size: atIndex(spec.lot, order.lots) + order.beyond * lot,
              reduceOnly: order.reduceOnly,
            }),
          );
        });
        exchange.advanceTo(after(list.length * 1000));
        const mid = exchange.market('BTC-PERP')?.mid() ?? 0;
        for (const key of ACCOUNTS) {
          const fills = exchange.account(key).fills('BTC-PERP');
          expect(fills.filter(({ size }) => size <= 0 || !isOnGrid(spec.lot, size))).toEqual([]);
          const lots = fills.reduce(
            (sum, { side, size }) => sum + signOf(side) * nearestIndex(spec.lot, size),
            0,
          );
          const { position, cashUsd } = exchange.account(key).holding('BTC-PERP');
          expect(position.size).toBe(atIndex(spec.lot, lots) + 0);
          const spentUsd = fills.reduce(
            (sum, { side, size, price, feeUsd }) => sum - signOf(side) * size * price + feeUsd,
            0,
          );
          const residualUsd =
            cashUsd + position.size * mid - (spentUsd + atIndex(spec.lot, lots) * mid);
          expect(Math.abs(residualUsd)).toBeLessThanOrEqual(1e-6);
          // What is left of an order and what it traded are together what was sent.
          for (const order of exchange.openOrders(key, 'BTC-PERP')) {
            const traded = fills
              .filter(({ orderId }) => orderId === order.id)
              .reduce((sum, { size }) => sum + nearestIndex(spec.lot, size), 0);
            expect(order.remainingLots + traded).toBe(order.lots);
          }
        }
      }),
      { numRuns: 400 },
    );
  });
});
