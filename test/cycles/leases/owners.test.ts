import { describe, expect, it } from 'vitest';
import type { Halt } from '#shared/domain/trading/halt.ts';
import { formatClientOrderId } from '#shared/domain/order/client-order-id.ts';
import type { GroupDeps } from '#shared/cycles/requote/group-deps.ts';
import { faultyVenue } from '#test/floors/faults/faulty-venue.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import {
  after,
  DEPLOYMENT,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { aSpec } from '#test/builders/market.ts';

const { print } = eventsFrom(START);

const MINUTE = 60_000;
const { can } = openFloor({ events: [] }).deps.group.venue.execution;
/** From when on after its sending a list has to show an order that nobody answered for. */
const LAST_LISTED_MS = can.arrivesWithinMs + can.listsLagMs;
const WRITTEN = { spreadModel: 'fixed', baseSpreadBps: 10 };
const LIVE = { ...WRITTEN, mode: 'live' };

const aHalt: Halt = {
  market: MARKET,
  at: undefined,
  cause: 'put by a person',
  text: 'put by a person',
  netPnlUsd: undefined,
};

type Stop = 'off' | 'paper' | 'halt' | 'refused';

/** What people write to stop a market; on this floor the venue trades real money. */
async function stop(floor: TradingFloor, how: Stop): Promise<void> {
  if (how === 'halt') await floor.deps.halts.put(aHalt);
  else if (how === 'refused') floor.deps.parameters.put(MARKET, { ...LIVE, quoteSizeUsd: -1 });
  else floor.deps.parameters.put(MARKET, { ...LIVE, mode: how });
}

const realFloor = (seconds: number, over: Partial<Parameters<typeof openFloor>[0]> = {}) =>
  openFloor({
    events: quietMarket(seconds),
    spec: aSpec({ simulated: false }),
    written: LIVE,
    ...over,
  });

const isReleased = async (floor: TradingFloor): Promise<boolean> =>
  (await floor.deps.group.leases.read(MARKET)) === undefined;

const killAt = (floor: TradingFloor, atMs: number): Partial<GroupDeps> => {
  const process = aProcess();
  floor.doAt(atMs, () => process.kill());
  return process.inside(floor.deps.group);
};

describe('a session killed with quotes resting', () => {
  for (const how of ['off', 'paper', 'halt', 'refused'] as const)
    it(`is cleaned up by the next start when meanwhile the market is stopped: ${how} (C9, C10)`, async () => {
      const floor = realFloor(300);
      floor.invoke(0, 'dead', killAt(floor, 20_000));
      floor.doAt(21_000, () => stop(floor, how));
      await floor.runFor(50_000);
      expect(floor.resting()).toHaveLength(2);
      floor.invoke(MINUTE, 'next');
      await floor.runFor(MINUTE + 15_000);
      // What the dead one sent last may be listed late: until then nothing is placed.
      expect(floor.resting()).toEqual([]);
      expect(await isReleased(floor)).toBe(false);
      await floor.runFor(MINUTE + LAST_LISTED_MS + 10_000);
      expect(await isReleased(floor)).toBe(how !== 'refused');
      // The last good parameters stay in force: a refused edit stops nothing.
      expect(floor.resting()).toHaveLength(how === 'refused' ? 2 : 0);
    });

  it('before its first session was saved leaves a refused market to be emptied (C9)', async () => {
    const floor = realFloor(300, { written: { ...LIVE, quoteSizeUsd: -1 } });
    const clientId = formatClientOrderId({
      role: 'quote',
      deployment: DEPLOYMENT,
      symbol: SYMBOL,
      side: 'buy',
      level: 0,
      fence: 1,
      counter: 1,
    });
    floor.doAt(0, () => floor.placeByHand({ side: 'buy', size: 0.01, price: 99_000, clientId }));
    floor.invoke(1000, 'a');
    await floor.runFor(30_000);
    const [report] = floor.reports;
    if (report?.kind !== 'stood-aside') throw new Error(`it was ${report?.kind}`);
    expect(report.why).toContain('parameters refused: quoteSizeUsd');
    expect(floor.resting()).toEqual([]);
    expect(await isReleased(floor)).toBe(true);
  });
});

