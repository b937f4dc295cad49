import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isContained,
  NO_FACTS,
  withFact,
  withFacts,
} from '#shared/market/books/contained-facts.ts';

const fact = fc.record({
  fence: fc.integer({ min: 1, max: 12 }),
  number: fc.integer({ min: 1, max: 9 }),
});
const isSame = (a: { fence: number; number: number }, b: typeof a): boolean =>
  a.fence === b.fence && a.number === b.number;

describe('the facts that totals contain', () => {
  it('are those that were added; only what is older than all that are told apart counts as well (E1)', () => {
    fc.assert(
      fc.property(fc.array(fact), fact, (added, other) => {
        const contained = withFacts(NO_FACTS, added);
        for (const one of added) expect(isContained(contained, one)).toBe(true);
        const { allBefore } = contained;
        const isOld =
          other.fence < allBefore.fence ||
          (other.fence === allBefore.fence && other.number < allBefore.number);
        const wasAdded = added.some((one) => isSame(one, other));
        expect(isContained(contained, other)).toBe(wasAdded || isOld);
      }),
    );
  });

  it('take no more room with more of them, nor with more holders', () => {
    let contained = NO_FACTS;
    for (let fence = 1; fence <= 50; fence += 1)
      for (let number = 1; number <= 20; number += 1)
        contained = withFact(contained, { fence, number: fence * 100 + number });
    expect(contained.ranges).toHaveLength(8);
    expect(contained.ranges[0]).toEqual({ fence: 43, first: 4301, last: 4320 });
    expect(contained.allBefore).toEqual({ fence: 43, number: 4301 });
  });

  it('of fewer holders than that are all told apart', () => {
    const contained = withFacts(NO_FACTS, [
      { fence: 2, number: 5 },
      { fence: 1, number: 6 },
      { fence: 1, number: 4 },
    ]);
    expect(contained).toEqual({
      allBefore: { fence: 0, number: 0 },
      ranges: [
        { fence: 1, first: 4, last: 4 },
        { fence: 1, first: 6, last: 6 },
        { fence: 2, first: 5, last: 5 },
      ],
    });
  });
});
