import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WatchdogDeps } from '#shared/cycles/watchdog/watchdog-deps.ts';
import { InputError } from '#shared/domain/failure.ts';
import { formatClientOrderId } from '#shared/domain/order/client-order-id.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import { faultyVenue } from '#test/floors/faults/faulty-venue.ts';
import { after, MARKET, SYMBOL, type TradingFloor } from '#test/floors/trading-floor.ts';
import { failing, HALTED_BY_HAND, quietFloor, takenAway } from '#test/floors/watched-floor.ts';

const ETH = marketId('purple-flea', 'ETH-PERP');
const SECOND = 1000;
const MINUTE = 60_000;
/** Counted from the end of the lease, whoever held it. */
const BOUND_MS = 120 * SECOND;

/** For how long something of ours rested while no lease was in force, at the longest. */
function longestUnowned(floor: TradingFloor, untilMs: number): () => number {
  let since: number | undefined;
  let longest = 0;
  for (let at = 0; at < untilMs; at += 500)
    floor.doAt(at, async () => {
      const lease = await floor.deps.group.leases.read(MARKET);
      const isOwned = lease !== undefined && lease.expiresAt >= after(at);
      since = isOwned || floor.resting().length === 0 ? undefined : (since ?? at);
      if (since !== undefined) longest = Math.max(longest, at - since);
    });
  return () => longest;
}

interface Stop {
  readonly what: string;
  readonly happens?: (floor: TradingFloor) => void | Promise<void>;
  /** How the watchdog finds it. */
  readonly over?: (floor: TradingFloor) => Partial<WatchdogDeps>;
}

const unreadable = () => Promise.reject(new InputError('State: fence is "x"'));

const writing =
  (attributes: Readonly<Record<string, unknown>>) =>
  ({ deps }: TradingFloor): void =>
    deps.parameters.put(MARKET, attributes);

/** What a session would have seen to, had it lived. */
const WAYS_TO_STOP: readonly Stop[] = [
  { what: 'nothing else happens' },
  { what: 'a person turns it off', happens: writing({ mode: 'off' }) },
  { what: 'an edit is refused', happens: writing({ baseSpreadBps: 'much' }) },
  { what: 'it is put on paper', happens: writing({ mode: 'paper' }) },
  {
    what: 'a person halts it',
    happens: async ({ deps, clock }) =>
      void (await deps.halts.put({ ...HALTED_BY_HAND, at: clock.now() })),
  },
  {
    what: 'a person halts it and writes no more than why',
    happens: async ({ deps }) => void (await deps.halts.put(HALTED_BY_HAND)),
  },
  {
    what: 'the item of its lease is deleted',
    over: () => ({ leases: { read: async () => undefined } }),
  },
  {
    what: 'the item of its lease cannot be read',
    over: () => ({ leases: { read: unreadable } }),
  },
  {
    what: 'its session cannot be read',
    over: ({ deps }) => ({ sessions: { ...deps.watchdog.sessions, load: failing } }),
  },
  {
    what: 'the row of its hedge cannot be read',
    over: () => ({ hedges: { read: unreadable } }),
  },
  {
    what: 'parameters and halts cannot be read',
    over: () => ({ control: { read: failing } }),
  },
  {
    what: 'the table of states is gone',
    over: () => ({
      leases: { read: failing },
      sessions: { load: failing, marks: failing },
      hedges: { read: failing },
      halts: { put: failing },
    }),
  },
];