describe('a market stopped while the venue fails', () => {
  const faults = ['no-answer', 'rate-limited'] as const;
  for (const how of ['off', 'halt'] as const)
    for (const fault of faults)
      it(`is cancelled until it is seen empty, whatever it takes: ${how}, ${fault} (C10)`, async () => {
        const failing = [25_000, 25_000 + 8 * MINUTE];
        const floor = realFloor(1200, {
          wrapVenue: (venue, clock) => {
            const fails = (): boolean =>
              clock.now() >= after(failing[0] ?? 0) && clock.now() < after(failing[1] ?? 0);
            return faultyVenue(venue, {
              read: () => (fails() ? fault : undefined),
              send: () =>
                fails() ? (fault === 'no-answer' ? 'lost-before' : 'rate-limited') : undefined,
            });
          },
        });
        floor.schedule(0, 12);
        floor.doAt(26_000, () => stop(floor, how));
        await floor.runFor(8 * MINUTE);
        expect(floor.resting()).toHaveLength(2);
        expect(floor.metrics.some(({ name }) => name === 'OrdersLeftBehind')).toBe(true);
        await floor.runFor(9 * MINUTE + 20_000);
        expect(floor.resting()).toEqual([]);
        expect(await isReleased(floor)).toBe(true);
      });

  it('and cannot be begun is cancelled again when the venue says that it may, not before (C12)', async () => {
    const tries: number[] = [];
    const floor = realFloor(300, {
      written: { ...LIVE, quoteSizeUsd: -1 },
      wrapVenue: (venue, clock) => ({
        ...venue,
        execution: {
          ...venue.execution,
          async cancelOurs(...args) {
            tries.push(clock.now() - START);
            return tries.length === 1
              ? { results: [], failure: { kind: 'rate-limited', retryAfterMs: 20_000 } }
              : venue.execution.cancelOurs(...args);
          },
        },
      }),
    });
    floor.invoke(0, 'a');
    await floor.runFor(59_000);
    expect(tries.length).toBeGreaterThan(1);
    expect((tries[1] ?? 0) - (tries[0] ?? 0)).toBeGreaterThanOrEqual(20_000);
    expect(await isReleased(floor)).toBe(true);
  });
});

