import { describe, expect, it, vi } from 'vitest';
import { PARAMETERS } from '#shared/domain/parameters.ts';
import { epochMs, usd } from '#shared/domain/units.ts';
import type { Venue } from '#shared/ports/venue.ts';
import { recallBrain } from '#shared/strategy/brain-memory.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
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

const gapsOf = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((at, index) => at - (times[index] ?? at));

/** The venue, and when it was looked at, in ms after the start. */
function watched(): {
  readonly looks: number[];
  readonly wrapVenue: (venue: Venue, exchange: unknown, clock: { now(): number }) => Venue;
} {
  const looks: number[] = [];
  return {
    looks,
    wrapVenue: (venue, _exchange, clock) => ({
      ...venue,
      look: (market) => (looks.push(clock.now() - after(0)), venue.look(market)),
    }),
  };
}

describe('one invocation', () => {
  it('tells once a minute what the mid did after fills of each side and level (E4)', async () => {
    const floor = openFloor({
      // Our nearest bid, then both asks; the mid rises by ten dollars, a basis point, after the bid
      // and stays there.
      events: byTime([
        ...quietMarket(130, (at) => (at > 15 ? 100_010 : 100_000)),
        print(10_200, 'sell', 99_940, 0.0009),
        print(40_200, 'buy', 100_500, 5),
      ]),
      written: {
        spreadModel: 'fixed',
        baseSpreadBps: 10,
        levels: 2,
        levelSpacingBps: 10,
        skewFactor: 0,
        micropriceWeight: 0,
        flowGain: 0,
      },
    });
    floor.invoke(0, 'a');
    await floor.runFor(125_000);
    const told = floor.logs.filter(({ message }) => message === 'session').at(-1)?.fields[
      'markouts30s'
    ];
    expect(told).toEqual([
      {
        side: 'buy',
        level: 0,
        fills: 1,
        averageBps: expect.closeTo(((100_010 - 99_950) / 99_950) * 1e4, 6) as number,
      },
      { side: 'sell', level: 0, fills: 1, averageBps: expect.any(Number) as number },
      { side: 'sell', level: 1, fills: 1, averageBps: expect.any(Number) as number },
    ]);
  });

  it('looks every three seconds and quotes both sides around the mid, post-only and in no other way (A1)', async () => {
    const { looks, wrapVenue } = watched();
    const mids = (at: number): number => 100_000 + 30 * Math.round(at / 3);
    const floor = openFloor({
      events: quietMarket(200, mids),
      written: {
        requoteIntervalMs: PARAMETERS.requoteIntervalMs.default,
        spreadModel: 'fixed',
        baseSpreadBps: 20,
      },
      wrapVenue,
    });
    const place = vi.spyOn(floor.exchange, 'place');
    const resting: string[] = [];
    const show = (at: number) => () => {
      const mid = mids(at / 1000);
      for (const { side, tick } of floor.exchange.openOrders(KEY, MARKET))
        resting.push(`${side} ${tick < mid ? 'below' : 'above'}`);
    };
    floor.invoke(0, 'a');
    for (let at = 5000; at < 180_000; at += 3000) floor.doAt(at, show(at));
    await floor.runFor(180_000);
    // The first one is that of the recovery.
    const [, ...inLoop] = looks;
    expect(inLoop.length).toBeGreaterThanOrEqual(59);
    for (const gap of gapsOf(inLoop)) expect(gap).toBe(3000);
    expect(place.mock.calls.length).toBeGreaterThan(50);
    for (const [, order] of place.mock.calls)
      expect(order).toMatchObject({ postOnly: true, timeInForce: 'GTC', reduceOnly: false });
    expect(resting).toHaveLength(2 * 59);
    for (const side of ['buy below', 'sell above'])
      expect(resting.filter((shown) => shown === side)).toHaveLength(59);
  });

  it('looks at times of its own while its quotes are filled at once, wider, and at the same ones in a replay (A13)', async () => {
    const play = async (
      earlierHolders: number,
    ): Promise<{ readonly looks: readonly number[]; readonly floor: TradingFloor }> => {
      const { looks, wrapVenue } = watched();
      const swept = Array.from({ length: 120 }, (_, half) => [
        print((half / 2 + 0.4) * 1000, 'sell', 99_000, 0.01),
        print((half / 2 + 0.45) * 1000, 'buy', 101_000, 0.01),
      ]).flat();
      const floor = openFloor({
        events: byTime([...quietMarket(60), ...swept]),
        written: { spreadModel: 'fixed', baseSpreadBps: 10, jitterMs: 700 },
        wrapVenue,
      });
      for (let holder = 0; holder < earlierHolders; holder += 1) {
        const lease = await floor.deps.leases.acquire(
          MARKET,
          `earlier-${holder}`,
          after(0),
          10_000,
        );
        if (lease !== undefined) await floor.deps.leases.release(lease);
      }
      floor.invoke(0, 'a');
      await floor.runFor(50_000);
      return { looks, floor };
    };
    const [first, again, other] = [await play(0), await play(0), await play(1)];
    expect(again.looks).toEqual(first.looks);
    expect(other.looks).not.toEqual(first.looks);
    const said = first.floor.logs
      .filter(({ message }) => message === 'reasons')
      .map(({ fields }) => fields);
    expect(JSON.stringify(said)).toContain('quotes filled at once');
    expect(said.at(-1)).toMatchObject({ figures: { spreadBps: 15 } });
    const late = gapsOf(first.looks.filter((at) => at > 20_000));
    for (const gap of late) expect(gap >= 1000 && gap < 1700).toBe(true);
    expect(new Set(late).size).toBe(late.length);
    expect(Math.max(...late) - Math.min(...late)).toBeGreaterThan(350);
  });

  it('learns from the mids of the other quoted markets, as their sessions saved them (C8)', async () => {
    const floor = openFloor({ events: quietMarket(120) });
    floor.invoke(0, 'a', { peerMarkets: ['ETH-PERP', 'SOL-PERP', 'NEW-PERP'] });
    for (let at = 15_000; at < 100_000; at += 5000)
      floor.doAt(at, async () => {
        const own = await floor.deps.sessions.load(MARKET);
        if (own === undefined) throw new Error('nothing was saved');
        for (const market of ['ETH-PERP', 'SOL-PERP'])
          await floor.deps.sessions.save({ ...own, market, savedAt: epochMs(after(at)) });
      });
    await floor.runFor(90_000);
    const { tail } = recallBrain((await floor.deps.sessions.load(MARKET))?.brain);
    expect(Object.keys(tail.markets.tracks).sort()).toEqual(['BTC-PERP', 'ETH-PERP', 'SOL-PERP']);
  });

  it('publishes every minute what the parts of its P&L leave unexplained: nothing, unless the books are wrong (E1)', async () => {
    const residuals = async (wrapVenue: (venue: Venue) => Venue): Promise<readonly number[]> => {
      const floor = openFloor({
        events: byTime([
          ...quietMarket(200, (at) => 100_000 + at),
          print(10_200, 'sell', 99_900, 5),
          print(70_200, 'buy', 100_300, 5),
        ]),
        written: { spreadModel: 'fixed', baseSpreadBps: 10 },
        wrapVenue,
      });
      floor.invoke(0, 'a');
      await floor.runFor(185_000);
      expect((await floor.deps.sessions.load(MARKET))?.pnl.fills).toBe(2);
      return floor.metrics.filter(({ name }) => name === 'Residual').map(({ value }) => value);
    };
    const right = await residuals((venue) => venue);
    expect(right).toHaveLength(4);
    for (const residual of right) expect(Math.abs(residual)).toBeLessThan(1e-9);
    const feesForgotten = await residuals((venue) => ({
      ...venue,
      fills: async (market, since) => {
        const fills = await venue.fills(market, since);
        return fills.ok
          ? { ok: true, value: fills.value.map((fill) => ({ ...fill, feeUsd: usd(0) })) }
          : fills;
      },
    }));
    // 1.5 bps on 100 USD, once and then twice.
    expect(feesForgotten).toEqual(
      [0, -0.015, -0.03, -0.03].map((value) => expect.closeTo(value, 3) as number),
    );
  });
});
