import { describe, expect, it } from 'vitest';
import type { EpochMs } from '#shared/domain/units.ts';
import type { SessionStore } from '#shared/ports/stores/session-store.ts';
import { START } from '#test/builders/market.ts';
import {
  after,
  MARKET,
  openFloor,
  quietMarket,
  savedSession,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

/** Written to from 700 s to 800 s, in the middle of which a session hands over. */
const DARK = { from: 700_000, to: 800_000 };

/** A floor whose tables do not take some writes for a while, and what rested there unwatched. */
function openThrottled(
  throttled: (sessions: SessionStore, isDark: () => boolean) => Partial<SessionStore>,
) {
  let lookedAt = 0;
  const floor: TradingFloor = openFloor({
    events: quietMarket(1100),
    written: { spreadModel: 'fixed', baseSpreadBps: 10 },
    wrapVenue: (venue, clock) => {
      const book: typeof venue.data.book = (market) => {
        lookedAt = clock.now() - START;
        return venue.data.book(market);
      };
      return { ...venue, data: { ...venue.data, book } };
    },
  });
  const { sessions } = floor.deps.group;
  const isDark = (): boolean => {
    const at = floor.clock.now() - START;
    return at >= DARK.from && at < DARK.to;
  };
  floor.schedule(0, 18, { sessions: { ...sessions, ...throttled(sessions, isDark) } });
  const seen: { readonly at: number; readonly resting: number; readonly unwatchedMs: number }[] =
    [];
  for (let at = 10_000; at < 1_060_000; at += 1000)
    floor.doAt(at, () => {
      const resting = floor.resting().length;
      seen.push({ at, resting, unwatchedMs: resting === 0 ? 0 : at - lookedAt });
    });
  return { floor, seen };
}

/** As a table does that is asked too much, or that does not answer at all. */
const REFUSALS = {
  throws: async (): Promise<never> => Promise.reject(new Error('throttled')),
  hangs: async (): Promise<never> => new Promise<never>(() => undefined),
};

describe('a stop', () => {
  it('whose last save the table does not take holds the group for a minute, and no longer', async () => {
    const floor = openFloor({ events: quietMarket(300) });
    const { sessions } = floor.deps.group;
    const save: SessionStore['save'] = (session) =>
      floor.clock.now() < after(50_000) ? sessions.save(session) : REFUSALS.throws();
    floor.invoke(0, 'a', { sessions: { ...sessions, save } });
    floor.doAt(60_000, () => floor.deps.parameters.put(MARKET, { mode: 'off' }));
    const seen: unknown[] = [];
    for (const at of [100_000, 140_000])
      floor.doAt(at, () => void seen.push([floor.resting().length, floor.reports.length]));
    await floor.runFor(141_000);
    expect(seen).toEqual([
      [0, 0],
      [0, 1],
    ]);
    expect(floor.reports).toMatchObject([{ kind: 'ran', ended: { kind: 'not-proven' } }]);
  });
});

describe('a hand-over', () => {
  it.each(['throws', 'hangs'] as const)(
    'whose last save the table does not take leaves no quote unwatched: the table %s (C9)',
    async (how) => {
      const { floor, seen } = openThrottled(({ save }, isDark) => ({
        save: (session) => (isDark() ? REFUSALS[how]() : save(session)),
      }));
      await floor.runFor(1_061_000);
      expect(Math.max(...seen.map(({ unwatchedMs }) => unwatchedMs))).toBeLessThan(15_000);
      // What was not saved may be listed late: until then the next one places nothing.
      const later = seen.filter(({ at }) => at > DARK.to + 180_000);
      expect(later.every(({ resting }) => resting === 2)).toBe(true);
      expect(floor.reports).toContainEqual({
        kind: 'stood-aside',
        why: 'the session could not be saved',
      });
      expect(floor.failures).toEqual([]);
    },
  );

  it.each(['saveMark', 'saveBrain'] as const)(
    'keeps its quotes where only what can be learned anew is not saved: %s',
    async (what) => {
      const { floor, seen } = openThrottled((sessions, isDark) => ({
        [what]: (...args: never[]) =>
          isDark() ? REFUSALS.throws() : (sessions[what] as (...all: never[]) => unknown)(...args),
      }));
      await floor.runFor(1_061_000);
      expect(seen.every(({ resting }) => resting === 2)).toBe(true);
      expect(Math.max(...seen.map(({ unwatchedMs }) => unwatchedMs))).toBeLessThan(15_000);
      expect(floor.reports).toContainEqual(
        expect.objectContaining({ kind: 'ran', ended: { kind: 'handed-over' } }),
      );
    },
  );

  it('is what is loaded next: no older save that was throttled comes after it', async () => {
    const floor = openFloor({ events: quietMarket(200, (at) => 100_000 + at * 20) });
    const { sessions, leases } = floor.deps.group;
    const saved: EpochMs[] = [];
    const writing = { now: 0, most: 0 };
    let throttled: EpochMs | undefined;
    const slow: SessionStore = {
      ...sessions,
      async save(session) {
        const { savedAt } = session;
        if (savedAt > after(40_000)) throttled ??= savedAt;
        writing.now += 1;
        writing.most = Math.max(writing.most, writing.now);
        try {
          await floor.clock.sleep(250);
          // It is tried again and again until a later one was taken.
          if (savedAt === throttled && saved.at(-1)! < savedAt) throw new Error('throttled');
          saved.push(savedAt);
          return await sessions.save(session);
        } finally {
          writing.now -= 1;
        }
      },
      async saveBrain(...brain) {
        await floor.clock.sleep(2000);
        return sessions.saveBrain(...brain);
      },
    };
    floor.invoke(0, 'a', { sessions: slow });
    floor.doAt(64_000, async () => {
      const held = await leases.read(MARKET);
      if (held === undefined) throw new Error('nobody trades');
      const ask = { by: 'b', until: after(94_000), ready: [MARKET], cannot: [] };
      await leases.requestYield(held, ask);
    });
    await floor.runFor(107_000);
    expect(floor.reports).toMatchObject([{ kind: 'ran', ended: { kind: 'handed-over' } }]);
    expect(writing.most).toBe(1);
    expect(throttled).toBeDefined();
    expect(saved).toEqual(saved.toSorted((a, b) => a - b));
    expect((await savedSession(floor)).savedAt).toBe(saved.at(-1));
  });
});