describe('a hand-over', () => {
  const HAND_OVER = 12 * MINUTE;

  it('goes on with the last good parameters when a refused edit is in the table', async () => {
    const floor = realFloor(1200);
    floor.schedule(0, 15);
    floor.doAt(5 * MINUTE, () => stop(floor, 'refused'));
    await floor.runFor(14 * MINUTE);
    expect(floor.reports).toContainEqual(
      expect.objectContaining({ kind: 'ran', ended: { kind: 'handed-over' } }),
    );
    expect(floor.resting()).toHaveLength(2);
    expect(floor.fills().venue).toEqual([]);
  });

  // Off, halted or refused in the seconds around it: at no instant is anything left.
  for (const how of ['off', 'paper', 'halt'] as const)
    it(`leaves nothing at whatever instant around it the market is stopped: ${how} (C10)`, async () => {
      const left: number[] = [];
      let handOvers = 0;
      for (let instant = -3000; instant <= 21_000; instant += 150) {
        const floor = realFloor(40, { latencyMs: 60 });
        const { leases } = floor.deps.group;
        // The successor sees an old holder, so that only the hand-over has to be played.
        const aged = {
          ...leases,
          read: async (group: string) => {
            const lease = await leases.read(group);
            return lease && { ...lease, acquiredAt: after(-HAND_OVER) };
          },
        };
        floor.invoke(0, 'old');
        floor.invoke(10_000, 'new', { leases: aged });
        floor.doAt(10_000 + instant, () => stop(floor, how));
        await floor.runFor(39_000);
        if (floor.resting().length > 0) left.push(instant);
        const ends = floor.reports.map((report) =>
          report.kind === 'ran' ? report.ended.kind : '',
        );
        if (ends.includes('handed-over')) handOvers += 1;
      }
      // Early instants stop the old session instead, late ones the new one.
      expect(handOvers).toBeGreaterThan(20);
      expect(handOvers).toBeLessThan(160);
      expect(left).toEqual([]);
    });

  for (const key of ['wrong', 'of another account'] as const)
    it(`does not happen while the successor's key is ${key}: the old session goes on`, async () => {
      const floor = realFloor(1200);
      const other = floor.connect('pf_test_other');
      const refused = {
        ok: false,
        failure: { kind: 'rejected', code: 'UNAUTHORIZED', reason: 'this key is not known' },
      } as const;
      const venue =
        key === 'of another account'
          ? other
          : { ...other, execution: { ...other.execution, account: async () => refused } };
      floor.invoke(0, 'old');
      for (let minute = 12; minute < 14; minute += 1)
        floor.invoke(minute * MINUTE, `new-${minute}`, { venue });
      await floor.runFor(13 * MINUTE + 20_000);
      expect(floor.resting()).toHaveLength(2);
      expect(floor.exchange.openOrders('pf_test_other', SYMBOL)).toEqual([]);
      expect(floor.logs.filter(({ message }) => message.startsWith('not ready'))).toHaveLength(2);
      // At its deadline it leaves by a stop: nothing stays behind under the old key.
      await floor.runFor(14 * MINUTE);
      expect(floor.resting()).toEqual([]);
    });

  const throwing: Readonly<Record<string, (deps: GroupDeps) => Partial<GroupDeps>>> = {
    'the control items cannot be read': ({ control }) => ({
      control: { ...control, read: async () => Promise.reject(new Error('HALT: at is no date')) },
    }),
    'the session table is refused': ({ sessions }) => ({
      sessions: { ...sessions, load: async () => Promise.reject(new Error('AccessDenied')) },
    }),
    'the hedge row cannot be read': ({ hedges }) => ({
      hedges: { ...hedges, read: async () => Promise.reject(new Error('HEDGE: no status')) },
    }),
    'the ledger cannot be read': ({ ledger }) => ({
      ledger: { ...ledger, read: async () => Promise.reject(new Error('Throttled')) },
    }),
    'its session cannot be saved': ({ sessions }) => ({
      sessions: { ...sessions, save: async () => new Promise<never>(() => undefined) },
    }),
  };
  for (const [what, over] of Object.entries(throwing))
    it(`to a successor that fails while starting leaves nothing unseen: ${what} (C9)`, async () => {
      const floor = realFloor(1200);
      floor.invoke(0, 'old');
      floor.invoke(12 * MINUTE, 'new', over(floor.deps.group));
      let worst = 0;
      let since: number | undefined;
      floor.doAt(11 * MINUTE, async () => {
        for (let at = 0; at < 195; at += 1) {
          await floor.clock.sleep(1000);
          const lease = await floor.deps.group.leases.read(MARKET);
          const isOwned = lease !== undefined && lease.expiresAt >= floor.clock.now();
          const isUnowned = !isOwned && floor.resting().length > 0;
          since = isUnowned ? (since ?? floor.clock.now()) : undefined;
          if (since !== undefined) worst = Math.max(worst, floor.clock.now() - since);
        }
      });
      for (const minute of [13, 14]) floor.invoke(minute * MINUTE, `later-${minute}`);
      await floor.runFor(14 * MINUTE + 20_000);
      expect(worst).toBeLessThan(2000);
      expect(floor.resting()).toHaveLength(2);
    });

  it('takes over a free lease although the venue fails for a while, and leaves nothing unseen (C9)', async () => {
    const floor = realFloor(400, {
      wrapVenue: (venue, clock) =>
        faultyVenue(venue, {
          read: () =>
            clock.now() >= after(59_000) && clock.now() < after(75_000) ? 'no-answer' : undefined,
        }),
    });
    floor.invoke(0, 'dead', killAt(floor, 20_000));
    floor.invoke(MINUTE, 'next');
    await floor.runFor(78_000);
    expect(floor.resting()).toEqual([]);
    // What the dead one sent last may be listed late: until then nothing is placed.
    await floor.runFor(180_000);
    expect(floor.resting()).toHaveLength(2);
  });
});

