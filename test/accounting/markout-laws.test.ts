import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeMarkouts } from '#shared/accounting/markout-cells.ts';
import { markoutFigures } from '#shared/accounting/markout-figures.ts';
import {
  cutMarkouts,
  markoutOnFill,
  markoutOnMid,
  type MarkoutState,
  NEW_MARKOUTS,
} from '#shared/accounting/markouts.ts';
import type { Fill } from '#shared/domain/books/fill.ts';
import { MARKOUT_HORIZONS_MS, type MarkoutCell } from '#shared/domain/books/markouts.ts';
import { signOf } from '#shared/domain/order/side.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { aFill, after, START } from '#test/builders/market.ts';
import { aBuy } from './markout-states.ts';

const arbitraryPlay = fc.array(
  fc.record({
    waitedMs: fc.integer({ min: 0, max: 9000 }),
    fill: fc.boolean(),
    buy: fc.boolean(),
    level: fc.integer({ min: 0, max: 3 }),
    price: fc.integer({ min: 9000, max: 11_000 }).map((value) => value / 100),
    lots: fc.integer({ min: 1, max: 900 }),
    mid: fc.integer({ min: 9000, max: 11_000 }).map((value) => value / 100),
  }),
  { maxLength: 60 },
);

interface Play {
  readonly fills: readonly Fill[];
  readonly mids: readonly { readonly at: number; readonly mid: number }[];
  readonly state: MarkoutState;
  readonly cuts: readonly (readonly MarkoutCell[])[];
}

/**
 * Plays it with everything in prices times `scale`, through JSON and cut into spans where
 * `cutEvery` says.
 */
function play(
  events: typeof arbitraryPlay extends fc.Arbitrary<infer T> ? T : never,
  scale = 1,
  cutEvery = Infinity,
): Play {
  const fills: Fill[] = [];
  const mids: { at: number; mid: number }[] = [];
  const cuts: (readonly MarkoutCell[])[] = [];
  let state = NEW_MARKOUTS;
  let at: number = START;
  for (const [index, event] of events.entries()) {
    at += event.waitedMs;
    if (event.fill) {
      const side = event.buy ? 'buy' : 'sell';
      const fill = aFill({
        id: `${index}`,
        at: epochMs(at),
        side,
        price: price(event.price * scale),
        size: size(event.lots / 1000),
      });
      fills.push(fill);
      state = markoutOnFill(state, fill, price(event.mid * scale), event.level);
    }
    mids.push({ at, mid: event.mid * scale });
    state = markoutOnMid(state, price(event.mid * scale), epochMs(at));
    if (index % cutEvery === cutEvery - 1) {
      const cut = cutMarkouts(state);
      cuts.push(cut.cells);
      state = JSON.parse(JSON.stringify(cut.state)) as MarkoutState;
    }
  }
  return { fills, mids, state, cuts: [...cuts, state.cells] };
}

describe('markouts of any history', () => {
  it('are what looking through all of it afterwards gives (E4)', () => {
    fc.assert(
      fc.property(arbitraryPlay, (events) => {
        const { fills, mids, state } = play(events);
        for (const horizonMs of MARKOUT_HORIZONS_MS) {
          const found = fills.map((fill) => ({
            fill,
            mid: mids.find(({ at }) => at >= fill.at + horizonMs),
          }));
          const inTime = found.flatMap(({ fill, mid }) =>
            mid !== undefined && mid.at <= fill.at + horizonMs + 5000 ? [{ fill, mid }] : [],
          );
          const bps = inTime.map(
            ({ fill, mid }) => ((signOf(fill.side) * (mid.mid - fill.price)) / fill.price) * 1e4,
          );
          const figures = markoutFigures(state.cells, horizonMs);
          expect(figures.fills).toBe(inTime.length);
          expect(figures.dropped).toBe(
            found.filter(({ mid }) => mid !== undefined).length - inTime.length,
          );
          if (bps.length > 0)
            expect(figures.averageBps).toBeCloseTo(bps.reduce((a, b) => a + b, 0) / bps.length, 8);
        }
      }),
    );
  });

  it('per side and level sum to the total, and spans merged give the whole (E4)', () => {
    fc.assert(
      fc.property(arbitraryPlay, fc.integer({ min: 1, max: 20 }), (events, cutEvery) => {
        const whole = play(events).state.cells;
        const merged = play(events, 1, cutEvery).cuts.reduce<readonly MarkoutCell[]>(
          mergeMarkouts,
          [],
        );
        for (const horizonMs of MARKOUT_HORIZONS_MS) {
          const total = markoutFigures(whole, horizonMs);
          const parts = (['buy', 'sell'] as const).flatMap((side) =>
            [0, 1, 2, 3].map((level) => markoutFigures(merged, horizonMs, { side, level })),
          );
          const sum = (of: 'fills' | 'dropped' | 'markoutUsd' | 'volumeUsd') =>
            parts.reduce((soFar, part) => soFar + part[of], 0);
          expect([sum('fills'), sum('dropped')]).toEqual([total.fills, total.dropped]);
          expect(sum('markoutUsd')).toBeCloseTo(total.markoutUsd, 9);
          expect(sum('volumeUsd')).toBeCloseTo(total.volumeUsd, 9);
        }
      }),
    );
  });

  it('do not change in bps when all prices are a thousand times as high (E4)', () => {
    fc.assert(
      fc.property(arbitraryPlay, (events) => {
        const [small, big] = [play(events).state.cells, play(events, 1000).state.cells];
        for (const horizonMs of MARKOUT_HORIZONS_MS) {
          const {
            averageBps = 0,
            sizeWeightedBps = 0,
            adverseSelectionBps = 0,
          } = markoutFigures(small, horizonMs);
          const scaled = markoutFigures(big, horizonMs);
          expect(scaled.averageBps ?? 0).toBeCloseTo(averageBps, 7);
          expect(scaled.sizeWeightedBps ?? 0).toBeCloseTo(sizeWeightedBps, 7);
          expect(scaled.adverseSelectionBps ?? 0).toBeCloseTo(adverseSelectionBps, 7);
        }
      }),
    );
  });

  it('let nothing grow: what waits is younger than the last horizon, however many fills there were (E4)', () => {
    let state = NEW_MARKOUTS;
    for (let second = 0; second < 3000; second += 1) {
      state = markoutOnFill(
        state,
        aBuy({ id: `${second}`, at: after(second * 1000) }),
        price(100),
        second,
      );
      state = markoutOnMid(state, price(100), after(second * 1000));
    }
    expect(state.pending.length).toBe(60);
    expect(state.cells.length).toBeLessThanOrEqual(21 * MARKOUT_HORIZONS_MS.length);
  });
});
