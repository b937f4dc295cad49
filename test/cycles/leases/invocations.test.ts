import { describe, expect, it } from 'vitest';
import type { GroupDeps, StepRecord } from '#shared/cycles/requote/group-deps.ts';
import { formatClientOrderId } from '#shared/domain/order/client-order-id.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import type { OursCancelled } from '#shared/domain/venue/venue-answers.ts';
import { step } from '#shared/market/step.ts';
import { seededRandom } from '#shared/math/random.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import {
  after,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const { print } = eventsFrom(START);

const WRITTEN = { spreadModel: 'fixed', baseSpreadBps: 10 };
const ETH = marketId('purple-flea', 'ETH-PERP');
const SOL = marketId('purple-flea', 'SOL-PERP');
const sides = (floor: TradingFloor): string =>
  floor
    .resting()
    .map(({ side }) => side)
    .sort()
    .join();

const sorted = (events: readonly FeedEvent[]): readonly FeedEvent[] =>
  [...events].sort((a, b) => a.at - b.at);

describe('two invocations of one group', () => {
  it('trade nothing twice, however they overlap, come late or twice: 120 starts (B6, E1)', async () => {
    const random = seededRandom(7);
    const floor = openFloor({
      events: sorted([
        ...quietMarket(700, (at) => 100_000 + 40 * Math.round(Math.sin(at / 7))),
        ...Array.from({ length: 60 }, (_, index) =>
          print(
            (index * 10 + 3.2) * 1000,
            index % 2 === 0 ? 'sell' : 'buy',
            index % 2 === 0 ? 99_800 : 100_300,
            5,
          ),
        ),
      ]),
      written: { ...WRITTEN, quoteSizeUsd: 100 },
    });
    for (let start = 0; start < 120; start += 1) {
      const atMs = Math.round(random.uniform() * 600_000);
      // Most live for some seconds: leases change hands all the time.
      const sessionMs = 5000 + Math.round(random.uniform() * 60_000);
      floor.invoke(atMs, `start-${start}`, { sessionMs });
    }
    let most = 0;
    floor.exchange.listen({
      ticked() {
        const open = floor.exchange.openOrders(KEY, SYMBOL);
        for (const side of ['buy', 'sell'])
          most = Math.max(most, open.filter((order) => order.side === side).length);
      },
    });
    await floor.runFor(690_000);
    expect(floor.failures).toEqual([]);
    expect(floor.reports).toHaveLength(120);
    expect(floor.reports.filter(({ kind }) => kind === 'ran').length).toBeGreaterThan(8);
    expect(most).toBe(1);
    expect(floor.resting()).toEqual([]);
    expect(floor.fills().venue.length).toBeGreaterThan(10);
    expect(floor.fills().ledger).toEqual(floor.fills().venue);
  });

  it('of which one stood still until its lease was gone: it sends nothing when it is thawed', async () => {
    for (const frozenAt of [10_000, 20_020, 20_060, 31_240, 31_490]) {
      const floor = openFloor({
        // The price moves all the time: every look wants another quote.
        events: quietMarket(300, (at) => 100_000 + 60 * (Math.floor(at) % 2)),
        written: WRITTEN,
      });
      const frozen = aProcess();
      const deps = frozen.inside(floor.deps.group);
      const sent: number[] = [];
      const { venue } = deps;
      const cancelOurs: typeof venue.execution.cancelOurs = (...args) => {
        sent.push(floor.clock.now());
        return venue.execution.cancelOurs(...args);
      };
      const send: typeof venue.execution.send = (...args) => {
        sent.push(floor.clock.now());
        return venue.execution.send(...args);
      };
      const execution = { ...venue.execution, send, cancelOurs, can: venue.execution.can };
      floor.invoke(0, 'frozen', {
        ...deps,
        venue: { ...venue, data: venue.data, history: venue.history, execution },
      });
      floor.doAt(frozenAt, () => frozen.freeze());
      floor.invoke(60_000, 'heir');
      floor.doAt(80_000, () => frozen.thaw());
      await floor.runFor(150_000);
      expect(sent.filter((at) => at > after(frozenAt))).toEqual([]);
      expect(floor.reports).toMatchObject([{ kind: 'ran', ended: { kind: 'lost-lease' } }]);
      expect(sides(floor)).toBe('buy,sell');
    }
  });

  it('of two deployments on one account: who finds the other quoting stands aside, who quotes goes on', async () => {
    const floor = openFloor({ events: quietMarket(200), written: WRITTEN });
    const venue = floor.connect(KEY, 'other');
    const stores = openFloor({ events: [], written: WRITTEN }).deps.group;
    const { leases, sessions, hedges } = stores;
    floor.invoke(0, 'ours');
    floor.invoke(10_000, 'theirs', { venue, leases, sessions, hedges, deployment: 'other' });
    await floor.runFor(60_000);
    expect(floor.reports).toEqual([
      { kind: 'stood-aside', why: 'the deployment test quotes this market on this account' },
    ]);
    expect(floor.metrics.some(({ name }) => name === 'SessionFailed')).toBe(true);
    expect(sides(floor)).toBe('buy,sell');
    // One that has quotes goes on and says that somebody else's are there.
    floor.doAt(70_000, () => {
      const clientId = formatClientOrderId({
        role: 'quote',
        deployment: 'other',
        symbol: SYMBOL,
        side: 'buy',
        level: 0,
        fence: 1,
        counter: 1,
      });
      floor.placeByHand({ side: 'buy', size: 0.001, price: 98_000, clientId });
    });
    await floor.runFor(90_000);
    expect(floor.resting()).toHaveLength(3);
    expect(floor.metrics.some(({ name }) => name === 'OddOrder')).toBe(true);
  });
});

