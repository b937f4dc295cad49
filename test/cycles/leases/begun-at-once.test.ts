import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GroupDeps } from '#shared/cycles/requote/group-deps.ts';
import { MARKET, openFloor, quietMarket } from '#test/floors/trading-floor.ts';
import { type Doing, ETH, watched } from '#test/floors/two-groups.ts';

/** Tables that take their time: what is read is old when it is heard. */
function slowly({ sessions, leases, ...others }: GroupDeps, ms: number): GroupDeps {
  const { sleep } = others.clock;
  const soon = async <T>(call: () => Promise<T>): Promise<T> => {
    await sleep(ms);
    const answer = await call();
    await sleep(ms);
    return answer;
  };
  return {
    ...others,
    sessions: { ...sessions, load: (market) => soon(() => sessions.load(market)) },
    leases: { ...leases, read: (group) => soon(() => leases.read(group)) },
  };
}

const aStart = fc.record({
  atMs: fc.integer({ min: 30_000, max: 30_999 }),
  tableMs: fc.integer({ min: 0, max: 300 }),
});

describe('two groups that begin at once with a market that nobody holds', () => {
  it('never both quote it: who saves it second has lost it', async () => {
    const traded = { old: 0, new: 0 };
    await fc.assert(
      fc.asyncProperty(aStart, aStart, async (old, young) => {
        const floor = openFloor({
          events: quietMarket(80, (second) => 100_000 + 60 * (Math.floor(second) % 2)),
          others: ['ETH-PERP'],
          written: { spreadModel: 'fixed', baseSpreadBps: 10 },
        });
        const doings: Doing[] = [];
        const byOld = { ...watched(floor, 'old', doings), group: 'old', markets: [MARKET, ETH] };
        floor.invoke(0, 'before', { ...byOld, sessionMs: 15_000 });
        // The old group's last start is of the version before, which still has the market.
        floor.invoke(old.atMs, 'old', { ...byOld, ...slowly(byOld, old.tableMs) });
        floor.invoke(young.atMs, 'new', {
          ...slowly(watched(floor, 'new', doings), young.tableMs),
          group: 'new',
          markets: [ETH],
        });
        await floor.runFor(60_000);
        const places = doings.filter(({ at, what }) => at >= 30_000 && what === 'place');
        const groups = [...new Set(places.map(({ group }) => group))];
        expect(groups).toHaveLength(1);
        expect(floor.failures).toEqual([]);
        traded[groups[0] === 'old' ? 'old' : 'new'] += 1;
      }),
      { numRuns: 40 },
    );
    expect(Math.min(traded.old, traded.new)).toBeGreaterThan(5);
  }, 60_000);
});