describe('orders whose session has died and that no start comes for', () => {
  it('are cancelled within two minutes of the end of its lease, wherever it died and whenever the watchdog runs (C10)', async () => {
    let rested = 0;
    const story = fc.record({
      call: fc.integer({ min: 12, max: 160 }),
      when: fc.constantFrom('before' as const, 'after' as const),
      // The Scheduler fires somewhere in each minute.
      fires: fc.array(fc.integer({ min: 0, max: 59_999 }), { minLength: 4, maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(story, async ({ fires, ...kill }) => {
        const floor = quietFloor(260);
        floor.invoke(0, 'dies', aProcess(kill).inside(floor.deps.group));
        fires.forEach((ms, minute) => floor.watchdog(minute * MINUTE + ms, 1));
        const longest = longestUnowned(floor, 4 * MINUTE);
        floor.doAt(25 * SECOND, () => void (rested += Number(floor.resting().length > 0)));
        await floor.runFor(4 * MINUTE + 25 * SECOND);
        expect(longest()).toBeLessThanOrEqual(BOUND_MS);
        expect(floor.resting()).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(rested).toBeGreaterThan(20);
  });

  it.each(WAYS_TO_STOP)(
    'are cancelled within two minutes when $what meanwhile (C10)',
    async ({ happens, over }) => {
      const floor = quietFloor(260);
      const dead = aProcess();
      floor.invoke(0, 'dies', dead.inside(floor.deps.group));
      floor.doAt(20 * SECOND, () => dead.kill());
      floor.doAt(25 * SECOND, () => happens?.(floor));
      floor.watchdog(19 * SECOND, 1);
      floor.watchdog(79 * SECOND, 2, over?.(floor));
      const longest = longestUnowned(floor, 3 * MINUTE);
      await floor.runFor(24 * SECOND);
      expect(floor.resting()).toHaveLength(2);
      await floor.runFor(4 * MINUTE);
      expect(floor.resting()).toEqual([]);
      // The table that cannot be read is tried again after twenty seconds.
      expect(longest()).toBeLessThanOrEqual(BOUND_MS + 20 * SECOND);
    },
  );

  it('are cancelled by the next run where one dies at any of its calls, and by two at once', async () => {
    const dying = async (call: number, when: 'before' | 'after'): Promise<number> => {
      const floor = quietFloor(200);
      const [dead, watchdog] = [aProcess(), aProcess({ call, when })];
      floor.invoke(0, 'dies', dead.inside(floor.deps.group));
      floor.doAt(20 * SECOND, () => dead.kill());
      floor.watchdog(50 * SECOND, 1, watchdog.inside(floor.deps.watchdog));
      floor.watchdog(110 * SECOND, 1);
      floor.watchdog(110 * SECOND + 20, 1);
      await floor.runFor(120 * SECOND);
      expect(floor.resting()).toEqual([]);
      return watchdog.calls();
    };
    const calls = await dying(Infinity, 'before');
    expect(calls).toBeGreaterThan(8);
    for (let call = 0; call < calls; call += 1)
      for (const when of ['before', 'after'] as const) await dying(call, when);
  });

  it('are cancelled though the lists of the venue do not show them yet', async () => {
    const floor = quietFloor(300, { listsLagMs: 75 * SECOND });
    const dead = aProcess();
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    // Its quotes rest and are saved; the list would tell of a later one only after the lag.
    floor.doAt(100 * SECOND, () => dead.kill());
    floor.watchdog(130 * SECOND, 3);
    await floor.runFor(99 * SECOND);
    expect(floor.resting()).toHaveLength(2);
    await floor.runFor(165 * SECOND);
    expect(floor.resting()).toEqual([]);
  });

  it('are cancelled on the next look where the venue did not answer', async () => {
    let reads = 0;
    const floor = quietFloor(300);
    const dead = aProcess();
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    floor.doAt(20 * SECOND, () => dead.kill());
    const { venue } = floor.deps.group;
    const silent = faultyVenue(venue, {
      read: () => ((reads += 1) <= 2 ? 'no-answer' : undefined),
      send: (call) => (call === 0 ? 'lost-before' : undefined),
    });
    floor.watchdog(60 * SECOND, 1, { venue: silent });
    await floor.runFor(89 * SECOND);
    expect(floor.resting()).toHaveLength(2);
    await floor.runFor(95 * SECOND);
    // Two that were named, and a list that may show more.
    expect(floor.looks.map(({ markets }) => markets[MARKET]?.left)).toEqual([3, 0]);
    expect(floor.resting()).toEqual([]);
  });

  it('are cancelled in a market that was struck off the lease of a live group', async () => {
    const floor = quietFloor(200, { others: ['ETH-PERP'] });
    floor.invoke(0, 'group', { markets: [MARKET, ETH], group: 'both' });
    const groups = [{ name: 'both', markets: [MARKET, ETH] }];
    const { leases } = floor.deps.group;
    floor.watchdog(60 * SECOND, 1, {
      groups,
      leases: {
        async read(group) {
          const lease = await leases.read(group);
          return lease === undefined ? undefined : { ...lease, markets: [MARKET] };
        },
      },
    });
    await floor.runFor(61 * SECOND);
    expect(floor.resting()).toHaveLength(2);
    expect(takenAway(floor).map(({ fields }) => fields['market'])).toEqual([ETH]);
  });

  it('are cancelled where the tables answer slowly', async () => {
    const floor = quietFloor(300);
    const dead = aProcess();
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    floor.doAt(20 * SECOND, () => dead.kill());
    const { leases } = floor.deps.group;
    floor.watchdog(60 * SECOND, 2, {
      leases: {
        async read(group) {
          await floor.clock.sleep(2500);
          return leases.read(group);
        },
      },
    });
    await floor.runFor(100 * SECOND);
    expect(floor.resting()).toEqual([]);
  });

  it('are found within two minutes among very many markets that no lease is there for', async () => {
    const floor = quietFloor(400);
    const dead = aProcess();
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    floor.doAt(20 * SECOND, () => dead.kill());
    const idle = Array.from({ length: 60 }, (_, index) =>
      marketId('purple-flea', `X${index}-PERP`),
    );
    const groups = [...idle, MARKET].map((market) => ({ name: market, markets: [market] }));
    // As if its lease had been released though something of it rested.
    const leases = { read: async () => undefined };
    for (const fires of [50, 110, 170]) floor.watchdog(fires * SECOND, 1, { groups, leases });
    await floor.runFor(49 * SECOND);
    expect(floor.resting()).toHaveLength(2);
    await floor.runFor((50 + 120) * SECOND);
    expect(floor.resting()).toEqual([]);
  });

  it('take nothing else with them: a person’s orders, a hedge’s, another deployment’s', async () => {
    const floor = quietFloor(200);
    const ids = [
      undefined,
      'by-hand',
      formatClientOrderId({
        role: 'hedge',
        deployment: 'test',
        symbol: SYMBOL,
        intent: 'h',
        attempt: 1,
      }),
      formatClientOrderId({
        role: 'quote',
        deployment: 'other',
        symbol: SYMBOL,
        side: 'buy',
        level: 0,
        fence: 1,
        counter: 1,
      }),
    ];
    floor.doAt(1000, () => {
      for (const clientId of ids)
        floor.placeByHand({
          side: 'buy',
          size: 0.01,
          price: 99_000,
          ...(clientId === undefined ? {} : { clientId }),
        });
    });
    floor.watchdog(5000, 2);
    await floor.runFor(100 * SECOND);
    expect(floor.resting()).toHaveLength(4);
    expect(takenAway(floor)).toEqual([]);
  });
});
