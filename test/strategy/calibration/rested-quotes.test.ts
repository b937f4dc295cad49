import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { newIntensity, observeRested } from '#shared/strategy/calibration/rested-quotes.ts';
import { at } from './intensities.ts';

describe('what is counted', () => {
  const empty = newIntensity({ bucketWidth: 2, bucketCount: 3, halfLifeSeconds: 10 });
  const started = observeRested(empty, [{ distance: 1, seconds: 9, fills: 9 }], at(0));

  it('begins to count at the first look, and counts a look at the same time, or an earlier one, only once (A5)', () => {
    expect(started).toEqual({ ...empty, lastAt: at(0) });
    const once = observeRested(started, [{ distance: 1, seconds: 5, fills: 1 }], at(5));
    for (const again of [at(5), at(4)])
      expect(observeRested(once, [{ distance: 1, seconds: 5, fills: 1 }], again)).toBe(once);
  });

  it('puts time, distance and fills into the bucket of the distance, and leaves out what is beyond the last (A5)', () => {
    const quotes = [
      { distance: 3, seconds: 5, fills: 1 },
      { distance: 3.5, seconds: 2, fills: 0.25 },
      { distance: -1, seconds: 4, fills: 2 },
      { distance: 6, seconds: 5, fills: 7 },
    ];
    expect(observeRested(started, quotes, at(5))).toMatchObject({
      seconds: [4, 7, 0],
      distanceSeconds: [0, 22, 0],
      fills: [2, 1.25, 0],
    });
  });

  it('counts no more time than passed, and half of it after a half-life (A5)', () => {
    const seen = observeRested(started, [{ distance: 1, seconds: 500, fills: 1 }], at(5));
    expect(seen.seconds).toEqual([5, 0, 0]);
    const later = observeRested(seen, [], at(15));
    expect(later).toMatchObject({
      seconds: [2.5, 0, 0],
      distanceSeconds: [2.5, 0, 0],
      fills: [0.5, 0, 0],
    });
    expect(JSON.parse(JSON.stringify(later))).toEqual(later);
  });

  it('names what cannot be (A5)', () => {
    for (const wrong of [{ bucketWidth: 0 }, { bucketCount: 0 }, { halfLifeSeconds: NaN }])
      expect(() =>
        newIntensity({ bucketWidth: 1, bucketCount: 1, halfLifeSeconds: 1, ...wrong }),
      ).toThrow(InvariantError);
    for (const wrong of [{ distance: NaN }, { seconds: -1 }, { fills: -1 }])
      expect(() =>
        observeRested(started, [{ distance: 1, seconds: 1, fills: 0, ...wrong }], at(1)),
      ).toThrow(new RegExp(`^${Object.keys(wrong).join()} must`));
  });
});
