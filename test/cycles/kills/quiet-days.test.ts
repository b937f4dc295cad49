import { expect, it } from 'vitest';
import type { FeedEvent } from '#shared/simulator/feed/feed.ts';
import { eventsFrom } from '#test/builders/feeds.ts';
import { START } from '#test/builders/market.ts';
import { after, inOrder, openFloor, savedSession } from '#test/floors/trading-floor.ts';

const { print } = eventsFrom(START);
const HOUR = 3_600_000;
const TEN_SECONDS = 10_000;

/** A quote every ten seconds. */
const slowMarket = (hours: number): readonly FeedEvent[] =>
  Array.from({ length: (hours * HOUR) / TEN_SECONDS }, (_, index) => ({
    type: 'bbo' as const,
    at: after(index * TEN_SECONDS),
    bid: 99_999,
    bidSize: 50,
    ask: 100_001,
    askSize: 50,
  }));

it('a market without executions for more than a day books its last one no second time (E1)', async () => {
  const floor = openFloor({
    events: inOrder(slowMarket(28), print(20_500, 'sell', 99_900, 5)),
    written: {
      spreadModel: 'fixed',
      baseSpreadBps: 4,
      quoteSizeUsd: 300,
      maxInventoryUsd: 5000,
      requoteIntervalMs: TEN_SECONDS,
      maxBookAgeMs: 30_000,
    },
  });
  const booked: unknown[] = [];
  const note = async (): Promise<void> => {
    const { pnl } = await savedSession(floor);
    booked.push([pnl.fills, pnl.position.size, pnl.spreadIncomeUsd]);
  };
  floor.invoke(0, 'a', { sessionMs: 120_000 });
  floor.doAt(250_000, note);
  // One saved more than a day after it, and two more starts from that.
  for (const [index, owner] of ['b', 'c', 'd'].entries()) {
    const at = 27 * HOUR + index * 300_000;
    floor.invoke(at, owner, { sessionMs: 120_000 });
    floor.doAt(at + 250_000, note);
  }
  await floor.runFor(27 * HOUR + 900_000);
  expect(floor.fills().venue).toHaveLength(1);
  expect(new Set(booked.map((one) => JSON.stringify(one))).size).toBe(1);
  expect(floor.failures).toEqual([]);
});
