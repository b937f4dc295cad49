import { describe, expect, it } from 'vitest';
import { keepReducing } from '#shared/strategy/quotes/keep-reducing.ts';
import { type Draft, draftOf } from '#shared/strategy/quotes/draft.ts';
import type { RoundedDraft } from '#shared/strategy/quotes/round-quotes.ts';
import { aSpec } from '#test/builders/market.ts';
import { codesOf } from '../decisions.ts';
import { aContext, rounded } from '../guardrails/drafts.ts';

describe('keepReducing', () => {
  const specOf = (minNotional: number) => aSpec({ tick: 1, lot: 0.1, minNotional });
  const spec = specOf(25);
  const near = aContext({ inventoryUsd: -950 });
  const drafted = (size: number, level = 0): RoundedDraft =>
    rounded(draftOf([{ side: 'buy', level, price: 100, size }], []));
  const sizeIn = ({ quotes }: Draft): number | undefined => quotes[0]?.size;

  it('takes the smallest order that the venue takes, in whole lots, to the last cent (C1)', () => {
    // A lot's millionth below its notional is below it.
    for (const [minNotional, size] of [
      [25, 0.3],
      [20.000_001, 0.3],
      [20, 0.2],
      [0, 0.1],
    ] as const)
      expect(sizeIn(keepReducing(drafted(0.02), near, specOf(minNotional), -9.5))).toBe(size);
    expect(codesOf(keepReducing(drafted(0.02), near, spec, -9.5))).toEqual(['reducing-kept']);
  });

  it('leaves alone what is large enough, more than the position, not the reducing side, or not near the cap (C1)', () => {
    for (const [draft, context, position] of [
      [drafted(0.3), near, -9.5],
      [drafted(0.02), near, -0.25],
      [drafted(0.02), aContext({ inventoryUsd: 950 }), 9.5],
      [drafted(0.02), aContext({ inventoryUsd: -899 }), -8.99],
      [rounded(draftOf([], [])), near, -9.5],
      [drafted(0.02, 1), near, -9.5],
    ] as const)
      expect(keepReducing(draft, context, spec, position)).toBe(draft);
    expect(sizeIn(keepReducing(drafted(0.02), near, spec, -0.3))).toBe(0.3);
  });
});