describe('three markets in one group', () => {
  const markets = [MARKET, ETH, SOL];
  const group = 'three';
  const countOf = (floor: TradingFloor, symbol: string): number =>
    floor.exchange.openOrders(KEY, symbol).length;
  /** ETH's book breaks what `step` takes for granted, for a while. */
  const breaking = (fromMs: number, toMs: number) => (floor: TradingFloor) => {
    const { venue } = floor.deps.group;
    const data: typeof venue.data = {
      ...venue.data,
      book: async (market) => {
        const now = floor.clock.now();
        const picture = await venue.data.book(market);
        if (market !== ETH || now < after(fromMs) || now >= after(toMs)) return picture;
        return {
          ok: true,
          value: { ...(picture as { value: object }).value, book: undefined },
        } as never;
      },
    };
    return { ...venue, data };
  };

  it('one of which throws: it is emptied and begun again, the others go on; the last minute is in the log', async () => {
    const floor = openFloor({
      events: quietMarket(200),
      written: WRITTEN,
      others: ['ETH-PERP', 'SOL-PERP'],
    });
    const looks: number[] = [];
    const venue = breaking(20_000, 24_000)(floor);
    const book: typeof venue.data.book = (market) => {
      if (market === MARKET) looks.push(floor.clock.now());
      return venue.data.book(market);
    };
    floor.invoke(0, 'a', { markets, group, venue: { ...venue, data: { ...venue.data, book } } });
    const seen: number[][] = [];
    for (const at of [19_000, 25_000, 60_000])
      floor.doAt(
        at,
        () => void seen.push(markets.map((market) => countOf(floor, market.split('/')[1] ?? ''))),
      );
    await floor.runFor(61_000);
    expect(seen).toEqual([
      [2, 2, 2],
      [2, 0, 2],
      [2, 2, 2],
    ]);
    const gaps = looks.slice(2).map((at, index) => at - (looks[index + 1] ?? at));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000);
    const written = floor.logs.filter(({ message }) => message === 'what was heard before');
    expect(written).toMatchObject([{ fields: { market: ETH, why: 'it threw' } }]);
    expect(String(written[0]?.fields['record']).length).toBeLessThanOrEqual(200_000);
  });

  /**
   * ETH throws from then on, and cannot be emptied until then; and when the others were looked at.
   */
  const stuck = (floor: TradingFloor, fromMs: number, toMs: number) => {
    const looks: number[] = [];
    const venue = breaking(fromMs, toMs)(floor);
    const { data, execution } = venue;
    const failing: OursCancelled = {
      results: [],
      failure: { kind: 'outcome-unknown', detail: 'timeout' },
    };
    const book: typeof data.book = (market) => {
      if (market !== ETH) looks.push(floor.clock.now() - START);
      return data.book(market);
    };
    const cancelOurs: typeof execution.cancelOurs = async (market, venueIds) => {
      const now = floor.clock.now();
      return market === ETH && now >= after(fromMs) && now < after(toMs)
        ? failing
        : execution.cancelOurs(market, venueIds);
    };
    const watched = { data: { ...data, book }, execution: { ...execution, cancelOurs } };
    return { looks, venue: { ...venue, ...watched } };
  };
  const largestGap = (looks: readonly number[]): number =>
    Math.max(...looks.slice(1).map((at, index) => at - (looks[index] ?? at)));
  const listed = async ({ deps }: TradingFloor): Promise<readonly string[]> =>
    (await deps.group.leases.read(group))?.markets ?? [];

  it('one of which cannot be emptied within a minute: it is struck off the lease, the others go on and are handed over (C9)', async () => {
    const floor = openFloor({
      events: quietMarket(900),
      written: WRITTEN,
      others: ['ETH-PERP', 'SOL-PERP'],
    });
    const { looks, venue } = stuck(floor, 20_000, 1e9);
    floor.schedule(0, 15, { markets, group, venue });
    await floor.runFor(70_000);
    expect(await listed(floor)).toEqual(markets);
    await floor.runFor(120_000);
    expect(await listed(floor)).toEqual([MARKET, SOL]);
    await floor.runFor(15 * 60_000);
    expect([countOf(floor, SYMBOL), countOf(floor, 'SOL-PERP')]).toEqual([2, 2]);
    expect(largestGap(looks)).toBeLessThan(3000);
    const lease = await floor.deps.group.leases.read(group);
    expect(lease?.owner).toMatch(/^minute-1[123]$/);
    expect(floor.failures).toEqual([]);
  });

  it('one of which is emptied after it was struck: it is on the lease again before it trades (C9)', async () => {
    const floor = openFloor({
      events: quietMarket(400),
      written: WRITTEN,
      others: ['ETH-PERP', 'SOL-PERP'],
    });
    const { venue } = stuck(floor, 20_000, 150_000);
    const { execution } = venue;
    const listings: boolean[] = [];
    const send: typeof execution.send = async (commands, expiresAt) => {
      if (commands.some(({ market }) => market === ETH))
        listings.push((await listed(floor)).includes(ETH));
      return execution.send(commands, expiresAt);
    };
    let struck: readonly string[] = [];
    floor.doAt(140_000, async () => void (struck = await listed(floor)));
    floor.invoke(0, 'a', {
      markets,
      group,
      venue: { ...venue, execution: { ...execution, send } },
    });
    await floor.runFor(300_000);
    expect(struck).toEqual([MARKET, SOL]);
    expect(await listed(floor)).toEqual(expect.arrayContaining([...markets]));
    expect(countOf(floor, 'ETH-PERP')).toBe(2);
    expect(listings.length).toBeGreaterThan(1);
    expect(listings).not.toContain(false);
  });

  it('are all switched off within ten seconds, however slow the audit and the hedges are (C10)', async () => {
    const leavingAt = new Map<string, number>();
    const floor = openFloor({
      events: quietMarket(200),
      written: { ...WRITTEN, hedgeThresholdUsd: 150 },
      others: ['ETH-PERP', 'SOL-PERP'],
      watch: {
        onStep: (market, { outputs, at }) => {
          const leaves = outputs.some((one) => one.kind === 'say' && one.message === 'leaving');
          if (leaves && !leavingAt.has(market)) leavingAt.set(market, at - START);
        },
      },
    });
    const { parameters, hedges, control } = floor.deps.group;
    const slowly = async <T>(ms: number, call: () => Promise<T>): Promise<T> => {
      await floor.clock.sleep(ms);
      return call();
    };
    const over: Partial<GroupDeps> = {
      parameters: {
        ...parameters,
        record: (...args) => slowly(3900, () => parameters.record(...args)),
      },
      hedges: { ...hedges, read: (...args) => slowly(3900, () => hedges.read(...args)) },
      control: { read: (...args) => slowly(1500, () => control.read(...args)) },
    };
    floor.invoke(0, 'a', { markets, group, ...over });
    // A breach that nobody works off: its row is asked for again and again.
    floor.doAt(20_000, () => floor.placeByHand({ side: 'buy', size: 0.003 }));
    // Whatever else is going on: an edit every few seconds, and then the switch.
    for (let edit = 0; edit < 6; edit += 1)
      floor.doAt(40_000 + edit * 3000, () =>
        floor.deps.parameters.put('DEFAULT', { ...WRITTEN, baseSpreadBps: 20 + edit }),
      );
    floor.doAt(60_000, () => floor.deps.parameters.put('DEFAULT', { ...WRITTEN, mode: 'off' }));
    await floor.runFor(100_000);
    expect([...leavingAt.keys()].toSorted()).toEqual([...markets].toSorted());
    for (const at of leavingAt.values()) expect(at - 60_000).toBeLessThanOrEqual(10_000);
    expect(markets.map((market) => countOf(floor, market.split('/')[1] ?? ''))).toEqual([0, 0, 0]);
  });

  it('hand over together while one of them waits to begin again', async () => {
    const floor = openFloor({
      events: quietMarket(900),
      written: WRITTEN,
      others: ['ETH-PERP', 'SOL-PERP'],
    });
    const over = { markets, group };
    floor.invoke(0, 'old', { ...over, venue: breaking(10 * 60_000, 1e9)(floor) });
    for (let minute = 12; minute < 14; minute += 1)
      floor.invoke(minute * 60_000, `new-${minute}`, over);
    await floor.runFor(13 * 60_000);
    expect(floor.reports[0]).toMatchObject({ kind: 'ran', ended: { kind: 'handed-over' } });
    await floor.runFor(14 * 60_000);
    expect(markets.map((market) => countOf(floor, market.split('/')[1] ?? ''))).toEqual([2, 2, 2]);
  });
});

