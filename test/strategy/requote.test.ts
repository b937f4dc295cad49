import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done } from '#shared/domain/failure.ts';
import type { WorkingOrder } from '#shared/domain/order.ts';
import type { Parameters } from '#shared/domain/parameters.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { MarketView } from '#shared/domain/view.ts';
import { decide } from '#shared/strategy/decide.ts';
import { diffOrders } from '#shared/strategy/diff-orders.ts';
import { aBook, aBrain, aPosition, aView, aWorkingOrder, parameters, START } from '#test/support/builders.ts';

/**
 * So wide that half of the half-spread is beyond every threshold: an order near the mid is judged as one far from it. The size is the same
 * number of lots at every mid that occurs.
 */
const QUOTING = { spreadModel: 'fixed', baseSpreadBps: 200, maxSpreadBps: 500, quoteSizeUsd: 100.5, sizeMultipliers: [1, 1, 1] } as const;

const first = decide(aView(), aBrain, parameters(QUOTING));
const resting = first.quotes.map(({ side, level, price, size }) =>
  aWorkingOrder({ side, level, price, remaining: size, venueId: side, since: START }),
);

interface Later extends Partial<MarketView> {
  readonly mid?: number;
  readonly afterMs?: number;
  readonly orders?: readonly WorkingOrder[];
}

/** Sides that are cancelled and placed when the market is looked at again and is as told. */
function then({ mid = 100_000, afterMs = 3000, orders = resting, ...view }: Later = {}, edited: Partial<Parameters> = {}): string {
  const now = epochMs(START + afterMs);
  const looked = aView({ now, book: done(aBook(mid - 1, mid + 1, now)), ...view });
  const { quotes, tolerance } = decide(looked, first.state, parameters({ ...QUOTING, ...edited }));
  const { cancel, place } = diffOrders(quotes, orders, tolerance, now);
  const sides = (list: readonly { readonly side: string }[]): string => list.map(({ side }) => side).join(' and ') || 'nothing';
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

  it('is completed where a quote is missing, and the other one stays (A9)', () => {
    expect(then({ orders: resting.filter(({ side }) => side === 'buy') })).toBe('cancel nothing, place sell');
    expect(then({ orders: [] })).toBe('cancel nothing, place buy and sell');
  });
});
