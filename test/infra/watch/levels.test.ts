import { describe, expect, it } from 'vitest';
import { heartbeat, levels } from '#infra/watch/levels.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import { MARKET, openFloor, quietMarket, type TradingFloor } from '#test/floors/trading-floor.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const WRITTEN = { spreadModel: 'fixed', baseSpreadBps: 10 };

/** What each run told, in turn. */
function runsOf({ metrics }: TradingFloor): readonly ReadonlyMap<string, number>[] {
  const runs: Map<string, number>[] = [];
  for (const { name, value } of metrics) {
    if (name === heartbeat.metricName) runs.push(new Map());
    if (levels.some(({ metricName }) => metricName === name)) runs.at(-1)?.set(name, value);
  }
  return runs;
}

/** The levels that rang at some time, where every run is a minute of its own. */
const rangIn = (floor: TradingFloor): readonly string[] =>
  levels
    .filter(({ metricName, runs, of }) => {
      const told = runsOf(floor).map((run) => (run.get(metricName) ?? 0) >= 1);
      return told.some((_, index) => told.slice(index, index + of).filter(Boolean).length >= runs);
    })
    .map(({ metricName }) => metricName);

describe('the levels of the watchdog', () => {
  it('ring for no first start and no hand-over (F5)', async () => {
    const floor = openFloor({ events: quietMarket(1000), written: WRITTEN });
    floor.schedule(0, 16);
    floor.watchdog(0, 16);
    await floor.runFor(16 * MINUTE);
    expect(runsOf(floor).length).toBeGreaterThan(14);
    expect(rangIn(floor)).toEqual([]);
  });

  it('ring for no market that is switched on again: one run may look before its next start (F5)', async () => {
    const floor = openFloor({ events: quietMarket(500), written: WRITTEN });
    const turn = (mode: string) => () => floor.deps.parameters.put(MARKET, { ...WRITTEN, mode });
    floor.schedule(0, 8);
    floor.doAt(100 * SECOND, turn('off'));
    floor.doAt(205 * SECOND, turn('paper'));
    floor.watchdog(0, 8);
    await floor.runFor(8 * MINUTE);
    expect(runsOf(floor).map((run) => run.get('Unattended'))).toContain(1);
    expect(rangIn(floor)).toEqual([]);
  });

  it('ring for a market that nobody takes after a kill, with its orders (F5)', async () => {
    const floor = openFloor({ events: quietMarket(400), written: WRITTEN });
    const dead = aProcess();
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    floor.doAt(70 * SECOND, () => dead.kill());
    floor.watchdog(0, 6);
    await floor.runFor(6 * MINUTE);
    expect(rangIn(floor)).toEqual(['Unattended', 'OrdersUnowned']);
  });
});