describe('the events of a run', () => {
  it('heard again by `step` from its first state give the same outputs (E11)', async () => {
    const steps: StepRecord[] = [];
    const floor = openFloor({
      events: sorted([
        ...quietMarket(200, (at) => 100_000 + 50 * Math.floor(at / 9)),
        print(12_200, 'sell', 99_000, 5),
        print(42_200, 'buy', 101_500, 5),
      ]),
      written: WRITTEN,
      watch: { onStep: (_market, stepped) => void steps.push(stepped) },
    });
    floor.invoke(0, 'a', { sessionMs: 120_000 });
    await floor.runFor(190_000);
    expect(steps.length).toBeGreaterThan(300);
    let state = steps[0]?.before;
    for (const { event, at, rules, outputs } of steps) {
      if (state === undefined) throw new Error('nothing was heard');
      const again = step(state, event, at, rules);
      expect(again.outputs).toEqual(outputs);
      state = again.state;
    }
    expect(steps.at(-1)?.outputs.at(-1)).toMatchObject({ kind: 'left', how: 'stop' });
  });

  it('are written to the log once when a limit halts the market, enough to be heard again (C10)', async () => {
    const steps: StepRecord[] = [];
    const floor = openFloor({
      events: sorted([
        ...quietMarket(200, (at) => (at > 75 ? 98_000 : 100_000)),
        print(70_200, 'sell', 99_900, 5),
      ]),
      written: { ...WRITTEN, sessionStopLossUsd: 1 },
      watch: { onStep: (_market, stepped) => void steps.push(stepped) },
    });
    floor.invoke(0, 'a');
    await floor.runFor(150_000);
    const written = floor.logs.filter(({ message }) => message === 'what was heard before');
    expect(written).toMatchObject([{ fields: { why: 'it halted' } }]);
    const record = JSON.parse(String(written[0]?.fields['record']), (_key, value: unknown) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, 'map')
        ? new Map((value as { map: [unknown, unknown][] }).map)
        : value,
    ) as { state: StepRecord['before']; events: Pick<StepRecord, 'at' | 'event'>[] };
    expect(record.events.length).toBeGreaterThan(60);
    expect((record.events.at(-1)?.at ?? 0) - (record.events[0]?.at ?? 0)).toBeGreaterThan(60_000);
    const rules = steps[0]?.rules;
    if (rules === undefined) throw new Error('nothing was heard');
    let { state } = record;
    let outputs: StepRecord['outputs'] = [];
    for (const { event, at } of record.events) ({ state, outputs } = step(state, event, at, rules));
    const halted = steps.find(({ outputs: wanted }) => wanted.some(({ kind }) => kind === 'halt'));
    expect(outputs.find(({ kind }) => kind === 'halt')).toEqual(
      halted?.outputs.find(({ kind }) => kind === 'halt'),
    );
  });
});
