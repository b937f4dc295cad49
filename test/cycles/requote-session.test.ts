import { describe, expect, it } from 'vitest';
import { utcTime } from '#shared/domain/time.ts';
import { epochMs } from '#shared/domain/units.ts';
import { aSpec, START } from '#test/builders/market.ts';
import { faultyVenue } from '#test/floors/faulty-venue.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import {
  after,
  KEY,
  MARKET,
  openFloor,
  quietMarket,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const { print } = eventsFrom(START);

const resting = (
  floor: TradingFloor,
): readonly { side: string; tick: number; fence: string | undefined }[] =>
  floor.exchange
    .openOrders(KEY, MARKET)
    .map(({ side, tick, clientId }) => ({ side, tick, fence: clientId?.split('.')[4] }));
const sidesOf = (floor: TradingFloor): readonly string[] =>
  resting(floor)
    .map(({ side }) => side)
    .sort();
const byTime = <T extends { readonly at?: number }>(events: readonly T[]): readonly T[] =>
  [...events].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));

describe('a requote session', () => {
  it('rests one post-only quote on each side and leaves them alone while nothing changes (A1, A9)', async () => {
    const floor = openFloor({
      events: quietMarket(60),
      written: { spreadModel: 'fixed', baseSpreadBps: 10 },
    });
    floor.invoke(0, 'a');
    await floor.runFor(20_000);
    expect(resting(floor)).toEqual([
      { side: 'buy', tick: 99_950, fence: '1' },
      { side: 'sell', tick: 100_050, fence: '1' },
    ]);
    const session = await floor.deps.sessions.load(MARKET);
    expect(session?.quotesPlaced).toBe(2);
    expect(session?.decisions).toBeGreaterThan(5);
  });

  it('requotes when the mid has drifted beyond the threshold, and never rests more than one quote a side (A9)', async () => {
    const counts: number[] = [];
    const floor = openFloor({
      events: quietMarket(60, (at) => 100_000 + (at > 10 ? 80 : 0)),
      written: { spreadModel: 'fixed', baseSpreadBps: 20 },
    });
    floor.exchange.listen({
      ticked: () => void counts.push(floor.exchange.openOrders(KEY, MARKET).length),
    });
    floor.invoke(0, 'a');
    await floor.runFor(20_000);
    expect(resting(floor).map(({ tick }) => tick)).toEqual([99_979, 100_181]);
    expect(Math.max(...counts)).toBe(2);
  });

  it('books a fill once, in ledger and P&L, and quotes again (E1)', async () => {
    const events = byTime([...quietMarket(60), print(10_200, 'sell', 99_900, 5)]);
    const floor = openFloor({ events, written: { spreadModel: 'fixed', baseSpreadBps: 10 } });
    floor.invoke(0, 'a');
    await floor.runFor(30_000);
    const fills = floor.exchange.account(KEY).fills(MARKET);
    expect(fills).toHaveLength(1);
    expect(
      floor.ledger.all().map((entry) => (entry.kind === 'fill' ? entry.fill.id : entry.kind)),
    ).toEqual(fills.map(({ id }) => id));
    const session = await floor.deps.sessions.load(MARKET);
    expect(session?.pnl).toMatchObject({
      fills: 1,
      position: { size: 0.001, averageEntry: 99_950 },
    });
    expect(session?.pnl.spreadIncomeUsd).toBeCloseTo(0.05, 9);
    expect(sidesOf(floor)).toEqual(['buy', 'sell']);
  });

  it('trades nothing twice when two invocations start at once: the second is only a look', async () => {
    const floor = openFloor({ events: quietMarket(60) });
    floor.invoke(0, 'a');
    floor.invoke(0, 'b');
    await floor.runFor(20_000);
    expect(floor.reports).toEqual([{ kind: 'already-held', by: 'a' }]);
    expect(sidesOf(floor)).toEqual(['buy', 'sell']);
    expect(new Set(resting(floor).map(({ fence }) => fence))).toEqual(new Set(['1']));
  });

  it('hands over to a successor after 12 minutes, and the book never goes empty', async () => {
    const floor = openFloor({ events: quietMarket(1000) });
    const open: number[] = [];
    for (let minute = 0; minute < 15; minute += 1)
      floor.invoke(minute * 60_000, `minute-${minute}`);
    for (let at = 10_000; at < 15 * 60_000; at += 250)
      floor.doAt(at, () => void open.push(floor.exchange.openOrders(KEY, MARKET).length));
    await floor.runFor(15 * 60_000);
    expect(floor.reports).toContainEqual(
      expect.objectContaining({ kind: 'ran', ended: 'handed-over' }),
    );
    expect(floor.reports.filter(({ kind }) => kind === 'already-held').length).toBeGreaterThan(10);
    const lease = await floor.deps.leases.read(MARKET);
    expect(lease).toMatchObject({ fence: 2, owner: 'minute-12' });
    // A quote is being replaced at some moments, both sides are never away at a hand-over for
    // longer than that takes.
    const away = open
      .map((count, index) => (count === 0 ? index : -1))
      .filter((index) => index >= 0);
    const handover = (12 * 60_000 - 10_000) / 250;
    expect(away.filter((index) => Math.abs(index - handover) < 40)).toEqual([]);
  });

  it('takes over from one that died: after its lease has run out, adopting what rests', async () => {
    const floor = openFloor({
      events: quietMarket(300),
      written: { spreadModel: 'fixed', baseSpreadBps: 10 },
    });
    const never = new Promise<never>(() => undefined);
    // Killed: it never wakes from its sleep again.
    floor.invoke(0, 'dead', {
      clock: {
        now: () => floor.clock.now(),
        sleep: (ms) =>
          floor.clock.now() > after(30_000)
            ? floor.clock.sleep(1e9).then(() => never)
            : floor.clock.sleep(ms),
      },
    });
    floor.invoke(35_000, 'too-soon');
    floor.invoke(60_000, 'next');
    await floor.runFor(59_999);
    const left = resting(floor);
    expect(left).toHaveLength(2);
    await floor.runFor(65_000);
    expect(resting(floor).map(({ tick }) => tick)).toEqual(left.map(({ tick }) => tick));
    expect(await floor.deps.leases.read(MARKET)).toMatchObject({ owner: 'next', fence: 2 });
  });

  it('stops at once, touching nothing, when somebody else has taken the market', async () => {
    const floor = openFloor({ events: quietMarket(300) });
    floor.invoke(0, 'old');
    // The old holder is paused long enough for its lease to run out, as a frozen function would be.
    floor.doAt(20_000, async () => {
      const lease = await floor.deps.leases.read(MARKET);
      if (lease !== undefined) await floor.deps.leases.release(lease);
    });
    floor.invoke(20_100, 'new');
    await floor.runFor(60_000);
    expect(floor.reports).toContainEqual(
      expect.objectContaining({ kind: 'ran', ended: 'lost-lease' }),
    );
    expect(await floor.deps.leases.read(MARKET)).toMatchObject({ owner: 'new', fence: 2 });
    expect(sidesOf(floor)).toEqual(['buy', 'sell']);
    expect((await floor.deps.sessions.load(MARKET))?.fence).toBe(2);
  });

  it('a deadline without a successor cancels everything before it lets go', async () => {
    const floor = openFloor({ events: quietMarket(300) });
    floor.invoke(0, 'a', { sessionMs: 30_000 });
    await floor.runFor(60_000);
    expect(floor.reports).toMatchObject([{ kind: 'ran', ended: 'deadline', quotesPlaced: 2 }]);
    expect(resting(floor)).toEqual([]);
    expect(await floor.deps.leases.read(MARKET)).toBeUndefined();
  });

  it('an error nobody expected cancels everything and ends the invocation (C9)', async () => {
    const floor = openFloor({ events: quietMarket(300) });
    const broken = { ...floor.deps.ledger, append: () => Promise.reject(new Error('table gone')) };
    floor.invoke(0, 'a', {
      tilts: {
        ...floor.deps.tilts,
        read: () =>
          floor.clock.now() > after(20_000)
            ? Promise.reject(new Error('table gone'))
            : Promise.resolve(undefined),
      },
      ledger: broken,
    });
    await expect(floor.runFor(60_000)).rejects.toThrow('table gone');
    await new Promise((resolve) => void setImmediate(resolve));
    expect(resting(floor)).toEqual([]);
  });
});

