import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Halt } from '#shared/domain/trading/halt.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { aProcess, type KillPoint } from '#shared/simulation/faults/process.ts';
import {
  after,
  inOrder,
  MARKET,
  openFloor,
  quietMarket,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const { print } = eventsFrom(START);

/**
 * Our bid is filled after ten seconds; five seconds later the price has fallen by 2 %, which costs
 * the position about two dollars.
 */
const fallingMarket = (seconds: number): readonly FeedEvent[] =>
  inOrder(
    quietMarket(seconds, (at) => (at > 15 ? 98_000 : 100_000)),
    print(10_200, 'sell', 99_900, 5),
  );

const LIMITS = { spreadModel: 'fixed', baseSpreadBps: 10, sessionStopLossUsd: 1 };

const aHalt = (at: number): Halt => ({
  market: MARKET,
  at: after(at),
  cause: 'daily-loss-limit',
  text: 'put by a test',
  netPnlUsd: -1,
});

const haltOf = async ({ deps }: TradingFloor): Promise<Halt | undefined> =>
  (await deps.group.control.read([MARKET])).get(MARKET)?.halt;

const lift = async ({ deps, clock }: TradingFloor): Promise<void> => {
  await deps.halts.lift(MARKET, { by: 'test', reason: 'seen', at: clock.now() });
};

const valuesOf = ({ metrics }: TradingFloor, metric: string): readonly number[] =>
  metrics.filter(({ name }) => name === metric).map(({ value }) => value);

/** What each start said it did, in a few words. */
const endings = ({ reports }: TradingFloor): readonly string[] =>
  reports.map((report) => {
    if (report.kind !== 'ran') return report.kind;
    return report.ended.kind === 'stopped' ? report.ended.why : report.ended.kind;
  });

const LOST = /^halted: the session lost \d\.\d\d USD, allowed are 1\.00 USD$/;

describe('a market whose loss limit is passed', () => {
  it('is cancelled, halted with cause and figures, and not traded again until the halt is lifted (C4, C10)', async () => {
    const floor = openFloor({ events: fallingMarket(400), written: LIMITS });
    for (const at of [0, 60_000, 120_000, 180_000])
      floor.invoke(at, `start-${at}`, { sessionMs: 30_000 });
    const restingAt: number[] = [];
    for (const at of [9000, 40_000, 65_000, 125_000])
      floor.doAt(at, () => void restingAt.push(floor.resting().length));
    floor.doAt(170_000, () => lift(floor));
    await floor.runFor(169_000);
    expect(restingAt).toEqual([2, 0, 0, 0]);
    expect(endings(floor)).toHaveLength(3);
    for (const ending of endings(floor)) expect(ending).toMatch(LOST);
    expect(await haltOf(floor)).toMatchObject({ market: MARKET, cause: 'session-stop-loss' });
    expect((await haltOf(floor))?.netPnlUsd).toBeLessThan(-1);
    // Once, for whoever reads the past.
    const facts = floor.deps.ledger.all().filter(({ entry }) => entry.kind === 'halt');
    expect(facts.map(({ entry }) => entry)).toEqual([{ kind: 'halt', halt: await haltOf(floor) }]);
    // Lifted, it trades, and what was lost before does not halt it again.
    await floor.runFor(200_000);
    expect(floor.resting().length).toBeGreaterThan(0);
    expect(await haltOf(floor)).toBeUndefined();
  });

  it('is put once and left in order though the ledger takes no halts, and stays lifted (C10)', async () => {
    const floor = openFloor({ events: fallingMarket(200), written: LIMITS });
    const { ledger } = floor.deps;
    floor.invoke(0, 'first', {
      ledger: {
        ...ledger,
        append: (fact) =>
          fact.entry.kind === 'halt' ? Promise.reject(new Error('refused')) : ledger.append(fact),
      },
    });
    floor.doAt(40_000, async () => {
      expect(await haltOf(floor)).toBeDefined();
      await lift(floor);
    });
    await floor.runFor(190_000);
    expect(await haltOf(floor)).toBeUndefined();
    expect(endings(floor)).toHaveLength(1);
    expect(endings(floor)[0]).toMatch(LOST);
    expect(await floor.deps.group.leases.read(MARKET)).toBeUndefined();
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
    expect(await haltOf(floor)).toMatchObject({ market: MARKET, cause: 'daily-loss-limit' });
    expect((await haltOf(floor))?.netPnlUsd).toBeLessThan(-1.5);
    expect(floor.resting()).toEqual([]);
  });

  it('ends halted and with nothing resting wherever an invocation dies, and nothing is placed after the halt (C4, C10)', async () => {
    const unkilled = openFloor({ events: fallingMarket(30), written: LIMITS });
    const counted = aProcess();
    const calls: number[] = [];
    // Its quotes rest, so that there is a loss to come; it has halted.
    for (const at of [5000, 25_000]) unkilled.doAt(at, () => void calls.push(counted.calls()));
    unkilled.invoke(0, 'first', counted.inside(unkilled.deps.group));
    await unkilled.runFor(26_000);
    const [min = 0, max = 0] = calls;
    expect(max - min).toBeGreaterThan(30);
    const kills = fc.record({
      call: fc.integer({ min, max }),
      when: fc.constantFrom<KillPoint['when']>('before', 'after'),
    });
    let died = 0;
    await fc.assert(
      fc.asyncProperty(kills, async (kill) => {
        const floor = openFloor({ events: fallingMarket(300), written: LIMITS });
        const first = aProcess(kill);
        let haltedAt: number | undefined;
        let placedAfter = 0;
        const { place } = floor.exchange;
        floor.exchange.place = (...order) => {
          if (haltedAt !== undefined) placedAfter += 1;
          return place(...order);
        };
        floor.doAt(0, async () => {
          for (let at = 0; at < 290_000; at += 50) {
            await floor.clock.sleep(50);
            haltedAt ??= (await haltOf(floor))?.at;
          }
        });
        floor.invoke(0, 'first', first.inside(floor.deps.group));
        for (const at of [30_000, 60_000, 90_000, 120_000, 150_000])
          floor.invoke(at, `start-${at}`, { sessionMs: 120_000 });
        await floor.runFor(290_000);
        if (first.isDead()) died += 1;
        expect(haltedAt).toBeDefined();
        expect(await haltOf(floor)).toMatchObject({ cause: 'session-stop-loss' });
        expect(floor.resting()).toEqual([]);
        expect(placedAfter).toBe(0);
      }),
      { numRuns: 30 },
    );
    expect(died).toBeGreaterThan(10);
  });
});

describe('a halt put by somebody else', () => {
  it('ends a running session within ten seconds (C10)', async () => {
    const floor = openFloor({ events: quietMarket(120) });
    floor.invoke(0, 'a');
    floor.doAt(20_000, async () => void (await floor.deps.halts.put(aHalt(20_000))));
    await floor.runFor(30_000);
    expect(endings(floor)).toEqual(['halted: put by a test']);
    expect(floor.resting()).toEqual([]);
  });

  it('has what a dead session left cancelled, and never what a person placed (C10)', async () => {
    const floor = openFloor({ events: quietMarket(1000) });
    const dead = aProcess();
    floor.invoke(0, 'dead', dead.inside(floor.deps.group));
    floor.doAt(20_000, () => dead.kill());
    const byHand = () => floor.placeByHand({ side: 'buy', size: 0.001, price: 90_000 });
    floor.doAt(21_000, async () => {
      byHand();
      await floor.deps.halts.put(aHalt(21_000));
    });
    const counts: number[] = [];
    for (const at of [50_000, 90_000])
      floor.doAt(at, () => void counts.push(floor.resting().length));
    floor.invoke(60_000, 'soon');
    floor.doAt(400_000, byHand);
    floor.invoke(420_000, 'later');
    await floor.runFor(450_000);
    expect(counts).toEqual([3, 1]);
    expect(floor.resting()).toMatchObject([{ price: 90_000 }, { price: 90_000 }]);
    expect(endings(floor)).toEqual(['halted: put by a test', 'halted: put by a test']);
  });
});

describe('what a person has to mend', () => {
  const refuse = (floor: TradingFloor): void =>
    floor.deps.parameters.put(MARKET, { quoteSizeUsd: -1 });
  const mend = (floor: TradingFloor): void => floor.deps.parameters.put(MARKET, {});

  it('a halt is 1 with every start that stands aside, and 0 every minute once it is lifted (C10, E9)', async () => {
    const floor = openFloor({ events: fallingMarket(500), written: LIMITS });
    floor.schedule(0, 8);
    floor.doAt(200_000, () => lift(floor));
    await floor.runFor(59_000);
    // The first report; whoever starts next says that it is halted.
    expect(valuesOf(floor, 'Halted')).toEqual([0]);
    await floor.runFor(239_000);
    expect(valuesOf(floor, 'Halted')).toEqual([0, 1, 1, 1]);
    await floor.runFor(479_000);
    expect(valuesOf(floor, 'Halted')).toEqual([0, 1, 1, 1, 0, 0, 0, 0]);
    expect(new Set(valuesOf(floor, 'ParametersRefused'))).toEqual(new Set([0]));
  });

  it('a refused edit is 1 every minute until it is mended, whoever starts meanwhile (E9)', async () => {
    const floor = openFloor({ events: quietMarket(400) });
    floor.invoke(0, 'a', { sessionMs: 110_000 });
    floor.doAt(30_000, () => refuse(floor));
    floor.invoke(150_000, 'b');
    floor.doAt(260_000, () => mend(floor));
    await floor.runFor(390_000);
    expect(valuesOf(floor, 'ParametersRefused')).toEqual([0, 1, 1, 1, 0, 0]);
  });

  it('a first start that stands aside says which of the two it is: refused, halted or both (C10, E9)', async () => {
    for (const isHalted of [false, true]) {
      const floor = openFloor({ events: quietMarket(60) });
      refuse(floor);
      if (isHalted) await floor.deps.halts.put(aHalt(0));
      floor.invoke(1000, 'a');
      await floor.runFor(30_000);
      expect(endings(floor)).toEqual(['stood-aside']);
      expect(valuesOf(floor, 'ParametersRefused')).toEqual([1]);
      expect(valuesOf(floor, 'Halted')).toEqual([isHalted ? 1 : 0]);
    }
  });
});
