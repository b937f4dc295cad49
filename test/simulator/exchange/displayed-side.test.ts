import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signOf, type Side } from '#shared/domain/order/side.ts';
import {
  createDisplayedSide,
  type LevelLots,
} from '#shared/simulator/exchange/matching/displayed-side.ts';
import { type Lots, lots } from '#shared/simulator/exchange/matching/lots.ts';
import { aSpec } from '#test/builders/market.ts';

/** Steps that no double holds exactly. */
const spec = aSpec({ tick: 0.1, lot: 0.001 });
const priceOf = (tick: number): number => tick / 10;
const sizeOf = (count: number): number => count / 1000;

const ticks = fc.integer({ min: 1000, max: 1030 });
const counts = fc.integer({ min: 1, max: 50 }).map(lots);
const levels = fc
  .uniqueArray(fc.record({ tick: ticks, lots: counts }), {
    minLength: 1,
    maxLength: 20,
    selector: ({ tick }) => tick,
  })
  .map((list) => list.sort((a, b) => a.tick - b.tick));
const happenings = fc.array(
  fc.oneof(
    levels.map((list) => ({ kind: 'snapshot' as const, list })),
    fc.record({ kind: fc.constant('best' as const), tick: ticks, lots: counts }),
    fc.record({ kind: fc.constant('take' as const), limit: ticks, lots: counts }),
  ),
  { maxLength: 12 },
);

/** The same picture, kept in whole ticks and lots and rebuilt for every question. */
function plainSide(side: Side) {
  const better = (a: number, b: number): number => signOf(side) * (a - b);
  let touch: LevelLots | undefined;
  let depth: readonly LevelLots[] = [];
  let taken = new Map<number, number>();
  const visible = (): readonly LevelLots[] =>
    touch === undefined
      ? []
      : [touch, ...depth.filter(({ tick }) => better(tick, touch?.tick ?? 0) < 0)].map((level) => ({
          tick: level.tick,
          lots: lots(Math.max(0, level.lots - (taken.get(level.tick) ?? 0))),
        }));
  const show = (best: LevelLots): void => {
    touch = best;
    taken = new Map();
  };
  return {
    snapshot(list: readonly LevelLots[]) {
      depth = list;
      show(list[0]!);
    },
    show,
    visible,
    shownLots(tick: number): number | undefined {
      const at = visible().find((level) => level.tick === tick);
      const last = visible().at(-1);
      if (at !== undefined) return at.lots;
      return last !== undefined && better(tick, last.tick) > 0 ? 0 : undefined;
    },
    take(limit: number, wanted: Lots): readonly LevelLots[] {
      let left: number = wanted;
      const takes = visible()
        .filter(({ tick }) => better(tick, limit) >= 0)
        .map(({ tick, lots: there }) => {
          const part = Math.min(left, there);
          left -= part;
          return { tick, lots: lots(part) };
        })
        .filter((part) => part.lots > 0);
      for (const part of takes) taken.set(part.tick, (taken.get(part.tick) ?? 0) + part.lots);
      return takes;
    },
  };
}

describe('one side of the displayed book', () => {
  it('answers at every price what a plain picture in whole ticks does, whatever was shown and taken before', () => {
    fc.assert(
      fc.property(fc.constantFrom<Side>('buy', 'sell'), happenings, (side, list) => {
        const shown = createDisplayedSide(side, spec);
        const plain = plainSide(side);
        for (const event of list) {
          if (event.kind === 'snapshot') {
            const best = side === 'buy' ? event.list.toReversed() : event.list;
            shown.snapshot(best.flatMap(({ tick, lots: there }) => [priceOf(tick), sizeOf(there)]));
            plain.snapshot(best);
          } else if (event.kind === 'best') {
            shown.best(priceOf(event.tick), sizeOf(event.lots));
            plain.show({ tick: event.tick, lots: event.lots });
          } else
            expect(shown.take(event.limit, event.lots)).toEqual(
              plain.take(event.limit, event.lots),
            );
          expect(shown.touchTick()).toBe(plain.visible()[0]?.tick);
          expect(shown.levels()).toEqual(
            plain.visible().map(({ tick, lots: there }) => [priceOf(tick), sizeOf(there)]),
          );
          for (let tick = 995; tick <= 1035; tick += 1) {
            expect(shown.shownLots(tick)).toBe(plain.shownLots(tick));
            expect(shown.lotsAtOrBetter(tick)).toBe(
              plain
                .visible()
                .filter((level) => signOf(side) * (level.tick - tick) >= 0)
                .reduce((sum, level) => sum + level.lots, 0),
            );
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