describe('parameters of a running session', () => {
  it('are in force within ten seconds of an edit (A9)', async () => {
    const floor = openFloor({
      events: quietMarket(120),
      written: { spreadModel: 'fixed', baseSpreadBps: 10 },
    });
    floor.invoke(0, 'a');
    floor.doAt(20_000, () => floor.parameters.write(MARKET, { baseSpreadBps: 40 }));
    await floor.runFor(30_000);
    expect(resting(floor).map(({ tick }) => tick)).toEqual([99_800, 100_200]);
    expect(floor.parameters.audits().at(-1)).toMatchObject({
      changes: ['baseSpreadBps 10 -> 40'],
      reading: { kind: 'accepted' },
    });
  });

  it('that are wrong are refused, named once, and change nothing', async () => {
    const floor = openFloor({
      events: quietMarket(120),
      written: { spreadModel: 'fixed', baseSpreadBps: 10 },
    });
    floor.invoke(0, 'a');
    floor.doAt(20_000, () =>
      floor.parameters.write(MARKET, { baseSpredBps: 40, maxInventoryUsd: 5000 }),
    );
    await floor.runFor(60_000);
    expect(resting(floor).map(({ tick }) => tick)).toEqual([99_950, 100_050]);
    const refusals = floor.logs.filter(({ message }) => message.startsWith('parameters refused'));
    expect(refusals).toHaveLength(1);
    expect(JSON.stringify(refusals[0]?.fields)).toContain('did you mean \\"baseSpreadBps\\"');
    expect(floor.metrics.filter(({ name }) => name === 'ParametersRefused')).toHaveLength(1);
    expect(
      floor.parameters.audits().filter(({ reading }) => reading.kind === 'refused'),
    ).toHaveLength(1);
  });

  it('that are wrong at the start keep the market shut', async () => {
    const floor = openFloor({ events: quietMarket(60), written: { quoteSizeUsd: -1 } });
    floor.invoke(0, 'a');
    await floor.runFor(20_000);
    expect(floor.reports).toMatchObject([
      {
        kind: 'stood-aside',
        why: 'parameters refused: quoteSizeUsd is -1; allowed: 1 to 10000000 (in item DEFAULT)',
      },
    ]);
    expect(await floor.deps.leases.read(MARKET)).toBeUndefined();
  });

  it('mode off cancels, looks until nothing rests, and lets go; a further start stands aside', async () => {
    const floor = openFloor({ events: quietMarket(120) });
    floor.invoke(0, 'a');
    floor.doAt(20_000, () => floor.parameters.write(MARKET, { mode: 'off' }));
    floor.invoke(60_000, 'b');
    await floor.runFor(70_000);
    expect(floor.reports).toMatchObject([
      { ended: 'switched-off' },
      { kind: 'stood-aside', why: 'mode is off' },
    ]);
    expect(resting(floor)).toEqual([]);
  });

  it('mode off is obeyed even when something else in the item is wrong', async () => {
    const floor = openFloor({ events: quietMarket(120) });
    floor.invoke(0, 'a');
    floor.doAt(20_000, () => floor.parameters.write(MARKET, { mode: 'off', baseSpredBps: 1 }));
    await floor.runFor(70_000);
    expect(floor.reports).toMatchObject([{ ended: 'switched-off' }]);
    expect(resting(floor)).toEqual([]);
  });

  it('paper trades nowhere but on a venue that says it is simulated; live does', async () => {
    const real = aSpec({ simulated: false });
    const paper = openFloor({ events: quietMarket(60), spec: real });
    paper.invoke(0, 'a');
    await paper.runFor(20_000);
    expect(paper.reports).toMatchObject([
      {
        kind: 'stood-aside',
        why: 'mode is paper and this venue trades real money: set mode to live to trade it',
      },
    ]);
    expect(resting(paper)).toEqual([]);
    const live = openFloor({ events: quietMarket(60), spec: real, written: { mode: 'live' } });
    live.invoke(0, 'a');
    live.doAt(20_000, () => live.parameters.write(MARKET, { mode: 'paper' }));
    await live.runFor(19_000);
    expect(resting(live)).toHaveLength(2);
    await live.runFor(40_000);
    expect(live.reports).toMatchObject([{ ended: 'venue-forbids' }]);
    expect(resting(live)).toEqual([]);
  });

  it('a pause between looks longer than the lease does not lose it', async () => {
    const floor = openFloor({
      events: quietMarket(300),
      written: { requoteIntervalMs: 60_000, maxQuoteAgeMs: 600_000 },
    });
    floor.invoke(0, 'a');
    floor.invoke(60_000, 'b');
    floor.invoke(120_000, 'c');
    await floor.runFor(150_000);
    expect(floor.reports).toEqual([
      { kind: 'already-held', by: 'a' },
      { kind: 'already-held', by: 'a' },
    ]);
  });
});

