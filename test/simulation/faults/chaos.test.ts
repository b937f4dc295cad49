import { describe, expect, it } from 'vitest';
import type { BrokenBuild } from '#shared/simulation/faults/broken-build.ts';
import { FAULT_KINDS, type FaultKind } from '#shared/simulation/faults/fault-kind.ts';
import { type ChaosRun, runChaos } from '#shared/simulation/faults/run-chaos.ts';
import { syntheticFeeds, VENUE_FEES } from '../../../functions/cli/exchange-feeds.ts';
import { START } from '#test/builders/market.ts';

const MINUTES = 30;
const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);

const play = (
  seed: number,
  kinds: readonly FaultKind[] = FAULT_KINDS,
  broken?: BrokenBuild,
  minutes = MINUTES,
): Promise<ChaosRun> =>
  runChaos({
    seed,
    minutes,
    kinds,
    feeds: syntheticFeeds(['BTC-PERP', 'ETH-PERP'], seed, START, VENUE_FEES),
    broken,
  });

describe('a deployment around which everything fails', () => {
  it(`keeps every promise in ${SEEDS.length} stories of ${MINUTES} minutes (B6, C1, E1)`, async () => {
    const happened = new Set<FaultKind>();
    let [checks, fills, faults] = [0, 0, 0];
    for (const seed of SEEDS) {
      const run = await play(seed);
      expect({ seed, violations: run.violations }).toEqual({ seed, violations: [] });
      for (const { kind } of run.faults) happened.add(kind);
      checks += run.checks;
      fills += run.fills;
      faults += run.faults.length;
    }
    expect([...happened].toSorted()).toEqual([...FAULT_KINDS].toSorted());
    expect([checks > 1_000_000, fills > 500, faults > 3000]).toEqual([true, true, true]);
  }, 120_000);

  it('does the same again by its seed alone', async () => {
    const [first, again] = [await play(2), await play(2)];
    expect(again).toEqual(first);
    expect((await play(3)).faults).not.toEqual(first.faults);
  });

  it('meets only what it is told to', async () => {
    for (const kind of ['killed', 'send-late', 'schedule-off'] as const) {
      const { faults, violations } = await play(5, [kind]);
      expect(new Set(faults.map((fault) => fault.kind))).toEqual(new Set([kind]));
      expect(violations).toEqual([]);
    }
    expect((await play(5, [])).faults).toEqual([]);
  });
});

describe('a deployment that lacks something', () => {
  it.each([
    ['no-watchdog', 80, /nobody’s orders for \d+ s/],
    ['leases-for-all', 4, /orders rest on the side/],
    ['no-list-lag', 3, /orders rest on the side|USD/],
    ['facts-lost', 1, /are not in the ledger|not explained/],
  ] as const)('is noticed: %s, by seed %i', async (broken, seed, words) => {
    const { violations } = await play(seed, FAULT_KINDS, broken);
    expect(violations.map(({ what }) => what).join('; ')).toMatch(words);
  });
});