describe('stores that fail or hang', () => {
  const away = (floor: TradingFloor, fromMs: number, toMs: number, how: 'errors' | 'hangs') => {
    const guard = <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get: (target, name) => {
          const member: unknown = Reflect.get(target, name);
          if (typeof member !== 'function') return member;
          return (...args: unknown[]) => {
            const now = floor.clock.now();
            if (now < after(fromMs) || now >= after(toMs))
              return Reflect.apply(member, target, args) as unknown;
            return how === 'hangs'
              ? new Promise<never>(() => undefined)
              : floor.clock.sleep(700).then(() => Promise.reject(new Error('InternalServerError')));
          };
        },
      });
    const { leases, sessions, ledger, parameters, control, hedges, halts } = floor.deps.group;
    return {
      leases: guard(leases),
      sessions: guard(sessions),
      ledger: guard(ledger),
      parameters: guard(parameters),
      control: guard(control),
      hedges: guard(hedges),
      halts: guard(halts),
    };
  };

  for (const how of ['errors', 'hangs'] as const) {
    it(`for ten minutes end the quoting while the lease can still be proven: ${how} (C9)`, async () => {
      const floor = realFloor(1400);
      const over = away(floor, 30_000, 30_000 + 10 * MINUTE, how);
      floor.schedule(0, 16, over);
      const restingAt: Record<number, number> = {};
      for (const at of [29_000, 56_000, 5 * MINUTE, 10 * MINUTE])
        floor.doAt(at, () => void (restingAt[at] = floor.resting().length));
      await floor.runFor(16 * MINUTE);
      expect(restingAt).toEqual({ 29_000: 2, 56_000: 0, [5 * MINUTE]: 0, [10 * MINUTE]: 0 });
      expect(floor.resting()).toHaveLength(2);
    });

    it(`when a free lease was just taken: what rests is cancelled, not waited for: ${how} (C9)`, async () => {
      const floor = realFloor(400);
      floor.invoke(0, 'dead', killAt(floor, 20_000));
      const over = away(floor, 60_100, 360_000, how);
      floor.invoke(MINUTE, 'next', over);
      await floor.runFor(100_000);
      expect(floor.resting()).toEqual([]);
    });

    it(`while a stop-loss halts the market leave it cancelled, and halted once they are back: ${how} (C4, C10)`, async () => {
      const events = [
        ...quietMarket(900, (at) => (at > 15 ? 98_000 : 100_000)),
        print(10_200, 'sell', 99_900, 5),
      ].sort((a, b) => a.at - b.at);
      const floor = realFloor(900, { events, written: { ...LIVE, sessionStopLossUsd: 1 } });
      const { halts, sessions, ledger } = away(floor, 14_000, 14_000 + 6 * MINUTE, how);
      floor.schedule(0, 10, { halts, sessions, ledger });
      await floor.runFor(30_000);
      expect(floor.resting()).toEqual([]);
      let most = 0;
      floor.exchange.listen({
        ticked: () => void (most = Math.max(most, floor.exchange.openOrders(KEY, SYMBOL).length)),
      });
      await floor.runFor(9 * MINUTE + 20_000);
      expect(most).toBe(0);
      expect(floor.fills().ledger).toEqual(floor.fills().venue);
      const { control } = floor.deps.group;
      expect((await control.read([MARKET])).get(MARKET)?.halt).toMatchObject({
        cause: 'session-stop-loss',
      });
      expect(await isReleased(floor)).toBe(true);
    });
  }
});

