import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseParameters } from '#shared/schema/parameters/parameters.ts';
import type { MarketResult } from '#shared/simulation/result.ts';
import { madeUp, runOnCloud, simulation } from '../simulated-run.ts';

const MINUTES = 1.5;

type Written = Readonly<Record<string, unknown>>;

/** A minute and a half of ETH around 4000. */
async function run(written: Written): Promise<MarketResult> {
  const { result } = await runOnCloud(
    simulation(madeUp(['ETH-PERP']), MINUTES, { DEFAULT: written }),
  );
  expect(result.problems).toEqual([]);
  const market = result.markets['ETH-PERP'];
  if (market === undefined) throw new Error('no figures');
  return market;
}

/** Wide enough that every level is placed on the first look. */
const ROOM = { maxInventoryUsd: 1_000_000, quoteSizeUsd: 50, sizeMultipliers: [1, 1, 1] };

describe('any parameters that are accepted can be run', () => {
  it.each<[string, Written, number]>([
    ['17 levels', { ...ROOM, levels: 17, levelSizeStep: 0 }, 34],
    ['20 levels far apart', { ...ROOM, levels: 20, levelSpacingBps: 100, levelSizeStep: 0 }, 40],
    [
      'a grid with its default count',
      { ...ROOM, spreadModel: 'grid', gridLowerPrice: 3900, gridUpperPrice: 4100 },
      20,
    ],
    [
      'a grid as fine as it may be',
      { ...ROOM, spreadModel: 'grid', gridLowerPrice: 3900, gridUpperPrice: 4100, gridCount: 100 },
      100,
    ],
  ])(
    '%s: more requests at once than there are connections',
    async (_, written, leastPlaced) => {
      expect((await run(written)).quotesPlaced).toBeGreaterThanOrEqual(leastPlaced);
    },
    60_000,
  );

  it('also made-up ones', async () => {
    const written = fc.record({
      spreadModel: fc.constantFrom('fixed', 'additive', 'avellaneda-stoikov', 'glft', 'grid'),
      requoteIntervalMs: fc.constantFrom(250, 3000, 60_000),
      maxQuoteAgeMs: fc.constantFrom(1000, 30_000),
      levels: fc.integer({ min: 1, max: 20 }),
      levelSpacingBps: fc.constantFrom(0.1, 10, 1000),
      levelSizeStep: fc.constantFrom(0, 10),
      gridLowerPrice: fc.constantFrom(1, 3990),
      gridUpperPrice: fc.constantFrom(4010, 1e9),
      gridCount: fc.integer({ min: 1, max: 100 }),
      quoteSizeUsd: fc.constantFrom(1, 100, 10_000),
      maxInventoryUsd: fc.constantFrom(10_000, 1e9),
      hedgeThresholdUsd: fc.constantFrom(1, 500, 1e9),
    });
    await fc.assert(
      fc.asyncProperty(written, async (parameters) => {
        fc.pre(parseParameters([parameters]).kind === 'accepted');
        expect((await run(parameters)).events).toBeGreaterThan(0);
      }),
      { numRuns: 6, seed: 20_260_105 },
    );
  }, 180_000);
});
