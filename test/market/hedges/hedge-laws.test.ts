import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { MarketPlay } from '../../builders/play/market-play.ts';
import { bad, GOOD, slow } from '../../builders/play/misbehaviour.ts';

const MINUTE = 60_000;
const SET: Partial<Parameters> = {
  quoteSizeUsd: 300,
  levels: 2,
  sizeMultipliers: [1, 1, 1],
  hedgeThresholdUsd: 300,
  hedgeThresholdRatio: 1,
};

const good = fc.constantFrom(0.1, 0.5, 2).map((tradesPerSecond) => ({ ...GOOD, tradesPerSecond }));

describe('step beside a hedge', () => {
  it('never may hold more than the cap, whoever has traded the position away (B1, C1)', () => {
    let hedged = 0;
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(250, 1000, 3000),
        fc.oneof(good, bad, slow),
        (seed, requoteIntervalMs, how) => {
          const play = new MarketPlay(seed, how, { ...SET, requoteIntervalMs });
          play.hedges = true;
          play.runFor(5 * MINUTE);
          expect(play.problems).toEqual([]);
          hedged += play.venue.fills.filter(({ liquidity }) => liquidity === 'taker').length;
        },
      ),
      { numRuns: 60 },
    );
    expect(hedged).toBeGreaterThan(100);
  });
});
