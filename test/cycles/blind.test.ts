import { describe, expect, it } from 'vitest';
import { failed } from '#shared/domain/failure.ts';
import { faultyVenue } from '#test/floors/faults/faulty-venue.ts';
import {
  after,
  MARKET,
  openFloor,
  quietMarket,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const sides = (floor: TradingFloor): string =>
  floor
    .resting()
    .map(({ side }) => side)
    .sort()
    .join();

/** When a market that goes blind at ten seconds is looked at, and when what rests is cancelled. */
async function goBlind(fence: number): Promise<{
  readonly looks: readonly number[];
  readonly cancelledAt: number;
}> {
  const looks: number[] = [];
  const cancels: number[] = [];
  const floor = openFloor({
    events: quietMarket(400),
    written: { requoteIntervalMs: 250 },
    wrapVenue: (venue, clock) => {
      const now = (): number => clock.now() - after(0);
      const failing = faultyVenue(venue, {
        read: () => (now() > 10_000 ? 'no-answer' : undefined),
      });
      const { data, execution } = failing;
      return {
        ...failing,
        data: { ...data, book: (market) => (looks.push(now()), data.book(market)) },
        execution: {
          ...execution,
          cancelOurs: (...args) => (cancels.push(now()), execution.cancelOurs(...args)),
        },
      };
    },
  });
  const { leases } = floor.deps.group;
  floor.invoke(0, 'a', {
    leases: {
      ...leases,
      acquire: (want, now, forMs) => leases.acquire({ ...want, leastFence: fence }, now, forMs),
    },
  });
  await floor.runFor(200_000);
  expect(floor.resting()).toEqual([]);
  return {
    looks: looks.filter((at) => at > 12_000),
    cancelledAt: cancels.find((at) => at > 10_000) ?? 0,
  };
}

const FENCE = 4e9;

describe('a market that cannot be seen', () => {
  it('is asked for less and less often, never more than ten seconds apart, at times of its own, and the same ones in a replay (C12)', async () => {
    const [first, again, other] = [
      (await goBlind(FENCE)).looks,
      (await goBlind(FENCE)).looks,
      (await goBlind(FENCE + 1)).looks,
    ];
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    const gaps = first.slice(1).map((at, index) => at - (first[index] ?? at));
    // With a look every quarter of a second there would be 700.
    expect(first.length).toBeLessThan(100);
    expect(Math.max(...gaps)).toBeLessThan(10_000 + 4000);
    expect(Math.max(...gaps)).toBeGreaterThan(5000);
  });

  it('is cancelled before its last look is too old to quote on, at a time of its own: markets that go blind together are no herd (C11, C12)', async () => {
    const times: number[] = [];
    for (const nth of [0, 1, 2, 3, 4, 5]) times.push((await goBlind(FENCE + nth)).cancelledAt);
    // Seen for the last time at 10 s, too old from 12 s on; a failed look takes its time to fail.
    for (const at of times) expect(at > 10_000 && at <= 12_000).toBe(true);
    expect(new Set(times).size).toBeGreaterThan(3);
  });

  it('is cancelled at once when the venue asks to wait longer than its last look is good for (C11)', async () => {
    const slowDown = failed({ kind: 'rate-limited', retryAfterMs: 60_000 } as const);
    const floor = openFloor({
      events: quietMarket(100),
      written: { requoteIntervalMs: 250 },
      wrapVenue: ({ data, ...venue }, clock) => ({
        ...venue,
        data: {
          ...data,
          book: (market) =>
            clock.now() > after(10_000) && clock.now() < after(60_000)
              ? Promise.resolve(slowDown)
              : data.book(market),
        },
      }),
    });
    const resting: number[] = [];
    for (const at of [9900, 10_600, 30_000, 60_000])
      floor.doAt(at, () => void resting.push(floor.resting().length));
    floor.invoke(0, 'a');
    await floor.runFor(65_000);
    expect(resting).toEqual([2, 0, 0, 0]);
  });

  it('has nothing resting while it is not, and quotes again when it is (C11)', async () => {
    const floor = openFloor({
      events: quietMarket(120),
      wrapVenue: (venue, clock) =>
        faultyVenue(venue, {
          read: () =>
            clock.now() >= after(20_000) && clock.now() < after(40_000) ? 'no-answer' : undefined,
        }),
    });
    floor.invoke(0, 'a');
    await floor.runFor(30_000);
    expect(floor.resting()).toEqual([]);
    await floor.runFor(55_000);
    expect(sides(floor)).toBe('buy,sell');
  });

  it('for its book has stopped is not quoted (C11)', async () => {
    const floor = openFloor({ events: quietMarket(20) });
    floor.invoke(0, 'a');
    await floor.runFor(19_000);
    expect(floor.resting()).toHaveLength(2);
    await floor.runFor(26_000);
    expect(floor.resting()).toEqual([]);
  });

  it('beats only for the minutes in which it was seen', async () => {
    const floor = openFloor({
      events: quietMarket(700),
      wrapVenue: (venue, clock) =>
        faultyVenue(venue, {
          read: () =>
            clock.now() >= after(70_000) && clock.now() < after(310_000) ? 'no-answer' : undefined,
        }),
    });
    floor.invoke(0, 'a');
    const beats: number[] = [];
    for (const at of [59_000, 130_000, 300_000, 430_000])
      floor.doAt(
        at,
        () => void beats.push(floor.metrics.filter(({ name }) => name === 'Heartbeat').length),
      );
    await floor.runFor(440_000);
    expect(beats[0]).toBe(1);
    expect(beats[2]).toBe(beats[1]);
    expect(beats[3]).toBeGreaterThan(beats[2] ?? 0);
    expect(await floor.deps.group.leases.read(MARKET)).toBeDefined();
  });
});
