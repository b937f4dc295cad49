import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { GROUP_BOUNDS } from '#shared/cycles/requote/bounds.ts';
import { KEY, savedSession, SYMBOL } from '#test/floors/trading-floor.ts';
import { type Doing, ETH, type Freeze, openGroups } from '#test/floors/two-groups.ts';

/** Quotes of a group that left it while the market was claimed by the other one. */
function beside(doings: readonly Doing[]): readonly Doing[] {
  let owner: string | undefined;
  return doings.filter(({ group, what }) => {
    if (what === 'claim') owner = group;
    return what === 'place' && group !== owner;
  });
}

/** Nobody else starts: what is taken is written down by hand. */
const ALONE: Freeze = {
  frozenAt: 20_000,
  thawedAt: 50_000,
  newFrom: 300_000,
  movesFrom: 0,
  renewMs: [20, 20],
};
const ofOldFrom = (doings: readonly Doing[], from: number) =>
  doings.filter(({ at, group }) => at >= from && group === 'old');

describe('a group that stood still beyond the end of its lease', () => {
  it('sends nothing of a market that another group took meanwhile, and stops the others', async () => {
    const { floor, doings } = openGroups({
      frozenAt: 20_000,
      thawedAt: 50_000,
      newFrom: 40_000,
      movesFrom: 50_000,
      renewMs: [20, 20],
    });
    await floor.runFor(200_000);
    expect(ofOldFrom(doings, 50_000)).toEqual([]);
    expect(beside(doings)).toEqual([]);
    expect(floor.exchange.openOrders(KEY, 'ETH-PERP')).toHaveLength(2);
    // The next start has it: what could not be proven is not quoted on.
    expect(floor.exchange.openOrders(KEY, SYMBOL)).toEqual([]);
    expect(floor.reports).toContainEqual(
      expect.objectContaining({
        kind: 'ran',
        ended: { kind: 'stopped', why: 'the lease had run out' },
      }),
    );
    expect(await floor.deps.group.leases.read('old')).toBeUndefined();
    expect(floor.failures).toEqual([]);
  });

  it('sends nothing of it either where both were taken in one second, and bear one fence', async () => {
    const { floor, doings } = openGroups(ALONE);
    floor.doAt(45_000, async () => {
      const session = await savedSession(floor, ETH);
      await floor.deps.group.sessions.save({ ...session, group: 'new' }, session.fence);
    });
    await floor.runFor(150_000);
    expect(ofOldFrom(doings, 20_000)).toEqual([]);
  });

  it('only cancels while nobody can read whether a market was taken, and then leaves', async () => {
    const { floor, doings } = openGroups(ALONE);
    floor.doAt(45_000, () => {
      vi.spyOn(floor.deps.group.sessions, 'load').mockRejectedValue(new Error('throttled'));
    });
    floor.doAt(60_000, () => void vi.restoreAllMocks());
    await floor.runFor(150_000);
    const kinds = ofOldFrom(doings, 50_000).map(({ what }) => what);
    expect(kinds).toContain('cancel');
    expect(kinds).not.toContain('place');
    expect(floor.exchange.openOrders(KEY, 'ETH-PERP')).toEqual([]);
    expect(await floor.deps.group.leases.read('old')).toBeUndefined();
  });

  it('never quotes beside the group that took its market, whenever it stood still', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(freezes, async (freeze) => {
        const { floor, doings } = openGroups(freeze);
        const { thawedAt, renewMs } = freeze;
        await floor.runFor(thawedAt + 40_000);
        expect(beside(doings)).toEqual([]);
        expect(floor.failures).toEqual([]);
        const claimed = doings.find(({ group, what }) => group === 'new' && what === 'claim');
        if (claimed === undefined) return;
        taken += 1;
        // A table that does not answer in time keeps nobody from cancelling.
        if (renewMs[0] + renewMs[1] >= GROUP_BOUNDS.storeLimitMs) return;
        // Thawed after that it touches nothing. Thawed just before, it may cancel what it had, until
        // a renewal tells it; nothing of the new one's can rest so soon.
        const since = claimed.at < thawedAt ? thawedAt : claimed.at + 20_000;
        expect(ofOldFrom(doings, since)).toEqual([]);
      }),
      { numRuns: 30 },
    );
    expect(taken).toBeGreaterThan(10);
  }, 120_000);
});

const freezes: fc.Arbitrary<Freeze> = fc
  .record({
    frozenAt: fc.integer({ min: 5000, max: 35_000 }),
    forMs: fc.integer({ min: 5000, max: 45_000 }),
    newFrom: fc.integer({ min: 5000, max: 15_000 }),
    moves: fc.constantFrom('always', 'once it is thawed'),
    renewMs: fc.tuple(fc.nat(2200), fc.nat(2200)),
  })
  .map(({ frozenAt, forMs, moves, ...others }) => {
    const thawedAt = frozenAt + forMs;
    return { ...others, frozenAt, thawedAt, movesFrom: moves === 'always' ? 0 : thawedAt };
  });