describe('a lease that is not there any more', () => {
  for (const what of ['the item', 'the whole table'] as const)
    it(`leaves no quotes to nobody, and the next start takes it with a higher fence: ${what} (C9)`, async () => {
      const floor = realFloor(400);
      floor.invoke(0, 'a');
      const fresh = openFloor({ events: [] }).deps.group;
      const table = { leases: fresh.leases, sessions: fresh.sessions };
      let before = 0;
      floor.doAt(30_000, async () => {
        const lease = await floor.deps.group.leases.read(MARKET);
        if (lease === undefined) throw new Error('nobody holds it');
        before = lease.fence;
        await floor.deps.group.leases.release(lease);
      });
      await floor.runFor(45_000);
      expect(floor.reports).toMatchObject([{ kind: 'ran', ended: { kind: 'lost-lease' } }]);
      expect(floor.resting()).toEqual([]);
      floor.invoke(MINUTE, 'b', what === 'the item' ? {} : table);
      await floor.runFor(MINUTE + LAST_LISTED_MS + 10_000);
      expect(floor.resting()).toHaveLength(2);
      const { leases } = what === 'the item' ? floor.deps.group : table;
      expect((await leases.read(MARKET))?.fence).toBeGreaterThan(before);
    });
});

describe('orders that are not quotes', () => {
  it('of our hedge, listed for a moment, end nothing and are not cancelled', async () => {
    const floor = realFloor(200);
    const clientId = formatClientOrderId({
      role: 'hedge',
      deployment: DEPLOYMENT,
      symbol: SYMBOL,
      intent: '99999999999999-99999999999',
      attempt: 7,
    });
    floor.invoke(0, 'a');
    floor.doAt(10_000, () =>
      floor.placeByHand({ side: 'sell', size: 0.001, price: 110_000, clientId }),
    );
    await floor.runFor(60_000);
    expect(floor.reports).toEqual([]);
    expect(floor.resting()).toHaveLength(3);
    floor.doAt(60_500, () => stop(floor, 'off'));
    await floor.runFor(90_000);
    expect(floor.reports).toMatchObject([{ kind: 'ran', ended: { kind: 'stopped' } }]);
    expect(floor.resting()).toMatchObject([{ price: 110_000 }]);
  });
});

describe('places in flight when everything is cancelled', () => {
  for (const lateMs of [200, 2000, 6000, 9500])
    it(`arrive before the market counts as empty: ${lateMs} ms late (C9)`, async () => {
      const floor = realFloor(200, {
        wrapVenue: (venue, clock) =>
          faultyVenue(venue, {
            send: (call, what) => (what === 'send' && call === 0 ? 'late' : undefined),
            later: (act) => clock.at(after(clock.now() - after(0) + lateMs), 'late', act),
          }),
      });
      floor.invoke(0, 'a');
      // The first quotes go out within the first second; nobody answers.
      floor.doAt(400, () => stop(floor, 'off'));
      await floor.runFor(60_000);
      expect(floor.resting()).toEqual([]);
      expect(await isReleased(floor)).toBe(false);
      await floor.runFor(LAST_LISTED_MS + 15_000);
      expect(floor.resting()).toEqual([]);
      expect(await isReleased(floor)).toBe(true);
    });
});

/** As late as the venue's lists may be. */
const LATE = { listsLagMs: can.listsLagMs - 1000 };

