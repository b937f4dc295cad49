import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { backOffMs, uniformOf } from '#shared/math/back-off.ts';
import { emergencyReduction } from '#shared/hedging/emergency-reduce.ts';
import { aSpec } from '#test/builders/market.ts';

const BOUNDS = { baseMs: 1000, maxMs: 10_000 };

describe('backOffMs', () => {
  it('doubles the range with each failure up to its end, and all of the range is random (C12)', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((failures) => backOffMs(failures, 0.5, BOUNDS))).toEqual([
      0, 500, 1000, 2000, 4000, 5000, 5000,
    ]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2000 }),
        fc.double({ min: 0, max: 0.999_999, noNaN: true }),
        (failures, uniform) => {
          const wait = backOffMs(failures, uniform, BOUNDS);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThan(10_000);
          expect(wait).toBeLessThanOrEqual(backOffMs(failures + 1, uniform, BOUNDS));
        },
      ),
    );
  });

  it.each([
    [-1, 0.5, BOUNDS],
    [1, 1, BOUNDS],
    [1, Number.NaN, BOUNDS],
    [1, 0.5, { baseMs: 0, maxMs: 1 }],
    [1, 0.5, { baseMs: 1, maxMs: Infinity }],
  ])('refuses %s failures, %s and %o', (failures, uniform, bounds) => {
    expect(() => backOffMs(failures, uniform, bounds)).toThrow(InvariantError);
  });
});

describe('uniformOf', () => {
  it('is the same for the same text, in [0, 1), and even over many texts (A13, C12)', () => {
    expect(uniformOf('BTC-PERP 1 2')).toBe(uniformOf('BTC-PERP 1 2'));
    const values = Array.from({ length: 10_000 }, (_, index) => uniformOf(`market ${index}`));
    for (const value of values) expect(value >= 0 && value < 1).toBe(true);
    const tenths = Array.from(
      { length: 10 },
      (_, tenth) => values.filter((value) => Math.floor(value * 10) === tenth).length,
    );
    // 1000 expected in each, standard deviation 30.
    for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it('of one number says nothing of the next: counters, fences and times that follow each other (A13, C12)', () => {
    for (const from of [1, 4e9, 1_767_600_000_000]) {
      const values = Array.from({ length: 2000 }, (_, nth) => uniformOf(`market 7 ${from + nth}`));
      const steps = values.slice(1).map((value, nth) => Math.abs(value - (values[nth] ?? value)));
      // Of two independent ones: a third on average, standard error 0.006; a fifth are within 0.1.
      expect(steps.reduce((sum, one) => sum + one, 0) / steps.length).toBeCloseTo(1 / 3, 1);
      const near = steps.filter((one) => one < 0.1).length / steps.length;
      expect(near).toBeGreaterThan(0.15);
      expect(near).toBeLessThan(0.23);
    }
  });
});

describe('emergencyReduction', () => {
  const limits = { capUsd: 1000, maxSlippageBps: 20, isOrdered: false };

  it('halves a position at the cap or beyond at once, and one that a person orders to be halved whatever its size (B7)', () => {
    const spec = aSpec();
    expect(emergencyReduction(0.01, 100_000, spec, limits)).toMatchObject({
      kind: 'reduce',
      plan: { side: 'sell', size: 0.005, limitPrice: 99_800 },
    });
    expect(emergencyReduction(-0.03, 100_000, spec, limits)).toMatchObject({
      kind: 'reduce',
      plan: { side: 'buy', size: 0.015, limitPrice: 100_200 },
    });
    expect(emergencyReduction(0.009_99, 100_000, spec, limits)).toMatchObject({
      kind: 'nothing',
      reason: { code: 'emergency-not-due' },
    });
    expect(emergencyReduction(0.002, 100_000, spec, { ...limits, isOrdered: true })).toMatchObject({
      kind: 'reduce',
      plan: { size: 0.001 },
    });
    expect(
      emergencyReduction(0.000_01, 100_000, spec, { ...limits, isOrdered: true }),
    ).toMatchObject({
      kind: 'nothing',
      reason: { code: 'emergency-too-small' },
    });
    expect(emergencyReduction(0, 100_000, spec, { ...limits, isOrdered: true }).kind).toBe(
      'nothing',
    );
  });

  it('reduces, never flips, and leaves half within a lot (B7)', () => {
    const spec = aSpec({ lot: 0.001 });
    fc.assert(
      fc.property(fc.integer({ min: -5000, max: 5000 }), (lots) => {
        const position = lots / 1000;
        const reduction = emergencyReduction(position, 100_000, spec, {
          ...limits,
          isOrdered: true,
        });
        if (reduction.kind === 'nothing') {
          expect(Math.abs(lots)).toBeLessThan(2);
          return;
        }
        const after = position + (reduction.plan.side === 'buy' ? 1 : -1) * reduction.plan.size;
        expect(Math.abs(after - position / 2)).toBeLessThanOrEqual(0.0005 + 1e-9);
        expect(after * position).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
