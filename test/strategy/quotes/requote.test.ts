import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import type { EpochMs } from '#shared/domain/units.ts';
import type { MarketView } from '#shared/domain/venue/view.ts';
import type { WorkingOrder } from '#shared/domain/order/working-order.ts';
import type { BrainState } from '#shared/strategy/brain-state.ts';
import { type Decision, wantedOf } from '#shared/strategy/decision.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { aBrain, after, aPosition, aSpec, aWorkingOrder, START } from '#test/builders/market.ts';
import { changeOf } from '#test/builders/open-order.ts';
import { codesOf, decided, seenAt } from '../decisions.ts';

/**
 * So wide that half of the half-spread is beyond every threshold: an order near the mid is judged
 * as one far from it.
 */
const QUOTING = {
  spreadModel: 'fixed',
  baseSpreadBps: 200,
  maxSpreadBps: 500,
  quoteSizeUsd: 100,
  sizeMultipliers: [1, 1, 1],
} as const;

const first = decided({}, QUOTING);
const resting = wantedOf(first).quotes.map(({ side, level, price, size }) =>
  aWorkingOrder({ side, level, price, remaining: size, venueId: side, since: START }),
);

interface Later extends Partial<MarketView> {
  readonly mid?: number;
  readonly afterMs?: number;
  readonly orders?: readonly WorkingOrder[];
}

/** Sides that are cancelled and placed when the market is looked at again and is as told. */
function then(
  { mid = 100_000, afterMs = 3000, orders = resting, ...view }: Later = {},
  edited: Partial<Parameters> = {},
): string {
  const now = after(afterMs);
  const seen = { ...seenAt(now, mid - 1, mid + 1), ...view };
  const decision = decided(seen, { ...QUOTING, ...edited }, first.state);
  const { quotes, tolerance } = wantedOf(decision);
  const { cancel, place } = changeOf(quotes, orders, tolerance, now);
  const sides = (list: readonly { readonly side: string }[]): string =>
    list.map(({ side }) => side).join(' and ') || 'nothing';
  return `cancel ${sides(cancel)}, place ${sides(place)}`;
}

const STAYS = 'cancel nothing, place nothing';
const REPLACED = 'cancel buy and sell, place buy and sell';

describe('what rests', () => {
  it('stays while the mid is within 5 bps of where it was quoted, and is replaced when it is further, up or down (A9)', () => {
    fc.assert(
      fc.property(fc.integer({ min: -150, max: 150 }), (moved) => {
        // A quote is rounded to a tenth of a bp.
        fc.pre(Math.abs(Math.abs(moved) - 50) > 1);
        expect(then({ mid: 100_000 + moved })).toBe(Math.abs(moved) < 50 ? STAYS : REPLACED);
      }),
    );
  });

  it('stays for drifts of 10, 17.5 and 25 bps when less than half, a quarter and a tenth of the request allowance is left (A9)', () => {
    for (const [requestsLeftRatio, bps] of [
      [0.4, 10],
      [0.2, 17.5],
      [0.05, 25],
    ] as const) {
      for (const sign of [1, -1]) {
        expect(then({ requestsLeftRatio, mid: 100_000 + sign * (bps * 10 - 2) })).toBe(STAYS);
        expect(then({ requestsLeftRatio, mid: 100_000 + sign * (bps * 10 + 2) })).toBe(REPLACED);
      }
    }
  });

  it('is replaced without any drift when inventory or parameters have changed, or it is too old (A9)', () => {
    expect(then()).toBe(STAYS);
    expect(then({ position: aPosition(0.0001) })).toBe(REPLACED);
    expect(then({}, { baseSpreadBps: 201 })).toBe(REPLACED);
    expect(then({ afterMs: 30_000 })).toBe(STAYS);
    expect(then({ afterMs: 30_001 })).toBe(REPLACED);
  });

  it('stays though a size in USD is fewer lots at a higher mid, but never beyond the room to the cap (A9, C1)', () => {
    const scenes = fc.record({
      moved: fc.integer({ min: -45, max: 45 }),
      // Anything, or so much that the quotes of a side about fill the room that is left.
      held: fc.oneof(
        fc.integer({ min: -890, max: 890 }),
        fc.constantFrom('long and full' as const, 'short and full' as const),
      ),
      toSpareUsd: between(-0.2, 0.2),
      // From lots of a tenth of a quote to a thousandth.
      lot: fc.constantFrom(0.0001, 0.00001, 0.000001),
      levels: fc.integer({ min: 1, max: 3 }),
    });
    let stayedLarger = 0;
    fc.assert(
      fc.property(scenes, ({ moved, held: wantedUsd, toSpareUsd, lot, levels }) => {
        // Levels of 100, 150 and 200 USD.
        const fullUsd =
          1000 -
          [100, 250, 450].slice(levels - 1, levels).reduce((sum, one) => sum + one, 0) -
          toSpareUsd;
        const heldUsd =
          typeof wantedUsd === 'number'
            ? wantedUsd
            : wantedUsd === 'long and full'
              ? fullUsd
              : -fullUsd;
        const lookAt = (mid: number, now: EpochMs, brain: BrainState): Decision => {
          const view = { spec: aSpec({ lot }), position: aPosition(heldUsd / 100_000) };
          return decided(
            { ...seenAt(now, mid - 1, mid + 1), ...view },
            { ...QUOTING, levels },
            brain,
          );
        };
        const before = lookAt(100_000, START, aBrain);
        const orders = wantedOf(before).quotes.map((quote, index) =>
          aWorkingOrder({ ...quote, remaining: quote.size, venueId: `ord_${index}`, since: START }),
        );
        const mid = 100_000 + moved;
        const second = lookAt(mid, after(3000), before.state);
        const { quotes, tolerance } = wantedOf(second);
        const { cancel, place } = changeOf(quotes, orders, tolerance, after(3000));
        const kept = orders.filter((order) => !cancel.includes(order));
        const isRoomy =
          !codesOf(second).includes('within-room') && !codesOf(before).includes('within-room');
        if (isRoomy && Math.abs(heldUsd) < 500) expect([cancel, place]).toEqual([[], []]);
        for (const side of ['buy', 'sell'] as const) {
          const keptOf = kept.filter((order) => order.side === side);
          const wanted = quotes.filter((quote) => quote.side === side);
          const worth = [
            ...keptOf.map(({ remaining, price }) => remaining * Math.max(mid, price)),
            0,
          ].reduce((sum, one) => sum + one);
          const held = (heldUsd / 100_000) * mid * (side === 'buy' ? 1 : -1);
          expect(held + worth).toBeLessThanOrEqual(1000 + 1e-9);
          if (
            keptOf.some(({ remaining, level }) =>
              wanted.some((quote) => quote.level === level && quote.size < remaining),
            )
          )
            stayedLarger += 1;
        }
      }),
      { numRuns: 300 },
    );
    expect(stayedLarger).toBeGreaterThan(20);
  });

  it('is completed where a quote is missing, and the other one stays (A9)', () => {
    expect(then({ orders: resting.filter(({ side }) => side === 'buy') })).toBe(
      'cancel nothing, place sell',
    );
    expect(then({ orders: [] })).toBe('cancel nothing, place buy and sell');
  });
});