describe('when the venue misbehaves', () => {
  it('cancels what rests once it cannot see the market, and quotes again when it can (C11)', async () => {
    const blindFrom = after(20_000);
    const blindTo = after(40_000);
    const floor = openFloor({
      events: quietMarket(120),
      wrapVenue: (venue, _exchange, clock) =>
        faultyVenue(venue, {
          read: () => (clock.now() >= blindFrom && clock.now() < blindTo ? 'no-answer' : undefined),
        }),
    });
    floor.invoke(0, 'a');
    await floor.runFor(30_000);
    expect(resting(floor)).toEqual([]);
    await floor.runFor(50_000);
    expect(sidesOf(floor)).toEqual(['buy', 'sell']);
  });

  it('a stale book is not quoted on (C11)', async () => {
    const floor = openFloor({ events: quietMarket(20) });
    floor.invoke(0, 'a');
    await floor.runFor(19_000);
    expect(resting(floor)).toHaveLength(2);
    await floor.runFor(26_000);
    expect(resting(floor)).toEqual([]);
  });

  it('never doubles an order whose fate it does not know: everything is cancelled, and nothing placed until it is settled', async () => {
    for (const fault of ['lost-after', 'lost-before'] as const) {
      const floor = openFloor({
        events: quietMarket(120),
        wrapVenue: (venue) =>
          faultyVenue(venue, { send: (call) => (call === 0 ? fault : undefined) }),
      });
      const most: number[] = [];
      floor.exchange.listen({
        ticked: () => void most.push(floor.exchange.openOrders(KEY, MARKET).length),
      });
      floor.invoke(0, 'a');
      await floor.runFor(60_000);
      expect(Math.max(...most)).toBe(2);
      expect(sidesOf(floor)).toEqual(['buy', 'sell']);
    }
  });

  it('does as it is told when it is asked to slow down (C12)', async () => {
    const sends: number[] = [];
    const floor = openFloor({
      events: quietMarket(120),
      wrapVenue: (venue, _exchange, clock) =>
        faultyVenue(venue, {
          send: (call) => {
            sends.push(clock.now() - START);
            return call === 0 ? 'rate-limited' : undefined;
          },
        }),
    });
    floor.invoke(0, 'a');
    await floor.runFor(30_000);
    expect((sends[1] ?? 0) - (sends[0] ?? 0)).toBeGreaterThanOrEqual(2000);
    expect(sidesOf(floor)).toEqual(['buy', 'sell']);
  });

  it('cancels a stranger on our account and keeps our own', async () => {
    const floor = openFloor({ events: quietMarket(60) });
    floor.invoke(0, 'a');
    floor.doAt(
      10_000,
      () =>
        void floor.exchange.place(KEY, {
          market: MARKET,
          side: 'buy',
          price: 99_000,
          size: 0.01,
          timeInForce: 'GTC',
          postOnly: true,
          reduceOnly: false,
        }),
    );
    await floor.runFor(10_010);
    expect(resting(floor)).toHaveLength(3);
    await floor.runFor(15_000);
    expect(sidesOf(floor)).toEqual(['buy', 'sell']);
    expect(resting(floor).every(({ fence }) => fence === '1')).toBe(true);
  });

  it("takes over the venue's position when it goes on differing from our fills, at no profit", async () => {
    const floor = openFloor({
      events: quietMarket(60),
      wrapVenue: (venue) => ({ ...venue, fills: () => Promise.resolve({ ok: true, value: [] }) }),
    });
    floor.doAt(0, () => floor.exchange.advanceTo(START));
    floor.invoke(10, 'a');
    floor.doAt(
      10_000,
      () =>
        void floor.exchange.place(KEY, {
          market: MARKET,
          side: 'buy',
          price: undefined,
          size: 0.002,
          timeInForce: 'IOC',
          postOnly: false,
          reduceOnly: false,
        }),
    );
    await floor.runFor(30_000);
    expect(floor.ledger.all()).toMatchObject([{ kind: 'adjustment', size: 0.002, mid: 100_000 }]);
    expect(floor.metrics.filter(({ name }) => name === 'PositionMismatch')).toHaveLength(1);
    const session = await floor.deps.sessions.load(MARKET);
    expect(session?.pnl).toMatchObject({
      position: { size: 0.002 },
      fills: 0,
      inventoryPnlUsd: 0,
      spreadIncomeUsd: 0,
    });
  });

  it('takes over a position that was there before the first session', async () => {
    const floor = openFloor({ events: quietMarket(60) });
    floor.doAt(0, () => {
      floor.exchange.advanceTo(START);
      floor.exchange.place(KEY, {
        market: MARKET,
        side: 'sell',
        price: undefined,
        size: 0.003,
        timeInForce: 'IOC',
        postOnly: false,
        reduceOnly: false,
      });
    });
    floor.invoke(1000, 'a');
    await floor.runFor(20_000);
    expect(floor.ledger.all()).toMatchObject([{ kind: 'adjustment', size: -0.003, mid: 100_000 }]);
    expect((await floor.deps.sessions.load(MARKET))?.pnl).toMatchObject({
      position: { size: -0.003 },
      fills: 0,
    });
  });
});

