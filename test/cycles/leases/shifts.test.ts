import { describe, expect, it, vi } from 'vitest';
import { markoutFigures } from '#shared/accounting/markout-figures.ts';
import type { MarkoutHorizonMs } from '#shared/domain/books/markouts.ts';
import { parseClientOrderId } from '#shared/domain/order/client-order-id.ts';
import type { MarketData } from '#shared/ports/market-data.ts';
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
  savedSession,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const { print } = eventsFrom(START);

const WRITTEN = { spreadModel: 'fixed', baseSpreadBps: 10 };

const pricesOf = (floor: TradingFloor): readonly number[] =>
  floor.resting().map(({ price }) => price);
const sidesOf = (floor: TradingFloor): string =>
  floor
    .resting()
    .map(({ side }) => side)
    .sort()
    .join();

/** Generations of what rests. */
const fencesOf = ({ exchange }: TradingFloor): readonly number[] => {
  const ids = exchange
    .openOrders(KEY, SYMBOL)
    .map(({ clientId }) => (clientId === undefined ? undefined : parseClientOrderId(clientId)));
  return [...new Set(ids.flatMap((id) => (id?.role === 'quote' ? [id.fence] : [])))];
};

const leaseOf = ({ deps }: TradingFloor) => deps.group.leases.read(MARKET);

describe('an invocation that trades', () => {
  it('rests one quote on each side and leaves them alone while nothing changes (A1, A9)', async () => {
    let decisions = 0;
    const watch = { onDecision: () => void (decisions += 1) };
    const floor = openFloor({ events: quietMarket(60), written: WRITTEN, watch });
    const place = vi.spyOn(floor.exchange, 'place');
    floor.invoke(0, 'a');
    await floor.runFor(20_000);
    expect(floor.resting()).toMatchObject([
      { side: 'buy', price: 99_950 },
      { side: 'sell', price: 100_050 },
    ]);
    expect(fencesOf(floor)).toEqual([(await leaseOf(floor))?.fence]);
    expect(place).toHaveBeenCalledTimes(2);
    expect(decisions).toBeGreaterThan(5);
  });

  it('requotes when the mid has drifted beyond the threshold, and never rests more than one quote a side (A9)', async () => {
    let most = 0;
    const floor = openFloor({
      events: quietMarket(60, (at) => 100_000 + (at > 10 ? 80 : 0)),
      written: { spreadModel: 'fixed', baseSpreadBps: 20 },
    });
    floor.exchange.listen({ ticked: () => void (most = Math.max(most, floor.resting().length)) });
    floor.invoke(0, 'a');
    await floor.runFor(20_000);
    expect(pricesOf(floor)).toEqual([99_979, 100_181]);
    expect(most).toBe(2);
  });

  it('books a fill once, in ledger and P&L, and quotes again (E1)', async () => {
    const events = inOrder(quietMarket(80), print(10_200, 'sell', 99_900, 5));
    const floor = openFloor({ events, written: WRITTEN });
    floor.invoke(0, 'a');
    await floor.runFor(65_000);
    expect(floor.fills().venue).toHaveLength(1);
    expect(floor.fills().ledger).toEqual(floor.fills().venue);
    const { pnl } = await savedSession(floor);
    expect(pnl).toMatchObject({ fills: 1, position: { size: 0.001, averageEntry: 99_950 } });
    expect(pnl.spreadIncomeUsd).toBeCloseTo(0.05, 9);
    expect(sidesOf(floor)).toBe('buy,sell');
  });

  it('that throws is emptied at once, says so, and begins again under the same lease (C9)', async () => {
    const floor = openFloor({ events: quietMarket(100), written: WRITTEN });
    const { venue } = floor.deps.group;
    const book: MarketData['book'] = async (market) => {
      const now = floor.clock.now();
      if (now < after(20_000) || now >= after(22_000)) return venue.data.book(market);
      // An adapter that breaks its promise: what is read next is not there.
      return { ok: true, value: {} } as never;
    };
    floor.invoke(0, 'a', { venue: { ...venue, data: { ...venue.data, book } } });
    const seen: number[] = [];
    for (const at of [19_000, 22_500, 60_000])
      floor.doAt(at, () => void seen.push(floor.resting().length));
    await floor.runFor(61_000);
    expect(seen).toEqual([2, 0, 2]);
    expect(floor.metrics.filter(({ name }) => name === 'SessionFailed')).toHaveLength(1);
    expect(await leaseOf(floor)).toMatchObject({ owner: 'a' });
    expect(floor.failures).toEqual([]);
  });
});

