import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atIndex,
  ceilIndex,
  floorIndex,
  grid,
  isOnGrid,
  nearestIndex,
  onLot,
  priceDown,
  priceUp,
  sizeDown,
} from '#shared/domain/order/grid.ts';

const steps = fc.constantFrom(
  1,
  0.5,
  0.25,
  0.1,
  0.01,
  0.001,
  0.0001,
  0.00001,
  0.000001,
  5,
  10,
  0.05,
);

describe('grid', () => {
  it('gives the double that a person would write: three steps of 0.1 are 0.3', () => {
    expect(atIndex(grid(0.1), 3)).toBe(0.3);
    expect(priceDown(grid(0.1), 3000.1000000000004)).toBe(3000.1);
    expect(priceUp(grid(0.01), 0.15)).toBe(0.15);
  });

  it('rounds a bid down and an ask up (A16)', () => {
    expect(priceDown(grid(0.5), 100.7)).toBe(100.5);
    expect(priceUp(grid(0.5), 100.7)).toBe(101);
    expect(sizeDown(grid(0.001), 0.0019)).toBe(0.001);
  });

  it('keeps every whole number of steps exactly, whatever the step', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 10_000_000 }), (step, index) => {
        const on = grid(step);
        const value = atIndex(on, index);
        expect(nearestIndex(on, value)).toBe(index);
        expect(floorIndex(on, value)).toBe(index);
        expect(ceilIndex(on, value)).toBe(index);
        expect(isOnGrid(on, value)).toBe(true);
        expect(value).toBe(Number(value.toFixed(6)));
      }),
    );
  });

  it('never rounds towards the aggressive side by more than float dust (A16)', () => {
    fc.assert(
      fc.property(steps, fc.double({ min: 0.001, max: 200_000, noNaN: true }), (step, value) => {
        const on = grid(step);
        const below = atIndex(on, floorIndex(on, value));
        const above = atIndex(on, ceilIndex(on, value));
        expect(below).toBeLessThanOrEqual(value + step * 1e-5);
        expect(above).toBeGreaterThanOrEqual(value - step * 1e-5);
        expect(above - below).toBeLessThanOrEqual(step * (1 + 1e-4));
      }),
    );
  });

  it('takes the dust off a sum of sizes, so that a closed position is zero', () => {
    expect(onLot(grid(0.1), 0.1 + 0.2 - 0.3)).toBe(0);
    expect(onLot(grid(0.1), -(0.1 + 0.2))).toBe(-0.3);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, Math.PI, 0.001000000000000001])(
    'refuses a step of %s',
    (step) => {
      expect(() => grid(step)).toThrow(/grid step/);
    },
  );
});
