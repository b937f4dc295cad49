import { describe, expect, it } from 'vitest';
import { commandId } from '#shared/domain/order/order.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { CommandOutcome } from '#shared/domain/venue/venue-answers.ts';
import type { Execution } from '#shared/ports/execution.ts';
import { after, openFloor, quietMarket, type TradingFloor } from '#test/floors/trading-floor.ts';
import { faultyVenue } from '#test/floors/faults/faulty-venue.ts';

type Send = Execution['send'];
type Venue = TradingFloor['deps']['group']['venue'];

/** The venue with another way to send, and when it was sent to, looked at and sent what. */
function sending(floorSends: (send: Send, now: () => number) => Send) {
  const looks: number[] = [];
  const places: number[] = [];
  const wrapVenue = ({ data, execution, ...venue }: Venue, clock: { now(): number }): Venue => {
    const now = (): number => clock.now() - after(0);
    const send = floorSends(execution.send, now);
    return {
      ...venue,
      data: { ...data, book: (market) => (looks.push(now()), data.book(market)) },
      execution: {
        ...execution,
        send: (commands, expiresAt) => {
          if (commands.some(({ kind }) => kind === 'place')) places.push(now());
          return send(commands, expiresAt);
        },
      },
    };
  };
  return { looks, places, wrapVenue };
}

const largestGap = (times: readonly number[]): number =>
  Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? at)));

const WRITTEN = { spreadModel: 'fixed', baseSpreadBps: 10, micropriceWeight: 0, flowGain: 0 };

describe('a send that is answered with a wait of a minute', () => {
  const WAIT_MS = 60_000;

  it('stops no look, leaves no quote at an old price, and nothing is placed before its end (C11, C12)', async () => {
    let until = Infinity;
    const { looks, places, wrapVenue } = sending((send, now) => async (commands, expiresAt) => {
      const hasPlace = commands.some(({ kind }) => kind === 'place');
      if (now() > 20_000 && hasPlace && until === Infinity) until = now() + WAIT_MS;
      const isLimited = hasPlace && now() > 20_000 && now() < until;
      if (!isLimited) return send(commands, expiresAt);
      const outcome = { kind: 'rate-limited', retryAfterMs: until - now() } as const;
      return commands.map((one) => ({
        id: commandId(one),
        kind: one.kind,
        outcome,
      }));
    });
    const floor = openFloor({
      // Half a per cent up after twenty seconds, far beyond any tolerance.
      events: quietMarket(150, (at) => (at > 20 ? 100_500 : 100_000)),
      written: WRITTEN,
      wrapVenue,
    });
    floor.invoke(0, 'a');
    const restingAt: Record<number, number> = {};
    for (const at of [20_000, 23_000, 40_000, 78_000, 90_000])
      floor.doAt(at, () => void (restingAt[at] = floor.resting().length));
    await floor.runFor(100_000);
    expect(restingAt).toEqual({ 20_000: 2, 23_000: 0, 40_000: 0, 78_000: 0, 90_000: 2 });
    expect(largestGap(looks)).toBeLessThanOrEqual(1500);
    expect(places.filter((at) => at > 22_000 && at < until)).toEqual([]);
  });

  it('of which the venue takes not even the cancels: they are tried again with every look (C11)', async () => {
    const floor = openFloor({
      events: quietMarket(100, (at) => (at > 20 ? 100_500 : 100_000)),
      written: WRITTEN,
      wrapVenue: (venue, clock) =>
        faultyVenue(venue, {
          retryAfterMs: WAIT_MS,
          send: (_call, what) =>
            what === 'send' && clock.now() > after(20_000) && clock.now() < after(30_000)
              ? 'rate-limited'
              : undefined,
        }),
    });
    floor.invoke(0, 'a');
    await floor.runFor(33_000);
    expect(floor.resting()).toEqual([]);
  });
});