describe('invocations of one group', () => {
  it('that start at once trade nothing twice: the second is only a look', async () => {
    const floor = openFloor({ events: quietMarket(60) });
    floor.invoke(0, 'a');
    floor.invoke(0, 'b');
    await floor.runFor(20_000);
    expect(floor.reports).toMatchObject([{ kind: 'already-held' }]);
    expect(sidesOf(floor)).toBe('buy,sell');
    expect(fencesOf(floor)).toHaveLength(1);
  });

  it('measure on what those before filled, however long ago they ended (E4)', async () => {
    const floor = openFloor({
      events: inOrder(
        quietMarket(220),
        print(12_200, 'sell', 99_900, 5),
        print(75_200, 'sell', 99_900, 5),
      ),
      written: WRITTEN,
    });
    floor.invoke(0, 'a', { sessionMs: 20_000 });
    floor.invoke(60_000, 'b');
    await floor.runFor(210_000);
    const { markouts, pnl } = await savedSession(floor);
    expect(pnl.fills).toBe(2);
    const at = (horizonMs: MarkoutHorizonMs) => markoutFigures(markouts.cells, horizonMs);
    // Of the first nobody saw the price at 30 s; at 60 s somebody else did.
    expect(at(30_000)).toMatchObject({ fills: 1, dropped: 1 });
    expect(at(60_000)).toMatchObject({ fills: 2, dropped: 0 });
    expect(at(60_000).averageBps).toBeGreaterThan(4.9);
    expect(markouts.pending).toEqual([]);
  });

  it('hand over after 12 minutes, and the book never goes empty', async () => {
    const floor = openFloor({ events: quietMarket(1000), written: WRITTEN });
    floor.schedule(0, 15);
    const empty: number[] = [];
    for (let at = 10_000; at < 15 * 60_000; at += 250)
      floor.doAt(at, () => {
        if (floor.resting().length === 0) empty.push(at);
      });
    await floor.runFor(15 * 60_000);
    expect(floor.reports).toContainEqual(
      expect.objectContaining({ kind: 'ran', ended: { kind: 'handed-over' } }),
    );
    expect(floor.reports.filter(({ kind }) => kind === 'already-held').length).toBeGreaterThan(10);
    expect((await leaseOf(floor))?.owner).toMatch(/^minute-1[123]$/);
    expect(empty.filter((at) => Math.abs(at - 12 * 60_000) < 90_000)).toEqual([]);
  });

  it('take over from one that died: after its lease has run out, adopting what rests', async () => {
    const written = { ...WRITTEN, maxQuoteAgeMs: 600_000 };
    const floor = openFloor({ events: quietMarket(300), written });
    const dead = aProcess();
    floor.invoke(0, 'dead', dead.inside(floor.deps.group));
    floor.doAt(30_000, () => dead.kill());
    floor.invoke(35_000, 'too-soon');
    floor.invoke(60_000, 'next');
    await floor.runFor(59_999);
    const left = { prices: pricesOf(floor), fences: fencesOf(floor) };
    expect(left.prices).toHaveLength(2);
    await floor.runFor(90_000);
    expect({ prices: pricesOf(floor), fences: fencesOf(floor) }).toEqual(left);
    expect(floor.reports).toEqual([{ kind: 'already-held', by: 'dead' }]);
    const lease = await leaseOf(floor);
    expect(lease?.owner).toBe('next');
    expect(lease?.fence).toBeGreaterThan(left.fences[0] ?? Infinity);
  });

  it('of which one has lost the market to another stop at once and touch nothing of it', async () => {
    const floor = openFloor({ events: quietMarket(300) });
    floor.invoke(0, 'old');
    // Its item was deleted by somebody, and the next start came first.
    floor.doAt(20_000, async () => {
      const lease = await leaseOf(floor);
      if (lease !== undefined) await floor.deps.group.leases.release(lease);
    });
    floor.invoke(20_100, 'new');
    // What the other sent last may be listed late: until then the next one places nothing.
    await floor.runFor(120_000);
    expect(floor.reports).toMatchObject([{ kind: 'ran', ended: { kind: 'lost-lease' } }]);
    const lease = await leaseOf(floor);
    expect(lease?.owner).toBe('new');
    expect(sidesOf(floor)).toBe('buy,sell');
    expect((await savedSession(floor)).fence).toBe(lease?.fence);
  });

  it('cancel everything at the deadline when nobody takes over, before they let go', async () => {
    const floor = openFloor({ events: quietMarket(300) });
    floor.invoke(0, 'a', { sessionMs: 30_000 });
    await floor.runFor(60_000);
    expect(floor.reports).toMatchObject([
      {
        kind: 'ran',
        ended: { kind: 'stopped', why: 'the time is up and nobody takes over' },
      },
    ]);
    expect(floor.resting()).toEqual([]);
    expect(await leaseOf(floor)).toBeUndefined();
  });
});
