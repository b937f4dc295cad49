import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runSession } from '#shared/cycles/requote/run-session.ts';
import { failed } from '#shared/domain/failure.ts';
import type { Halt } from '#shared/domain/halt.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { faultyVenue } from '#test/floors/faulty-venue.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { Killed, type KillPoint, untilKilled } from '#test/floors/killed.ts';
import {
  after,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';
import { START } from '#test/builders/market.ts';

const { print } = eventsFrom(START);

const byTime = <T extends { readonly at?: number }>(events: readonly T[]): readonly T[] =>
  [...events].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));

/**
 * Our bid is filled after ten seconds; five seconds later the price has fallen by 2 %, which costs
 * the position about two dollars.
 */
const fallingMarket = (seconds: number): readonly FeedEvent[] =>
  byTime([
    ...quietMarket(seconds, (at) => (at > 15 ? 98_000 : 100_000)),
    print(10_200, 'sell', 99_900, 5),
  ]);

const LIMITS = { spreadModel: 'fixed', baseSpreadBps: 10, sessionStopLossUsd: 1 };

const openOrders = (floor: TradingFloor): number => floor.exchange.openOrders(KEY, MARKET).length;

const aHalt = (at: number): Halt => ({
  market: MARKET,
  at: epochMs(at),
  cause: 'daily-loss-limit',
  text: 'put by a test',
  netPnlUsd: -1,
});

describe('a market whose loss limit is passed', () => {
  it('is cancelled, halted with cause and figures, and not traded again until the halt is lifted (C4, C10)', async () => {
    const floor = openFloor({ events: fallingMarket(400), written: LIMITS });
    floor.invoke(0, 'a');
    for (const at of [60_000, 120_000, 180_000])
      floor.invoke(at, `start-${at}`, { sessionMs: 30_000 });
    let atEnd = -1;
    floor.doAt(40_000, () => void (atEnd = openOrders(floor)));
    floor.doAt(170_000, () => floor.halts.lift(MARKET));
    await floor.runFor(200_000);
    expect(floor.reports[0]).toMatchObject({ kind: 'ran', ended: 'halted' });
    expect(atEnd).toBe(0);
    for (const report of floor.reports.slice(1, 3)) {
      if (report.kind !== 'stood-aside')
        throw new Error(`a halted market was traded: ${report.kind}`);
      expect(report.why).toMatch(/^halted: the session lost \d\.\d\d USD, allowed are 1\.00 USD$/);
    }
    // Lifted, it trades, and what was lost before does not halt it again.
    expect(openOrders(floor)).toBeGreaterThan(0);
    expect(await floor.halts.read(MARKET)).toBeUndefined();
    expect(floor.metrics.filter(({ name }) => name === 'Halted')).toHaveLength(3);
  });

  it('is halted by a loss of its share of the capital, today or from the peak (C5)', async () => {
    const floor = openFloor({
      events: fallingMarket(60),
      written: {
        spreadModel: 'fixed',
        baseSpreadBps: 10,
        capitalUsd: 5000,
        dailyLossLimitPct: 0.03,
      },
    });
    floor.invoke(0, 'a');
    await floor.runFor(50_000);
    expect(await floor.halts.read(MARKET)).toMatchObject({
      market: MARKET,
      cause: 'daily-loss-limit',
    });
    expect((await floor.halts.read(MARKET))?.netPnlUsd).toBeLessThan(-1.5);
    expect(openOrders(floor)).toBe(0);
  });

  it('ends halted and with nothing resting wherever an invocation dies, and nothing is placed after the halt (C4, C10)', async () => {
    const kills = fc.record({
      call: fc.integer({ min: 20, max: 200 }),
      when: fc.constantFrom<KillPoint['when']>('before', 'after'),
    });
    await fc.assert(
      fc.asyncProperty(kills, async (kill) => {
        const floor = openFloor({ events: fallingMarket(300), written: LIMITS });
        let placedAfterHalt = 0;
        floor.exchange.listen({
          ticked: (_market, at) => {
            if (haltedAt !== undefined && at > haltedAt + 150_000)
              placedAfterHalt += openOrders(floor);
          },
        });
        let haltedAt: number | undefined;
        floor.doAt(20_500, async () => {
          haltedAt = (await floor.halts.read(MARKET))?.at;
        });
        const start = (atMs: number, owner: string, point: KillPoint | undefined): void =>
          floor.clock.at(after(atMs), owner, async () => {
            try {
              await runSession(untilKilled(floor.deps, point), {
                market: MARKET,
                owner,
                deadline: epochMs(floor.clock.now() + 120_000),
              });
            } catch (error) {
              if (!(error instanceof Killed)) throw error;
            }
          });
        start(0, 'first', kill);
        for (const at of [30_000, 60_000, 90_000, 120_000, 150_000])
          start(at, `start-${at}`, undefined);
        await floor.runFor(290_000);
        expect(await floor.halts.read(MARKET)).toMatchObject({ cause: 'session-stop-loss' });
        expect(openOrders(floor)).toBe(0);
        expect(placedAfterHalt).toBe(0);
      }),
      { numRuns: 30 },
    );
  });
});

