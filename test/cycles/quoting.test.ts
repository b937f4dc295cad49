import { describe, expect, it, vi } from 'vitest';
import { done, failed } from '#shared/domain/failure.ts';
import { marketId, symbolOf } from '#shared/domain/venue/market-id.ts';
import { PARAMETERS } from '#shared/domain/parameters/parameters.ts';
import { usd } from '#shared/domain/units.ts';
import type { ConnectedVenue } from '#shared/ports/connect-venue.ts';
import { recallBrain } from '#shared/strategy/brain-memory.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import {
  after,
  inOrder,
  MARKET,
  openFloor,
  quietMarket,
  savedSession,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const ETH = marketId('purple-flea', 'ETH-PERP');
const SOL = marketId('purple-flea', 'SOL-PERP');

const { print } = eventsFrom(START);

const gapsOf = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((at, index) => at - (times[index] ?? at));

/** The venue, and when it was looked at, in ms after the start. */
function watched(): {
  readonly looks: number[];
  readonly wrapVenue: (venue: ConnectedVenue, clock: { now(): number }) => ConnectedVenue;
} {
  const looks: number[] = [];
  return {
    looks,
    wrapVenue: ({ data, ...venue }, clock) => ({
      ...venue,
      data: {
        ...data,
        book: (market) => (looks.push(clock.now() - after(0)), data.book(market)),
      },
    }),
  };
}

