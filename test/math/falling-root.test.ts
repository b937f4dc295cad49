import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fallingRoot } from '#shared/math/falling-root.ts';

describe('falling root', () => {
  it('finds the root of a falling function to the last digits, in few evaluations (A5)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), (root) => {
        let evaluations = 0;
        const found = fallingRoot(
          (x) => {
            evaluations += 1;
            return { value: Math.exp(-x) - Math.exp(-root), slope: -Math.exp(-x) };
          },
          0,
          3 * root,
        );
        expect(Math.abs(found - root)).toBeLessThan(1e-6 * root);
        expect(evaluations).toBeLessThan(40);
      }),
    );
  });

  it('halves the bracket where the function says "too far", or where the slope misleads (A5)', () => {
    const undefinedBeyond = fallingRoot(
      (x) => (x > 3 ? { value: -Infinity, slope: -1 } : { value: 3 - x, slope: -1e-3 }),
      0,
      50,
    );
    expect(undefinedBeyond).toBeCloseTo(3, 9);
    expect(fallingRoot((x) => ({ value: 3 - x, slope: 0 }), 0, 50)).toBeCloseTo(3, 9);
    expect(fallingRoot((x) => ({ value: 3 - x, slope: NaN }), 0, 50)).toBeCloseTo(3, 9);
  });

  it('ends after a hundred halvings at the latest, with the last point known to be below the root (A5)', () => {
    let evaluations = 0;
    const found = fallingRoot(
      (x) => {
        evaluations += 1;
        return { value: x <= 0 ? 1 : -1, slope: NaN };
      },
      0,
      1,
    );
    expect(found).toBe(0);
    expect(evaluations).toBe(100);
  });
});