describe('funding', () => {
  it('is booked once per boundary, also by a session that starts after it (D6)', async () => {
    const eight = epochMs(Date.UTC(2026, 0, 5, 8));
    const seconds = 2 * 3600;
    const rate = { type: 'funding', at: after(0), rate: 0.001, intervalHours: 1 } as const;
    const events = [rate, ...quietMarket(seconds)];
    const floor = openFloor({
      events,
      fundingIntervalHours: 1,
      written: { requoteIntervalMs: 5000 },
    });
    floor.invoke(0, 'a', { sessionMs: 20 * 60_000 });
    floor.doAt(
      60_000,
      () =>
        void floor.exchange.place(KEY, {
          market: MARKET,
          side: 'sell',
          price: undefined,
          size: 0.002,
          timeInForce: 'IOC',
          postOnly: false,
          reduceOnly: false,
        }),
    );
    // 07:00 falls into nobody's session, 08:00 into the second one.
    floor.invoke(35 * 60_000, 'b', { sessionMs: 70 * 60_000 });
    await floor.runFor(110 * 60_000);
    const payments = floor.ledger.all().filter((entry) => entry.kind === 'funding');
    expect(payments.map((entry) => utcTime(entry.payment.at))).toEqual([
      '2026-01-05T07:00:00.000Z',
      utcTime(eight),
    ]);
    expect((await floor.deps.sessions.load(MARKET))?.pnl.fundingUsd).toBeCloseTo(0.4, 9);
    expect(floor.exchange.account(KEY).payments(MARKET)).toHaveLength(2);
  }, 60_000);
});