describe('one invocation', () => {
  it('tells once a minute what the mid did after fills of each side and level (E4)', async () => {
    const floor = openFloor({
      // Our nearest bid, then both asks; the mid rises by ten dollars, a basis point, after the bid
      // and stays there.
      events: inOrder(
        quietMarket(130, (at) => (at > 15 ? 100_010 : 100_000)),
        print(10_200, 'sell', 99_940, 0.0009),
        print(40_200, 'buy', 100_500, 5),
      ),
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
      for (const { side, price } of floor.resting())
        resting.push(`${side} ${price < mid ? 'below' : 'above'}`);
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
      leastFence: number,
    ): Promise<{ readonly looks: readonly number[]; readonly floor: TradingFloor }> => {
      const { looks, wrapVenue } = watched();
      const swept = Array.from({ length: 120 }, (_, half) => [
        print((half / 2 + 0.4) * 1000, 'sell', 99_000, 0.01),
        print((half / 2 + 0.45) * 1000, 'buy', 101_000, 0.01),
      ]).flat();
      const floor = openFloor({
        events: inOrder(quietMarket(60), ...swept),
        written: { spreadModel: 'fixed', baseSpreadBps: 10, jitterMs: 700 },
        wrapVenue,
      });
      const { leases } = floor.deps.group;
      floor.invoke(0, 'a', {
        leases: {
          ...leases,
          acquire: (want, now, forMs) => leases.acquire({ ...want, leastFence }, now, forMs),
        },
      });
      await floor.runFor(50_000);
      return { looks, floor };
    };
    const [first, again, other] = [await play(4e9), await play(4e9), await play(4e9 + 1)];
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
    const floor = openFloor({ events: quietMarket(160) });
    const { sessions } = floor.deps.group;
    const peers = [ETH, SOL, marketId('purple-flea', 'NEW-PERP')];
    floor.invoke(0, 'a', { peers });
    for (let at = 15_000; at < 150_000; at += 5000)
      floor.doAt(at, async () => {
        const [own] = await sessions.marks([MARKET]);
        if (own === undefined) throw new Error('nothing was saved');
        for (const market of [ETH, SOL]) await sessions.saveMark({ ...own, market, at: after(at) });
      });
    await floor.runFor(145_000);
    const { tail } = recallBrain(await sessions.loadBrain(MARKET));
    expect(Object.keys(tail.markets.tracks).sort()).toEqual([SYMBOL, ETH, SOL]);
  });

  it('learns from the other markets of its own group, and never from itself twice (C8)', async () => {
    const floor = openFloor({ events: quietMarket(160), others: ['ETH-PERP', 'SOL-PERP'] });
    const markets = [MARKET, ETH, SOL];
    floor.invoke(0, 'a', { markets, peers: markets });
    await floor.runFor(145_000);
    for (const market of markets) {
      const { tail } = recallBrain(await floor.deps.group.sessions.loadBrain(market));
      const others = markets.filter((other) => other !== market);
      expect(Object.keys(tail.markets.tracks).sort()).toEqual([symbolOf(market), ...others].sort());
    }
  });

  it('publishes every minute what the parts of its P&L left unexplained when last compared: nothing, unless the books are wrong (E1)', async () => {
    const residuals = async (
      wrapVenue: (venue: ConnectedVenue) => ConnectedVenue,
    ): Promise<readonly number[]> => {
      const floor = openFloor({
        events: inOrder(
          quietMarket(620, (at) => 100_000 + at),
          print(10_200, 'sell', 99_900, 5),
          print(310_200, 'buy', 100_600, 5),
        ),
        written: { spreadModel: 'fixed', baseSpreadBps: 10 },
        wrapVenue,
      });
      floor.invoke(0, 'a');
      await floor.runFor(605_000);
      expect((await savedSession(floor)).pnl.fills).toBe(2);
      return floor.metrics.filter(({ name }) => name === 'Residual').map(({ value }) => value);
    };
    const right = await residuals((venue) => venue);
    expect(right).toHaveLength(11);
    // A sum of floats is the same position; a lot more is another.
    expect(await residuals((venue) => marking(venue, (held) => held + 1e-9))).toHaveLength(11);
    expect(await residuals((venue) => marking(venue, (held) => held + 0.00001))).toEqual([]);
    for (const residual of right) expect(Math.abs(residual)).toBeLessThan(1e-9);
    const feesForgotten = await residuals(({ history, ...venue }) => ({
      ...venue,
      history: {
        ...history,
        fills: async (market, since) => {
          const fills = await history.fills(market, since);
          if (!fills.ok) return fills;
          const free = fills.value.fills.map((fill) => ({ ...fill, feeUsd: usd(0) }));
          return { ok: true, value: { fills: free, doubtful: [], clockSkewMs: 0 } };
        },
      },
    }));
    // 1.5 bps on 100 USD, once and then twice.
    expect(feesForgotten).toEqual(
      [0, 0, 0, 0, 0, -0.015, -0.015, -0.015, -0.015, -0.015, -0.03].map(
        (value) => expect.closeTo(value, 3) as number,
      ),
    );
  });

  it('says as a level that the residual is unknown, while the venue marks another position or none (E1)', async () => {
    const levels = async (wrapVenue: (venue: ConnectedVenue) => ConnectedVenue) => {
      const floor = openFloor({ events: quietMarket(130), wrapVenue });
      floor.invoke(0, 'a');
      await floor.runFor(125_000);
      return floor.metrics
        .filter(({ name }) => name === 'ResidualUnknown')
        .map(({ value }) => value);
    };
    expect(await levels((venue) => venue)).toEqual([0, 0, 0]);
    expect(await levels((venue) => marking(venue, (held) => held + 0.00001))).toEqual([1, 1, 1]);
    const silent = ({ history, ...venue }: ConnectedVenue): ConnectedVenue => ({
      ...venue,
      history: {
        ...history,
        equityChange: async () => failed({ kind: 'outcome-unknown', detail: 'down' }),
      },
    });
    expect(await levels(silent)).toEqual([1, 1, 1]);
  });
});

/** A venue that reckons equity with another position. */
const marking = (
  { history, ...venue }: ConnectedVenue,
  sizeOf: (held: number) => number,
): ConnectedVenue => ({
  ...venue,
  history: {
    ...history,
    async equityChange(market, since) {
      const change = await history.equityChange(market, since);
      if (!change.ok) return change;
      const positionSize = sizeOf(change.value.positionSize);
      return done({ ...change.value, positionSize });
    },
  },
});
