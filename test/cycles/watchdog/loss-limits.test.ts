import { describe, expect, it } from 'vitest';
import type { Halt } from '#shared/domain/trading/halt.ts';
import type { MarketMark } from '#shared/domain/venue/market-mark.ts';
import { DAY_MS } from '#shared/domain/time.ts';
import { epochMs, price, signedSize, usd } from '#shared/domain/units.ts';
import { pnlWindow } from '#shared/simulator/purple-flea/pnl-window.ts';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { aProcess } from '#shared/simulation/faults/process.ts';
import {
  after,
  inOrder,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const SECOND = 1000;
const { print } = eventsFrom(START);

/** Our bid of about 0.001 is filled after ten seconds; from `at` on the mid is `to`. */
const fallingMarket = (seconds: number, at: number, to: number): readonly FeedEvent[] =>
  inOrder(
    quietMarket(seconds, (second) => (second > at ? to : 100_000)),
    print(10_200, 'sell', 99_900, 5),
  );

const LIMITS = { spreadModel: 'fixed', baseSpreadBps: 10, sessionStopLossUsd: 1 };

const haltOf = async ({ deps }: TradingFloor): Promise<Halt | undefined> =>
  (await deps.group.control.read([MARKET])).get(MARKET)?.halt;

/** A market that was last seen like that, at a mid of 100,000, holding nothing. */
const aMark = (over: Partial<MarketMark>): MarketMark => ({
  market: MARKET,
  fence: 1,
  at: after(0),
  mid: price(100_000),
  position: signedSize(0),
  netPnlUsd: usd(0),
  peakUsd: usd(0),
  dayOpenUsd: usd(0),
  limitsSince: after(0),
  limitsFromUsd: usd(0),
  ...over,
});

describe('a loss limit that is passed while nobody trades', () => {
  it('halts the market within two minutes, with its figures, by what the venue says of the position (C4, C10)', async () => {
    const floor = openFloor({ events: fallingMarket(400, 100, 97_500), written: LIMITS });
    const dead = aProcess();
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    floor.doAt(60 * SECOND, () => dead.kill());
    floor.watchdog(30 * SECOND, 6);
    await floor.runFor(100 * SECOND);
    expect(floor.held()).toBeGreaterThan(0);
    expect(await haltOf(floor)).toBeUndefined();
    await floor.runFor((100 + 120) * SECOND);
    const halt = await haltOf(floor);
    expect(halt?.cause).toBe('session-stop-loss');
    expect(halt?.text).toMatch(
      /^the session lost \d\.\d\d USD, allowed are 1\.00 USD, as the watchdog sees it$/,
    );
    expect(halt?.netPnlUsd).toBeCloseTo(netUsdOf(floor), 6);
    expect(floor.resting()).toEqual([]);
  });

  it('does not before: a cent less is no halt, and the cent is one', async () => {
    const allowing = async (sessionStopLossUsd: number): Promise<TradingFloor> => {
      const events = fallingMarket(300, 100, 97_500);
      const floor = openFloor({ events, written: { ...LIMITS, sessionStopLossUsd } });
      const dead = aProcess();
      floor.invoke(0, 'dies', dead.inside(floor.deps.group));
      floor.doAt(60 * SECOND, () => dead.kill());
      floor.watchdog(30 * SECOND, 4);
      await floor.runFor(290 * SECOND);
      return floor;
    };
    const lostUsd = -netUsdOf(await allowing(1000));
    expect(lostUsd).toBeGreaterThan(1);
    expect(await haltOf(await allowing(lostUsd + 0.01))).toBeUndefined();
    expect(await haltOf(await allowing(lostUsd - 0.01))).toBeDefined();
  });

  it.each([
    ['with its time', true],
    ['without', false],
  ])('stays lifted when a person wrote the halt, %s, whatever was lost', async (_how, isDated) => {
    const floor = openFloor({ events: fallingMarket(600, 100, 97_500), written: LIMITS });
    floor.invoke(0, 'first');
    floor.watchdog(30 * SECOND, 9);
    floor.doAt(70 * SECOND, async () => {
      const byHand = { market: MARKET, cause: 'by hand', text: '', netPnlUsd: undefined };
      await floor.deps.halts.put({ ...byHand, at: isDated ? floor.clock.now() : undefined });
    });
    floor.doAt(325 * SECOND, () => liftHalt(floor));
    floor.invoke(350 * SECOND, 'next');
    await floor.runFor(500 * SECOND);
    expect(await haltOf(floor)).toBeUndefined();
    expect(floor.resting().length).toBeGreaterThan(0);
  });

  it('is not judged by what was read before the watchdog stood still', async () => {
    const floor = openFloor({ events: quietMarket(300), written: LIMITS });
    await floor.deps.group.sessions.saveMark(aMark({ netPnlUsd: usd(-5) }));
    const frozen = aProcess();
    const inside = frozen.inside(floor.deps.watchdog);
    floor.watchdog(1000, 1, {
      ...inside,
      ledger: {
        ...inside.ledger,
        read(...range) {
          frozen.freeze();
          return inside.ledger.read(...range);
        },
      },
    });
    // Somebody else halts it meanwhile, and a person lifts that.
    floor.watchdog(20 * SECOND, 1);
    floor.doAt(60 * SECOND, () => liftHalt(floor));
    floor.doAt(90 * SECOND, () => frozen.thaw());
    await floor.runFor(59 * SECOND);
    expect(await haltOf(floor)).toBeDefined();
    await floor.runFor(200 * SECOND);
    expect(await haltOf(floor)).toBeUndefined();
  });

  it('halts it by what was filled after the last mark, which was flat (C4)', async () => {
    const events = inOrder(
      quietMarket(400, (second) => (second > 100 ? 97_500 : 100_000)),
      print(62_200, 'sell', 99_900, 5),
    );
    const floor = openFloor({ events, written: LIMITS });
    const dead = aProcess();
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    floor.doAt(60 * SECOND, () => dead.kill());
    floor.watchdog(70 * SECOND, 4);
    await floor.runFor(69 * SECOND);
    floor.exchange.advanceTo(floor.clock.now());
    expect(floor.held()).toBeGreaterThan(0);
    const [mark] = await floor.deps.group.sessions.marks([MARKET]);
    expect(mark?.position).toBe(0);
    await floor.runFor(220 * SECOND);
    expect((await haltOf(floor))?.cause).toBe('session-stop-loss');
  });

  it('is noted once, by whichever of two sees it first, and again where the ledger fails', async () => {
    const floor = openFloor({ events: quietMarket(90), written: LIMITS });
    await floor.deps.group.sessions.saveMark(aMark({ netPnlUsd: usd(-5) }));
    const { ledger } = floor.deps;
    let asked = 0;
    const failingOnce = {
      ...ledger,
      append: (fact: Parameters<typeof ledger.append>[0]) =>
        (asked += 1) === 1 ? Promise.reject(new Error('refused')) : ledger.append(fact),
    };
    floor.watchdog(1000, 1, { ledger: failingOnce });
    floor.watchdog(1000, 1, { ledger: failingOnce });
    await floor.runFor(60 * SECOND);
    const facts = ledger.all().filter(({ entry }) => entry.kind === 'halt');
    expect(facts).toHaveLength(1);
    expect(asked).toBeGreaterThan(1);
  });

  it('stays lifted when a person lifts it, also before anybody has begun again', async () => {
    const floor = openFloor({ events: fallingMarket(600, 100, 97_500), written: LIMITS });
    const dead = aProcess();
    floor.invoke(0, 'dies', dead.inside(floor.deps.group));
    floor.doAt(60 * SECOND, () => dead.kill());
    floor.watchdog(30 * SECOND, 9);
    floor.doAt(300 * SECOND, async () => {
      expect(await haltOf(floor)).toBeDefined();
      await liftHalt(floor);
    });
    floor.invoke(430 * SECOND, 'next');
    await floor.runFor(429 * SECOND);
    expect(await haltOf(floor)).toBeUndefined();
    await floor.runFor(560 * SECOND);
    // What was lost before the lifting does not count for whoever begins then.
    expect(await haltOf(floor)).toBeUndefined();
    expect(floor.resting().length).toBeGreaterThan(0);
  });
});

describe('the one who judges', () => {
  const judged = async (mark: MarketMark, written: Readonly<Record<string, unknown>>) => {
    const floor = openFloor({ events: quietMarket(90), written });
    await floor.deps.group.sessions.saveMark(mark);
    floor.watchdog(1000, 1);
    await floor.runFor(60 * SECOND);
    return (await haltOf(floor))?.text;
  };
  const DAILY = { capitalUsd: 1000, dailyLossLimitPct: 1 };

  it('counts the session from where the limits began (C4)', async () => {
    const mark = aMark({ netPnlUsd: usd(4), limitsFromUsd: usd(5), peakUsd: usd(5) });
    expect(await judged(mark, { sessionStopLossUsd: 1 })).toMatch(/^the session lost 1\.00 USD/);
    expect(await judged(mark, { sessionStopLossUsd: 1.01 })).toBeUndefined();
  });

  it('counts the day from what it opened with, and from the peak (C5)', async () => {
    const today = aMark({ netPnlUsd: usd(-4), dayOpenUsd: usd(6), limitsFromUsd: usd(6) });
    expect(await judged(today, DAILY)).toMatch(/^lost 10\.00 USD today/);
    const fallen = aMark({ netPnlUsd: usd(2), peakUsd: usd(12) });
    expect(await judged(fallen, DAILY)).toMatch(/^lost 10\.00 USD from the peak/);
    expect(await judged(aMark({ netPnlUsd: usd(2), peakUsd: usd(11.9) }), DAILY)).toBeUndefined();
  });

  it('lets a day that has begun since open with what was seen last (C5)', async () => {
    const yesterday = aMark({
      at: epochMs(after(0) - DAY_MS),
      netPnlUsd: usd(-9),
      dayOpenUsd: usd(3),
    });
    expect(await judged(yesterday, DAILY)).toBeUndefined();
    expect(await judged({ ...yesterday, at: after(0) }, DAILY)).toMatch(/^lost 12\.00 USD today/);
  });

  it('counts anew from the lifting of a halt, however short before the mark that was', async () => {
    const floor = openFloor({ events: quietMarket(90), written: { sessionStopLossUsd: 1 } });
    const halt = { market: MARKET, cause: 'session-stop-loss', text: '', at: after(0) } as const;
    const entry = { kind: 'halt', halt: { ...halt, netPnlUsd: -1 } } as const;
    await floor.deps.ledger.append({ number: 0, fence: 0, entry });
    const mark = aMark({ at: after(30_000), limitsSince: after(10_000), netPnlUsd: usd(-2) });
    await floor.deps.group.sessions.saveMark(mark);
    floor.watchdog(40 * SECOND, 1);
    await floor.runFor(41 * SECOND);
    expect((await haltOf(floor))?.text).toMatch(/^the session lost 2\.00 USD/);
  });

  it('says no limit where what people wrote is refused, and halts nobody who is off', async () => {
    const mark = aMark({ netPnlUsd: usd(-50) });
    const limit = { sessionStopLossUsd: 1 };
    expect(await judged(mark, limit)).toBeDefined();
    expect(await judged(mark, { ...limit, baseSpreadBps: 'much' })).toBeUndefined();
    expect(await judged(mark, { ...limit, mode: 'off' })).toBeUndefined();
  });
});

const liftHalt = async ({ deps, clock }: TradingFloor): Promise<void> =>
  void (await deps.halts.lift(MARKET, { by: 'test', reason: 'seen', at: clock.now() }));

/** As the exchange itself reckons it. */
function netUsdOf({ exchange, clock }: TradingFloor): number {
  exchange.advanceTo(clock.now());
  const market = exchange.market(SYMBOL);
  if (market === undefined) throw new Error(`no market ${SYMBOL}`);
  const now = exchange.now();
  return pnlWindow(exchange.account(KEY), market, after(0), now, now).netUsd;
}
