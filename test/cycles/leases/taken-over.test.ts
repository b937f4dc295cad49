import { describe, expect, it } from 'vitest';
import { utcTime } from '#shared/domain/time.ts';
import type { LedgerEntry } from '#shared/domain/books/ledger-entry.ts';
import { START } from '#test/builders/market.ts';
import { faultyVenue } from '#test/floors/faults/faulty-venue.ts';
import {
  after,
  KEY,
  openFloor,
  quietMarket,
  savedSession,
  SYMBOL,
  type TradingFloor,
} from '#test/floors/trading-floor.ts';

const sidesOf = (floor: TradingFloor): string =>
  floor
    .resting()
    .map(({ side }) => side)
    .sort()
    .join();

const entriesOf = ({ deps }: TradingFloor): readonly LedgerEntry[] =>
  deps.ledger.all().map(({ entry }) => entry);

describe('what the venue says', () => {
  for (const fault of ['lost-after', 'lost-before'] as const)
    it(`of an order without an answer is waited for: never doubled, nothing placed until it is settled: ${fault}`, async () => {
      const floor = openFloor({
        events: quietMarket(150),
        wrapVenue: (venue) =>
          faultyVenue(venue, { send: (call) => (call === 0 ? fault : undefined) }),
      });
      let most = 0;
      floor.exchange.listen({ ticked: () => void (most = Math.max(most, floor.resting().length)) });
      floor.invoke(0, 'a');
      // What was lost may still arrive, and then be listed late: until it is gone it counts.
      await floor.runFor(60_000);
      expect(most).toBe(fault === 'lost-after' ? 2 : 0);
      await floor.runFor(140_000);
      expect(most).toBe(2);
      expect(sidesOf(floor)).toBe('buy,sell');
    });

  it('when it asks to slow down is done (C12)', async () => {
    const sends: number[] = [];
    const floor = openFloor({
      events: quietMarket(120),
      wrapVenue: (venue, clock) =>
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
    expect(sidesOf(floor)).toBe('buy,sell');
  });

  it('of an order that a person placed beside ours is told, counted and left alone (C1)', async () => {
    const floor = openFloor({ events: quietMarket(60), written: { maxInventoryUsd: 1000 } });
    floor.invoke(0, 'a');
    floor.doAt(10_000, () => floor.placeByHand({ side: 'buy', size: 0.0098, price: 99_000 }));
    await floor.runFor(40_000);
    expect(floor.metrics.some(({ name }) => name === 'OddOrder')).toBe(true);
    // With it the cap is nearly used up on that side: ours goes, it stays.
    const bids = floor.resting().filter(({ side }) => side === 'buy');
    expect(bids).toContainEqual(expect.objectContaining({ price: 99_000 }));
    const worstUsd = bids.reduce((sum, { price, size }) => sum + price * size, 0);
    expect(worstUsd).toBeLessThanOrEqual(1000);
    expect(floor.reports).toEqual([]);
  });

  it('of the position is taken over when it goes on differing from our fills, at no profit', async () => {
    const floor = openFloor({
      events: quietMarket(310),
      wrapVenue: ({ history, ...venue }) => ({
        ...venue,
        history: {
          ...history,
          fills: () =>
            Promise.resolve({ ok: true, value: { fills: [], doubtful: [], clockSkewMs: 0 } }),
        },
      }),
    });
    floor.invoke(10, 'a');
    floor.doAt(10_000, () => floor.placeByHand({ side: 'buy', size: 0.002 }));
    await floor.runFor(300_000);
    expect(entriesOf(floor)).toMatchObject([{ kind: 'adjustment', size: 0.002, mid: 100_000 }]);
    expect(floor.metrics.filter(({ name }) => name === 'PositionMismatch')).toHaveLength(1);
    expect((await savedSession(floor)).pnl).toMatchObject({
      position: { size: 0.002 },
      fills: 0,
      inventoryPnlUsd: 0,
      spreadIncomeUsd: 0,
    });
  });

  it('of a position held before the first session is taken over at once', async () => {
    const floor = openFloor({ events: quietMarket(60) });
    floor.doAt(0, () => floor.placeByHand({ side: 'sell', size: 0.003 }));
    floor.invoke(1000, 'a');
    await floor.runFor(20_000);
    expect(entriesOf(floor)).toMatchObject([{ kind: 'adjustment', size: -0.003, mid: 100_000 }]);
    expect((await savedSession(floor)).pnl).toMatchObject({
      position: { size: -0.003 },
      fills: 0,
    });
  });

  it('of funding is booked once per boundary, also by a session that starts after it (D6)', async () => {
    const rate = { type: 'funding', at: after(0), rate: 0.001, intervalHours: 1 } as const;
    const floor = openFloor({
      events: [rate, ...quietMarket(2 * 3600)],
      fundingIntervalHours: 1,
      written: { requoteIntervalMs: 5000 },
    });
    floor.invoke(0, 'a', { sessionMs: 20 * 60_000 });
    floor.doAt(60_000, () => floor.placeByHand({ side: 'sell', size: 0.002 }));
    // 07:00 falls into nobody's session, 08:00 into the second one.
    floor.invoke(35 * 60_000, 'b', { sessionMs: 70 * 60_000 });
    await floor.runFor(110 * 60_000);
    const payments = entriesOf(floor).flatMap((entry) =>
      entry.kind === 'funding' ? [utcTime(entry.payment.at)] : [],
    );
    expect(payments).toEqual(['2026-01-05T07:00:00.000Z', '2026-01-05T08:00:00.000Z']);
    expect((await savedSession(floor)).pnl.fundingUsd).toBeCloseTo(0.4, 9);
    expect(floor.exchange.account(KEY).payments(SYMBOL)).toHaveLength(2);
  }, 60_000);
});