describe('a halt put by somebody else', () => {
  it('ends a running session within ten seconds (C10)', async () => {
    const floor = openFloor({ events: quietMarket(120) });
    floor.invoke(0, 'a');
    floor.doAt(20_000, async () => void (await floor.halts.put(aHalt(after(20_000)))));
    await floor.runFor(30_000);
    expect(floor.reports).toMatchObject([{ kind: 'ran', ended: 'halted' }]);
    expect(openOrders(floor)).toBe(0);
  });

  it('has what a dead session left cancelled, but not what a person places later (C10)', async () => {
    const floor = openFloor({ events: quietMarket(1000) });
    const place = (): void => {
      floor.exchange.advanceTo(floor.clock.now());
      const placed = floor.exchange.place(KEY, {
        market: MARKET,
        side: 'buy',
        price: 90_000,
        size: 0.001,
        timeInForce: 'GTC',
        postOnly: true,
        reduceOnly: false,
      });
      expect(placed.ok).toBe(true);
    };
    floor.doAt(1000, async () => {
      place();
      await floor.halts.put(aHalt(after(1000)));
    });
    floor.invoke(60_000, 'soon');
    const left: number[] = [];
    floor.doAt(90_000, () => {
      left.push(openOrders(floor));
    });
    floor.doAt(400_000, place);
    floor.invoke(420_000, 'later');
    await floor.runFor(450_000);
    expect(left).toEqual([0]);
    expect(openOrders(floor)).toBe(1);
    expect(floor.reports.map(({ kind }) => kind)).toEqual(['stood-aside', 'stood-aside']);
  });
});

describe('a session that cannot see the market', () => {
  const timesOf = async (
    earlierHolders: number,
  ): Promise<{ readonly looks: readonly number[]; readonly cancelledAt: number }> => {
    const looks: number[] = [];
    const sends: number[] = [];
    const floor = openFloor({
      events: quietMarket(400),
      written: { requoteIntervalMs: 250 },
      wrapVenue: (venue, _exchange, clock) => {
        const failing = faultyVenue(venue, {
          read: () => (clock.now() > after(10_000) ? 'no-answer' : undefined),
        });
        return {
          ...failing,
          look: async (market) => (looks.push(clock.now() - after(0)), failing.look(market)),
          send: async (commands) => (sends.push(clock.now() - after(0)), failing.send(commands)),
        };
      },
    });
    for (let holder = 0; holder < earlierHolders; holder += 1) {
      const lease = await floor.deps.leases.acquire(MARKET, `earlier-${holder}`, after(0), 10_000);
      if (lease !== undefined) await floor.deps.leases.release(lease);
    }
    floor.invoke(0, 'a');
    await floor.runFor(200_000);
    expect(openOrders(floor)).toBe(0);
    return {
      looks: looks.filter((at) => at > 12_000),
      cancelledAt: sends.find((at) => at > 10_000) ?? 0,
    };
  };

  it('asks less and less often, never more than ten seconds apart, at times of its own, and the same ones in a replay (C12)', async () => {
    const [first, again, other] = (await Promise.all([timesOf(0), timesOf(0), timesOf(1)])).map(
      ({ looks }) => looks,
    );
    if (first === undefined) throw new Error('nothing was played');
    expect(first).toEqual(again);
    expect(first).not.toEqual(other);
    const gaps = first.slice(1).map((at, index) => at - (first[index] ?? at));
    // With a look every quarter of a second there would be 700.
    expect(first.length).toBeLessThan(100);
    expect(Math.max(...gaps)).toBeLessThan(10_000 + 4000);
    expect(Math.max(...gaps)).toBeGreaterThan(5000);
  });

  it('cancels once its last look is too old to quote on, at a time of its own: markets that go blind together are no herd (C11, C12)', async () => {
    const times = (await Promise.all([0, 1, 2, 3, 4, 5].map(timesOf))).map(
      ({ cancelledAt }) => cancelledAt,
    );
    // Seen for the last time at 10 s, too old from 12 s on; a failed look takes its time to fail.
    for (const at of times) expect(at > 10_000 && at <= 12_000).toBe(true);
    expect(new Set(times).size).toBeGreaterThan(3);
  });

  it('cancels at once when the venue asks it to wait longer than its last look is good for (C11)', async () => {
    const slowDown = failed({ kind: 'rate-limited', retryAfterMs: 60_000 } as const);
    const floor = openFloor({
      events: quietMarket(100),
      written: { requoteIntervalMs: 250 },
      wrapVenue: (venue, _exchange, clock) => ({
        ...venue,
        look: (market) =>
          clock.now() > after(10_000) && clock.now() < after(60_000)
            ? Promise.resolve(slowDown)
            : venue.look(market),
      }),
    });
    const resting: number[] = [];
    for (const at of [9900, 10_600, 30_000, 60_000])
      floor.doAt(at, () => void resting.push(openOrders(floor)));
    floor.invoke(0, 'a');
    await floor.runFor(65_000);
    expect(resting).toEqual([2, 0, 0, 0]);
  });
});
