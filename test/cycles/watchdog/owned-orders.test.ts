import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { marketId } from '#shared/domain/venue/market-id.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import { MARKET } from '#test/floors/trading-floor.ts';
import { failing, HALTED_BY_HAND, quietFloor, takenAway } from '#test/floors/watched-floor.ts';

const ETH = marketId('purple-flea', 'ETH-PERP');
const SECOND = 1000;
const MINUTE = 60_000;

describe('orders that somebody answers for', () => {
  it('are left alone whenever the watchdog looks, also while they are handed over, and cost no request', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 59_999 }), async (phase) => {
        const floor = quietFloor(15 * 60);
        const asked: string[] = [];
        const { data, execution, history } = floor.deps.watchdog.venue;
        floor.schedule(0, 15);
        floor.watchdog(Math.max(5000, phase), 14, {
          venue: {
            data,
            history,
            execution: {
              ...execution,
              orders(market) {
                asked.push(market);
                return execution.orders(market);
              },
            },
          },
        });
        await floor.runFor(14 * MINUTE + 40 * SECOND);
        expect(floor.reports.some(({ kind }) => kind === 'ran')).toBe(true);
        expect(asked).toEqual([]);
        expect(takenAway(floor)).toEqual([]);
        expect(floor.resting()).toHaveLength(2);
      }),
      { numRuns: 6 },
    );
  });

  it('are left to whoever took the market while the watchdog looked, and by one that stood still since', async () => {
    const floor = quietFloor(300);
    const [dead, frozen] = [aProcess(), aProcess()];
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    floor.doAt(20 * SECOND, () => dead.kill());
    // It has seen the lease run out and the orders, and stands still before it acts on them.
    const inside = frozen.inside(floor.deps.watchdog);
    floor.watchdog(60 * SECOND, 1, {
      ...inside,
      sessions: {
        ...inside.sessions,
        load(market) {
          frozen.freeze();
          return inside.sessions.load(market);
        },
      },
    });
    floor.invoke(70 * SECOND, 'next');
    floor.doAt(120 * SECOND, () => frozen.thaw());
    await floor.runFor(119 * SECOND);
    expect(frozen.calls()).toBeGreaterThan(0);
    expect(floor.resting()).toHaveLength(2);
    await floor.runFor(200 * SECOND);
    expect(takenAway(floor)).toEqual([]);
    expect(floor.resting()).toHaveLength(2);
  });

  it('are those of a halted market that was lifted while the watchdog stood still', async () => {
    const floor = quietFloor(300);
    const frozen = aProcess();
    const inside = frozen.inside(floor.deps.watchdog);
    floor.invoke(0, 'lives');
    floor.doAt(10 * SECOND, async () => {
      await floor.deps.halts.put({ ...HALTED_BY_HAND, at: floor.clock.now() });
    });
    // Somebody holds the lease, as the holder of other markets of the group would.
    const held = { read: () => floor.deps.group.leases.read(MARKET) };
    floor.watchdog(60 * SECOND, 1, {
      ...inside,
      leases: held,
      hedges: {
        read(market) {
          frozen.freeze();
          return inside.hedges.read(market);
        },
      },
    });
    floor.doAt(70 * SECOND, async () => {
      await floor.deps.halts.lift(MARKET, { by: 'test', reason: 'seen', at: floor.clock.now() });
    });
    floor.invoke(80 * SECOND, 'next');
    floor.doAt(120 * SECOND, () => frozen.thaw());
    await floor.runFor(200 * SECOND);
    expect(takenAway(floor)).toEqual([]);
    expect(floor.resting()).toHaveLength(2);
  });

  it('are those of a moved market whose session cannot be read for a moment', async () => {
    const floor = quietFloor(200, { others: ['ETH-PERP'] });
    floor.invoke(0, 'old', { markets: [MARKET, ETH], group: 'old' });
    const groups = [
      { name: 'old', markets: [MARKET] },
      { name: 'new', markets: [ETH] },
    ];
    const { sessions } = floor.deps.watchdog;
    for (const fails of [1, Infinity]) {
      let asked = 0;
      floor.watchdog(60 * SECOND, 1, {
        groups,
        sessions: {
          ...sessions,
          load: (market) => ((asked += 1) <= fails ? failing() : sessions.load(market)),
        },
      });
    }
    await floor.runFor(100 * SECOND);
    expect(takenAway(floor)).toEqual([]);
  });

  it('are those of the group that traded the market before a deployment, while its lease is in force', async () => {
    const floor = quietFloor(200, { others: ['ETH-PERP'] });
    floor.invoke(0, 'old', { markets: [MARKET, ETH], group: 'old' });
    const groups = [
      { name: 'old', markets: [MARKET] },
      { name: 'new', markets: [ETH] },
    ];
    floor.watchdog(60 * SECOND, 2, { groups });
    await floor.runFor(160 * SECOND);
    expect(takenAway(floor)).toEqual([]);
    expect(floor.looks).toHaveLength(4);
  });
});

describe('tables that cannot be read', () => {
  const broken = { read: () => Promise.reject(new Error('no table')) };

  it('leave nothing of ours resting: after two tries all quotes are cancelled', async () => {
    const floor = quietFloor(200);
    const dead = aProcess();
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    floor.doAt(20 * SECOND, () => dead.kill());
    floor.watchdog(40 * SECOND, 1, { leases: broken });
    await floor.runFor(59 * SECOND);
    expect(floor.resting()).toHaveLength(2);
    await floor.runFor(61 * SECOND);
    expect(floor.resting()).toEqual([]);
    await floor.runFor(150 * SECOND);
    expect(floor.looks.map(({ kind }) => kind)).toEqual(['blind', 'blind']);
    expect(floor.metrics).toContainEqual({ name: 'TablesUnread', value: 1 });
  });

  it('are tried again, and a table that answers then is believed', async () => {
    const floor = quietFloor(200);
    let calls = 0;
    const { leases } = floor.deps.group;
    floor.invoke(0, 'lives');
    floor.watchdog(40 * SECOND, 1, {
      leases: {
        read: (group) => ((calls += 1) === 1 ? broken.read() : leases.read(group)),
      },
    });
    await floor.runFor(120 * SECOND);
    expect(floor.looks.map(({ kind }) => kind)).toEqual(['seen', 'seen']);
    expect(floor.resting()).toHaveLength(2);
    expect(floor.metrics).toContainEqual({ name: 'TablesUnread', value: 0 });
  });
});
