import { describe, expect, it } from 'vitest';
import { connectSimulated } from '#shared/adapters/simulated/connect.ts';
import type { ConnectedVenue } from '#shared/ports/connect-venue.ts';
import { createExchange } from '#shared/simulator/exchange/exchange.ts';
import { handFeed } from '#test/builders/feeds.ts';
import { isOurs } from '#test/builders/our-quotes.ts';
import {
  after,
  aQuote,
  DEPOSIT_USD,
  KEY,
  MARKET,
  placed,
  print,
  START,
  SYMBOL,
  touch,
  type VenuePlay,
} from '#test/contracts/venue-play.ts';

const LAG_MS = 20_000;

/** The venue in process, its lists twenty seconds late. */
function openLate(): VenuePlay {
  const exchange = createExchange({
    feeds: [handFeed([touch(0, 59_999.5, 60_000.5), print(30_000, 'sell', 59_900, 0.04)])],
    fillModel: 'trade-through',
    startsAt: START,
    depositUsd: DEPOSIT_USD,
    maxLeverage: 10,
  });
  exchange.advanceTo(START);
  let now = START;
  const connected = connectSimulated({
    exchange,
    accountKey: KEY,
    clock: { now: () => now, sleep: async () => undefined },
    latencyMs: 0,
    isOurs,
    profile: { listsLagMs: LAG_MS },
  });
  return {
    connected,
    exchange,
    at(afterMs) {
      now = after(afterMs);
      exchange.advanceTo(now);
    },
  };
}

async function seen({ execution, history }: ConnectedVenue) {
  const account = await execution.account(MARKET);
  const fills = await history.fills(MARKET, START);
  if (!account.ok || !fills.ok) throw new Error('the venue answers everything');
  const { orders, position } = account.value;
  return {
    orders: orders.map(({ venueId, remaining }) => [venueId, remaining]),
    held: position.size,
    fills: fills.value.fills.length,
  };
}

describe('lists that lag', () => {
  it('show orders, executions and position as they were that long ago', async () => {
    const play = openLate();
    play.at(5000);
    const id = await placed(play, aQuote('buy'));
    const nothing = { orders: [], held: 0, fills: 0 };
    for (const [at, expected] of [
      [5000, nothing],
      [24_999, nothing],
      [25_000, { ...nothing, orders: [[id, 0.1]] }],
      [49_999, { ...nothing, orders: [[id, 0.1]] }],
      [50_000, { orders: [[id, 0.06]], held: 0.04, fills: 1 }],
    ] as const) {
      play.at(at);
      expect(await seen(play.connected)).toEqual(expected);
    }
  });

  it('show for as long what is cancelled, and hide from a cancel of everything what it is not told of', async () => {
    const play = openLate();
    play.at(5000);
    const [told, untold] = [await placed(play, aQuote('buy')), await placed(play, aQuote('sell'))];
    play.at(6000);
    const { results, failure } = await play.connected.execution.cancelOurs(MARKET, [told]);
    expect(failure).toBeUndefined();
    expect(results.map(({ id }) => id)).toEqual([told]);
    expect(play.exchange.openOrders(KEY, SYMBOL).map(({ id }) => id)).toEqual([untold]);
    play.at(25_500);
    expect((await seen(play.connected)).orders.map(([id]) => id)).toEqual([told, untold]);
    await play.connected.execution.cancelOurs(MARKET, []);
    expect(play.exchange.openOrders(KEY, SYMBOL)).toEqual([]);
    play.at(26_000);
    expect((await seen(play.connected)).orders.map(([id]) => id)).toEqual([untold]);
  });
});