describe('at a venue whose lists are as late as they may be', () => {
  for (const how of ['off', 'paper', 'halt'] as const)
    it(`a session killed with quotes resting is cleaned up by what it saved: ${how} (C9, C10)`, async () => {
      const floor = realFloor(300, LATE);
      floor.invoke(0, 'dead', killAt(floor, 20_000));
      floor.doAt(21_000, () => stop(floor, how));
      await floor.runFor(50_000);
      expect(floor.resting()).toHaveLength(2);
      floor.invoke(MINUTE, 'next');
      await floor.runFor(MINUTE + 10_000);
      expect(floor.resting()).toEqual([]);
      expect(await isReleased(floor)).toBe(false);
      await floor.runFor(MINUTE + LAST_LISTED_MS + 10_000);
      expect(await isReleased(floor)).toBe(true);
      expect(floor.resting()).toEqual([]);
    });

  it('what a session sent that it did not live to save is cancelled once it is listed, before anybody lets go (C9)', async () => {
    const floor = realFloor(300, LATE);
    const { execution } = floor.deps.group.venue;
    const process = aProcess();
    const send: typeof execution.send = async (...args) => {
      const results = await execution.send(...args);
      process.kill();
      return results;
    };
    const venue = { ...floor.deps.group.venue, execution: { ...execution, send } };
    floor.invoke(0, 'dead', process.inside({ ...floor.deps.group, venue }));
    floor.doAt(21_000, () => stop(floor, 'off'));
    floor.invoke(MINUTE, 'next');
    await floor.runFor(MINUTE + 10_000);
    expect(floor.resting()).toHaveLength(2);
    expect(await isReleased(floor)).toBe(false);
    await floor.runFor(MINUTE + LAST_LISTED_MS + 80_000);
    expect(floor.resting()).toEqual([]);
    expect(await isReleased(floor)).toBe(true);
  });

  for (const how of ['off', 'paper', 'halt'] as const)
    it(`nothing is left at whatever instant around a hand-over the market is stopped: ${how} (C10)`, async () => {
      const wrong: string[] = [];
      let stops = 0;
      for (let instant = -3000; instant <= 21_000; instant += 1300) {
        const floor = realFloor(130, { latencyMs: 60, ...LATE });
        const { leases } = floor.deps.group;
        const aged = {
          ...leases,
          read: async (group: string) => {
            const lease = await leases.read(group);
            return lease && { ...lease, acquiredAt: after(-12 * MINUTE) };
          },
        };
        floor.invoke(0, 'old');
        floor.invoke(10_000, 'new', { leases: aged });
        floor.doAt(10_000 + instant, () => stop(floor, how));
        await floor.runFor(125_000);
        if (floor.resting().length > 0) wrong.push(`${floor.resting().length} at ${instant}`);
        if (!(await isReleased(floor))) wrong.push(`held at ${instant}`);
        if (floor.reports.some(({ kind }) => kind === 'ran')) stops += 1;
      }
      expect(wrong).toEqual([]);
      expect(stops).toBeGreaterThan(10);
    });

  for (const lateMs of [200, 9500])
    it(`places in flight when everything is cancelled arrive before the market counts as empty: ${lateMs} ms late (C9)`, async () => {
      const floor = realFloor(300, {
        ...LATE,
        wrapVenue: (venue, clock) =>
          faultyVenue(venue, {
            send: (call, what) => (what === 'send' && call === 0 ? 'late' : undefined),
            later: (act) => clock.at(after(clock.now() - after(0) + lateMs), 'late', act),
          }),
      });
      floor.invoke(0, 'a');
      floor.doAt(400, () => stop(floor, 'off'));
      await floor.runFor(60_000);
      expect(floor.resting()).toHaveLength(2);
      await floor.runFor(200_000);
      expect(floor.resting()).toEqual([]);
      expect(await isReleased(floor)).toBe(true);
    });
});

describe('what trades while nobody may quote', () => {
  for (const how of ['off', 'halt'] as const)
    it(`is booked by the next start all the same: ${how} (E1)`, async () => {
      const floor = realFloor(400);
      floor.invoke(0, 'a');
      floor.doAt(20_000, () => stop(floor, how));
      floor.doAt(50_000, () => floor.placeByHand({ side: 'sell', size: 0.001 }));
      floor.invoke(MINUTE, 'b');
      await floor.runFor(100_000);
      expect(floor.fills().venue).toHaveLength(1);
      expect(floor.fills().ledger).toEqual(floor.fills().venue);
    });
});
