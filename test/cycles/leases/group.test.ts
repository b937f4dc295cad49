import { describe, expect, it } from 'vitest';
import { openFloor, quietMarket } from '../../floors/trading-floor.ts';

describe('a group of one market', () => {
  it('quotes both sides, hands over after twelve minutes and never leaves the book', async () => {
    const floor = openFloor({ events: quietMarket(1800) });
    floor.schedule(1000, 20);
    await floor.runFor(10_000);
    expect(floor.logs.filter(({ level }) => level === 'error')).toEqual([]);
    expect(
      floor
        .resting()
        .map(({ side }) => side)
        .sort(),
    ).toEqual(['buy', 'sell']);
    await floor.runFor(20 * 60_000);
    expect(floor.reports.filter(({ kind }) => kind === 'ran')).toMatchObject([
      { ended: { kind: 'handed-over' } },
    ]);
    expect(floor.failures).toEqual([]);
    expect(floor.resting()).toHaveLength(2);
  });
});