describe('a price that is old by the time it could be quoted', () => {
  const STEEP = 10;
  const CASES: Readonly<
    Record<string, (venue: Venue, sleep: (ms: number) => Promise<void>) => Venue>
  > = {
    'the cancels of a send take 4.75 s': ({ execution, ...venue }, sleep) => ({
      ...venue,
      execution: {
        ...execution,
        send: async (commands, expiresAt) => {
          const late = epochMs(expiresAt + 5000);
          const isCancel = ({ kind }: { kind: string }) => kind === 'cancel';
          const placed = execution.send(
            commands.filter((one) => !isCancel(one)),
            expiresAt,
          );
          if (!commands.some(isCancel)) return placed;
          await sleep(4750);
          return [...(await placed), ...(await execution.send(commands.filter(isCancel), late))];
        },
      },
    }),
    'every third answer about the account takes 4 s': ({ execution, ...venue }, sleep) => {
      let calls = 0;
      const slow = async <T>(call: () => Promise<T>): Promise<T> => {
        calls += 1;
        if (calls % 3 === 0) await sleep(4000);
        return call();
      };
      return {
        ...venue,
        execution: {
          ...execution,
          account: (market) => slow(() => execution.account(market)),
          position: (market) => slow(() => execution.position(market)),
          orders: (market) => slow(() => execution.orders(market)),
        },
      };
    },
    'every third book takes 3 s to arrive': ({ data, ...venue }, sleep) => {
      let calls = 0;
      return {
        ...venue,
        data: {
          ...data,
          book: async (market) => {
            calls += 1;
            const book = await data.book(market);
            if (calls % 3 === 0) await sleep(3000);
            return book;
          },
        },
      };
    },
  };

  for (const [what, slow] of Object.entries(CASES))
    it(`is not quoted: ${what} (C11)`, async () => {
      const mid = (seconds: number): number => 100_000 + STEEP * seconds;
      const floor = openFloor({
        events: quietMarket(130, mid),
        // So wide that none is filled: a fill would have the next ones wider.
        written: { ...WRITTEN, baseSpreadBps: 40, requoteThresholdBps: 1 },
        wrapVenue: (venue, clock) => slow(venue, clock.sleep),
      });
      const ages: number[] = [];
      const { place } = floor.exchange;
      floor.exchange.place = (key, order) => {
        if (order.price !== undefined) {
          const half = (order.side === 'buy' ? -1 : 1) * 0.002;
          const quotedAt = (order.price / (1 + half) - 100_000) / STEEP;
          ages.push((floor.clock.now() - after(0)) / 1000 - quotedAt);
        }
        return place(key, order);
      };
      floor.invoke(0, 'a');
      await floor.runFor(120_000);
      expect(floor.fills().venue).toEqual([]);
      expect(ages.length).toBeGreaterThan(20);
      // What a book may be old, half a second between two of them, and prices rounded outwards.
      expect(Math.max(...ages)).toBeLessThan(2 + 0.5 + 0.3);
    });

  it('because the process stood still between decision and send is not sent, and the cancels are (C11)', async () => {
    let stoodStillMs = 0;
    let frozen = 0;
    const floor = openFloor({
      events: quietMarket(60, (at) => (at > 20 ? 100_500 : 100_000)),
      written: WRITTEN,
      watch: {
        onDecision(_market, { view }) {
          if (frozen > 0 || view.now < after(20_500)) return;
          frozen = view.now - after(0);
          stoodStillMs = 2500;
        },
      },
    });
    const { clock } = floor.deps.group;
    const placed: number[] = [];
    const { place } = floor.exchange;
    floor.exchange.place = (...order) => {
      placed.push(floor.clock.now() - after(0));
      return place(...order);
    };
    floor.invoke(0, 'a', { clock: { ...clock, now: () => epochMs(clock.now() + stoodStillMs) } });
    const seen: number[] = [];
    for (const at of [20_400, 21_500, 30_000])
      floor.doAt(at, () => {
        seen.push(floor.resting().length);
        // Simulated time stood still with it, and catches up.
        if (at === 21_500) stoodStillMs = 0;
      });
    await floor.runFor(31_000);
    expect(frozen).toBeGreaterThan(20_000);
    expect(seen).toEqual([2, 0, 2]);
    expect(placed.filter((at) => at >= frozen && at < 21_500)).toEqual([]);
  });
});

const refusal = (code: string): CommandOutcome => ({
  kind: 'refused',
  code,
  reason: 'not for this key',
});

describe('a venue that refuses every quote for good', () => {
  /** What it says to the n-th quote; a no by another name in between is no yes. */
  const noes: Readonly<Record<string, (nth: number) => CommandOutcome>> = {
    'for want of margin': () => refusal('INSUFFICIENT_MARGIN'),
    'for its key has no rights': () => refusal('FORBIDDEN'),
    'and asks to wait every third time': (nth) =>
      nth % 3 === 2 ? { kind: 'rate-limited', retryAfterMs: 500 } : refusal('FORBIDDEN'),
  };
  for (const [what, answer] of Object.entries(noes))
    it(`is asked ever more rarely, looked at as before, and a person hears of it: ${what} (C12, E9)`, async () => {
      let sends = 0;
      const MINUTES = 40;
      let mended = false;
      const { looks, places, wrapVenue } = sending((send) => async (commands, expiresAt) => {
        if (mended) return send(commands, expiresAt);
        const refused = commands.filter(({ kind }) => kind === 'place');
        const others = commands.filter(({ kind }) => kind !== 'place');
        const outcome = answer(sends);
        if (refused.length > 0) sends += 1;
        return [
          ...(others.length === 0 ? [] : await send(others, expiresAt)),
          ...refused.map((one) => ({
            id: commandId(one),
            kind: one.kind,
            outcome,
          })),
        ];
      });
      const floor = openFloor({
        events: quietMarket((MINUTES + 20) * 60),
        written: WRITTEN,
        wrapVenue,
      });
      floor.schedule(0, MINUTES + 12);
      const valuesOf = (metric: string): readonly number[] =>
        floor.metrics.filter(({ name }) => name === metric).map(({ value }) => value);
      await floor.runFor(MINUTES * 60_000);
      const inMinute = (minute: number): number =>
        places.filter((at) => Math.floor(at / 60_000) === minute).length;
      const counts = Array.from({ length: MINUTES }, (_, minute) => inMinute(minute));
      // The first tries, and those after a hand-over, which begins to count anew.
      expect(Math.max(...counts)).toBeLessThanOrEqual(20);
      // Each side waits for itself.
      expect(places.length).toBeLessThan(MINUTES * 4);
      expect(largestGap(looks)).toBeLessThan(3500);
      expect(floor.resting()).toEqual([]);
      const told = valuesOf('CannotPlace');
      expect(told.length).toBeGreaterThan(MINUTES - 5);
      // The first of each invocation is told before anything was refused.
      expect(told.filter((value) => value === 0).length).toBeLessThan(6);

      mended = true;
      await floor.runFor((MINUTES + 11) * 60_000);
      expect(floor.resting()).toHaveLength(2);
      expect(valuesOf('CannotPlace').at(-1)).toBe(0);
    });
});
