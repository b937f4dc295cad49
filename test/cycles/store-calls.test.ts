import { describe, expect, it } from 'vitest';
import type { GroupDeps } from '#shared/cycles/requote/group-deps.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import type { SessionStore } from '#shared/ports/stores/session-store.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { counted, ofKind } from '#test/floors/counted-calls.ts';
import { faultyVenue } from '#test/floors/faults/faulty-venue.ts';
import { after, inOrder, MARKET, openFloor, quietMarket } from '#test/floors/trading-floor.ts';

const { print } = eventsFrom(START);

const WRITTEN = { spreadModel: 'fixed', baseSpreadBps: 10 };
const ETH = marketId('purple-flea', 'ETH-PERP');
const SOL = marketId('purple-flea', 'SOL-PERP');

const gapsOf = (times: readonly number[]): readonly number[] =>
  times.slice(1).map((at, index) => at - (times[index] ?? at));

describe('stores beside the trading', () => {
  it('that answer in 1.5 s delay no look and no send, and one send is one write', async () => {
    const floor = openFloor({
      events: inOrder(
        quietMarket(90, (at) => 100_000 + 60 * Math.floor(at / 2)),
        print(12_200, 'sell', 99_000, 5),
      ),
      written: { ...WRITTEN, requoteIntervalMs: 250 },
      latencyMs: 20,
    });
    const { deps, calls } = counted(floor.deps.group, 1500);
    floor.invoke(0, 'a', deps);
    await floor.runFor(80_000);
    const looks = ofKind(calls, 'data.book').filter((at) => at > after(12_000));
    const gaps = looks.slice(1).map((at, index) => at - (looks[index] ?? at));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(300);
    expect(looks.length).toBeGreaterThan(240);
    // Every send follows its look within the venue's own answer: no table is asked in between.
    const sends = ofKind(calls, 'execution.send').filter((at) => at > after(12_000));
    expect(sends.length).toBeGreaterThan(10);
    for (const at of sends)
      expect(
        Math.min(...looks.filter((look) => look <= at).map((look) => at - look)),
      ).toBeLessThanOrEqual(100);
    expect(new Set(sends).size).toBe(sends.length);
    expect(floor.fills().ledger).toEqual(floor.fills().venue);
  });

  it('are called rarely by a quiet market', async () => {
    const floor = openFloor({
      events: quietMarket(700),
      written: { ...WRITTEN, requoteIntervalMs: 3000 },
    });
    const { deps, calls } = counted(floor.deps.group, 0);
    floor.invoke(0, 'a', deps);
    await floor.runFor(15_000);
    const began = calls.length;
    await floor.runFor(615_000);
    const perMinute: Record<string, number> = {};
    for (const { what } of calls.slice(began)) perMinute[what] = (perMinute[what] ?? 0) + 0.1;
    const rounded = Object.fromEntries(
      Object.entries(perMinute).map(([what, count]) => [what, Math.round(count * 10) / 10]),
    );
    expect(rounded).toEqual({
      'data.book': 20,
      'execution.orders': 10.9,
      'execution.position': 9.1,
      // A quote is replaced when it has rested for its longest age.
      'execution.send': 1.8,
      'control.read': 7.5,
      'leases.renew': 4.8,
      'sessions.save': 1,
      'sessions.saveMark': 1.2,
      'sessions.saveBrain': 0.5,
      'history.equityChange': 0.2,
      'data.hourlyVolatility': 0.2,
    });
  });

  it('are asked in one moment for all that is read beside the trading, and no later than ten seconds apart (A9)', async () => {
    const floor = openFloor({
      events: quietMarket(200),
      written: { ...WRITTEN, requoteIntervalMs: 3000 },
    });
    const { deps, calls } = counted(floor.deps.group, 100);
    floor.invoke(0, 'a', { ...deps, peers: [ETH, SOL] });
    await floor.runFor(180_000);
    const reads = ofKind(calls, 'control.read').filter((at) => at > after(1000));
    expect(reads.length).toBeGreaterThan(18);
    for (const gap of gapsOf(reads)) expect(gap).toBeLessThan(9000);
    expect(ofKind(calls, 'sessions.marks')).toEqual(reads);
    expect(ofKind(calls, 'hedges.read').filter((at) => at > after(1000))).toEqual([]);
  });

  it('are asked for the row of a breach every two seconds while one is open, and not after', async () => {
    const floor = openFloor({
      events: inOrder(quietMarket(200), print(30_200, 'sell', 99_000, 5)),
      written: { ...WRITTEN, hedgeThresholdUsd: 50 },
    });
    const { deps, calls } = counted(floor.deps.group, 0);
    floor.hedging(7000);
    floor.invoke(0, 'a', deps);
    await floor.runFor(180_000);
    const [breach] = floor.events.filter(({ type }) => type === 'InventoryThresholdBreached');
    const [done] = floor.events.filter(({ type }) => type === 'HedgeCompleted');
    const reads = ofKind(calls, 'hedges.read').filter((at) => at > after(1000));
    expect(reads.length).toBeGreaterThan(2);
    expect(Math.min(...reads) - (breach?.at ?? 0)).toBeLessThanOrEqual(2000);
    for (const gap of gapsOf(reads)) expect(gap).toBe(2000);
    expect(Math.max(...reads) - (done?.at ?? 0)).toBeLessThanOrEqual(2000);
  });

  it('are asked again soon for what people wrote when they could not read it, whatever the others do (C10)', async () => {
    const floor = openFloor({ events: quietMarket(200), written: WRITTEN });
    const { control, sessions } = floor.deps.group;
    const from = after(60_000);
    const isDark = (): boolean => floor.clock.now() > from && floor.clock.now() < after(85_000);
    const failing: GroupDeps = {
      ...floor.deps.group,
      control: { read: async (markets) => (isDark() ? throttled() : control.read(markets)) },
      // Never answers at all.
      sessions: { ...sessions, marks: () => new Promise(() => undefined) },
    };
    const { deps, calls } = counted(failing, 0);
    floor.invoke(0, 'a', { ...deps, peers: [ETH, SOL] });
    let resting = 2;
    for (let at = 20_000; at < 180_000; at += 1000)
      floor.doAt(at, () => void (resting = Math.min(resting, floor.resting().length)));
    await floor.runFor(180_000);
    const reads = ofKind(calls, 'control.read').filter((at) => at > after(1000));
    for (const gap of gapsOf(reads)) expect(gap).toBeLessThanOrEqual(8000);
    const dark = reads.filter((at) => at > from && at < after(85_000));
    expect(dark.length).toBeGreaterThan(7);
    // It was read again before half a minute was over.
    expect(resting).toBe(2);
  });

  it.each([
    { others: 'one other market', peers: [ETH], everyMs: 50_000 },
    { others: 'two, which are compared', peers: [ETH, SOL], everyMs: 15_000 },
  ])(
    'get the mark beside $others as old as $everyMs ms, and none while nothing is seen',
    async (one) => {
      const floor = openFloor({ events: quietMarket(400), written: WRITTEN });
      const blind = faultyVenue(floor.deps.group.venue, {
        read: (_call, what) =>
          what === 'book' && floor.clock.now() > after(200_000) ? 'no-answer' : undefined,
      });
      const { deps, calls } = counted({ ...floor.deps.group, venue: blind }, 0);
      floor.invoke(0, 'a', { ...deps, peers: one.peers });
      let oldest = 0;
      for (let at = 10_000; at < 200_000; at += 1000)
        floor.doAt(at, async () => {
          const [mark] = await floor.deps.group.sessions.marks([MARKET]);
          oldest = Math.max(oldest, floor.clock.now() - (mark?.at ?? 0));
        });
      await floor.runFor(390_000);
      expect(oldest).toBeGreaterThan(one.everyMs - 1000);
      expect(oldest).toBeLessThan(one.everyMs + 2500);
      const marks = ofKind(calls, 'sessions.saveMark');
      expect(marks.filter((at) => at < after(200_000))).toHaveLength(
        Math.ceil(200_000 / one.everyMs),
      );
      expect(marks.filter((at) => at > after(205_000 + one.everyMs))).toEqual([]);
    },
  );

  it('get a session once a minute, and within 15 s of new parameters (C9)', async () => {
    const floor = openFloor({ events: quietMarket(400), written: WRITTEN });
    const saved: [number, string][] = [];
    const { sessions } = floor.deps.group;
    const save: SessionStore['save'] = (session) => {
      saved.push([floor.clock.now() - START, session.parametersVersion]);
      return sessions.save(session);
    };
    floor.invoke(0, 'a', { sessions: { ...sessions, save } });
    const edited = { ...WRITTEN, quoteSizeUsd: 90 };
    floor.doAt(195_000, () => floor.deps.parameters.put(MARKET, edited));
    await floor.runFor(300_000);
    const times = saved.map(([at]) => at);
    // The second, as soon as there is something that losses are measured from.
    expect(times).toHaveLength(7);
    for (const gap of gapsOf(times.slice(1, 5))) expect(gap).toBe(60_000);
    const [old, edit] = saved.slice(4);
    expect(edit?.[1]).not.toBe(old?.[1]);
    expect((edit?.[0] ?? Infinity) - 195_000).toBeLessThanOrEqual(8000 + 15_000);
  });

  it('are not asked by who waits for a hand-over before the holder can have heard of it', async () => {
    const floor = openFloor({ events: quietMarket(800), written: { requoteIntervalMs: 3000 } });
    const old = counted(floor.deps.group, 0);
    const heir = counted(floor.deps.group, 0);
    floor.invoke(0, 'old', old.deps);
    floor.invoke(755_000, 'heir', heir.deps);
    await floor.runFor(785_000);
    const [askedAt = 0] = ofKind(heir.calls, 'leases.requestYield');
    const [heardAt = 0] = ofKind(old.calls, 'leases.renew').filter((at) => at > askedAt);
    const [takenAt = 0] = ofKind(heir.calls, 'leases.acquire');
    expect(heardAt - askedAt).toBeGreaterThan(1000);
    const reads = ofKind(heir.calls, 'leases.read').filter((at) => at > askedAt);
    expect(Math.min(...reads)).toBeGreaterThanOrEqual(heardAt);
    expect(reads.length).toBeLessThanOrEqual(3);
    expect(takenAt - heardAt).toBeLessThan(2000);
  });
});

const throttled = (): never => {
  throw new Error('throttled');
};
