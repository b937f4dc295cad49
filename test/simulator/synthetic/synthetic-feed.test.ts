import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '#shared/domain/failure.ts';
import { HOUR_MS } from '#shared/domain/time.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { FeedEvent, MarketFeed } from '#shared/simulator/feed/feed.ts';
import { linesOfTape } from '#test/builders/arbitrary/arbitrary-tape.ts';
import {
  aSyntheticFeed,
  eventsOf,
  isQuote,
  nextEvent,
  SOME_MORNING,
  touchOf,
} from '#test/builders/synthetic-market.ts';
import { allEvents, feedOf } from '#test/builders/tape-rows.ts';

const COINS = ['BTC', 'ETH', 'SOL'] as const;

describe('syntheticFeed', () => {
  it('keeps every guarantee of a tape, whatever the coin, the seed, the start, the interval and the traders', () => {
    fc.assert(
      fc.property(
        fc.record({
          coin: fc.constantFrom(...COINS),
          seed: fc.integer(),
          startsAt: fc.integer({ min: 0, max: 2_000_000_000_000 }).map(epochMs),
          fundingIntervalHours: fc.constantFrom(1, 4, 8),
          informedShare: fc.double({ min: 0, max: 1, noNaN: true }),
        }),
        (options) => {
          const feed = aSyntheticFeed(options);
          const events = upToLastQuote(eventsOf(feed, 0.02));
          const read = feedOf(asTape(feed, options.coin, events), {
            fundingIntervalHours: options.fundingIntervalHours,
          });
          expect(allEvents(read).slice(1)).toEqual(events);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('keeps them for hours', () => {
    const feed = aSyntheticFeed({ seed: 4 });
    const events = upToLastQuote(eventsOf(feed, 4));
    expect(
      allEvents(feedOf(asTape(feed, 'BTC', events), { fundingIntervalHours: 8 })),
    ).toHaveLength(events.length + 1);
  });

  it('is the same for ever for the same options, and another for another seed', () => {
    const [one, same, other] = [
      aSyntheticFeed(),
      aSyntheticFeed(),
      aSyntheticFeed({ seed: 2 }),
    ].map((feed) => eventsOf(feed, 0.1));
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
  });

  it('does not depend on who reads it when', () => {
    const [one, other] = [aSyntheticFeed(), aSyntheticFeed({ coin: 'ETH' })];
    const alternately = Array.from({ length: 2000 }, () => {
      nextEvent(other);
      return nextEvent(one);
    });
    const alone = aSyntheticFeed();
    expect(alternately).toEqual(Array.from({ length: 2000 }, () => nextEvent(alone)));
  });

  it('begins with what is needed to trade: a funding rate and both kinds of quote', () => {
    const feed = aSyntheticFeed();
    const first = Array.from({ length: 3 }, () => nextEvent(feed));
    expect(first.map(({ type, at }) => [type, at])).toEqual([
      ['funding', SOME_MORNING],
      ['bbo', SOME_MORNING],
      ['book', SOME_MORNING],
    ]);
    expect(feed.startsAt).toBe(SOME_MORNING);
    expect(feed.endsAt).toBeUndefined();
  });

  it('has the markets of a venue', () => {
    const specs = COINS.map((coin) => aSyntheticFeed({ coin }).spec);
    expect(specs.map(({ symbol, tick, lot }) => [symbol, tick.step, lot.step])).toEqual([
      ['BTC-PERP', 1, 0.00001],
      ['ETH-PERP', 0.1, 0.0001],
      ['SOL-PERP', 0.01, 0.01],
    ]);
    expect(specs.every(({ simulated, minNotionalUsd }) => simulated && minNotionalUsd === 10)).toBe(
      true,
    );
  });

  it.each([
    [
      { coin: 'DOGE' },
      'there is no synthetic market for DOGE; there is one for each of BTC, ETH, SOL',
    ],
    [{ informedShare: 1.1 }, 'the share of informed traders is 1.1; it must be from 0 to 1'],
    [{ informedShare: Number.NaN }, 'the share of informed traders is NaN; it must be from 0 to 1'],
    [{ fundingIntervalHours: 0 }, 'the funding interval is 0 h; it must be above zero'],
  ])('refuses %j', (options, message) => {
    expect(() => aSyntheticFeed(options)).toThrow(InputError);
    expect(() => aSyntheticFeed(options)).toThrow(message);
  });
});

const HOURS = 4;

describe.each(COINS)('some hours of the market of %s', (coin) => {
  const events = eventsOf(aSyntheticFeed({ coin }), HOURS);
  const quotes = events.filter(isQuote);
  const books = events.flatMap((event) => (event.type === 'book' ? [event] : []));
  const trades = events.flatMap((event) => (event.type === 'trade' ? [event] : []));

  it('have the events of 50 000 to 100 000 in two', () => {
    expect((events.length * 2) / HOURS).toBeGreaterThan(50_000);
    expect((events.length * 2) / HOURS).toBeLessThan(100_000);
  });

  it('have a book about twice a second, never later than a second', () => {
    const pauses = books.slice(1).map(({ at }, index) => at - books[index]!.at);
    expect(pauses.reduce((sum, pause) => sum + pause, 0) / pauses.length).toBeCloseTo(500, -1);
    expect(Math.max(...pauses)).toBeLessThan(1000);
  });

  it('show 20 levels on each side, with more size behind the touch than at it', () => {
    expect(books.every(({ bids, asks }) => bids.length === 40 && asks.length === 40)).toBe(true);
    const mean = (level: number): number => {
      const size = 2 * level + 1;
      return (
        books.reduce((sum, { bids, asks }) => sum + bids[size]! + asks[size]!, 0) / books.length
      );
    };
    expect(mean(10)).toBeGreaterThan(1.2 * mean(0));
    expect(mean(19)).toBeGreaterThan(1.1 * mean(10));
  });

  it('have a spread of 0.1 to 1 bps', () => {
    const spreads = quotes.map((quote) => spreadBps(quote)).sort((a, b) => a - b);
    const mean = spreads.reduce((sum, spread) => sum + spread, 0) / spreads.length;
    expect(mean).toBeGreaterThan(0.1);
    expect(mean).toBeLessThan(1);
    expect(spreads[Math.floor(0.99 * spreads.length)]).toBeLessThan(2);
  });

  it('have one to three trades a second', () => {
    const perSecond = trades.length / (HOURS * 3600);
    expect(perSecond).toBeGreaterThan(1);
    expect(perSecond).toBeLessThan(3);
  });

  it('cluster them: the counts of 10 s scatter far more than those of independent arrivals would', () => {
    const orders = trades.filter(({ at }, index) => at !== trades[index - 1]?.at);
    const counts = new Float64Array((HOURS * HOUR_MS) / 10_000);
    for (const { at } of orders) counts[Math.floor((at - SOME_MORNING) / 10_000)]! += 1;
    const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
    const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / counts.length;
    expect(variance / mean).toBeGreaterThan(2);
  });

  it('have buyers and sellers in like number', () => {
    const buys = trades.filter(({ side }) => side === 'buy').length;
    expect(Math.abs(buys / trades.length - 0.5)).toBeLessThan(0.06);
  });

  it('have sizes with a heavy tail', () => {
    const notional = trades.map(({ price, size }) => price * size).sort((a, b) => a - b);
    const at = (share: number): number => notional[Math.floor(share * notional.length)]!;
    expect(at(0.5)).toBeLessThan(10_000);
    expect(at(0.99)).toBeGreaterThan(20 * at(0.5));
  });

  it('have sweeps: now and then one order trades at more than ten prices', () => {
    const prices = new Map<number, number>();
    for (const { at } of trades) prices.set(at, (prices.get(at) ?? 0) + 1);
    const sweeps = [...prices.values()].filter((count) => count > 10).length;
    expect(sweeps).toBeGreaterThan(HOURS);
    expect(sweeps).toBeLessThan(prices.size / 50);
  });

  it('let every trade happen at prices that were displayed, and take away what traded', () => {
    let [touch, takenAway] = [{ bid: 0, ask: Infinity }, 0];
    for (const [index, event] of events.entries()) {
      if (isQuote(event)) touch = touchOf(event);
      if (event.type !== 'trade') continue;
      if (event.side === 'buy') expect(event.price).toBeGreaterThanOrEqual(touch.ask);
      else expect(event.price).toBeLessThanOrEqual(touch.bid);
      const next = events[index + 1]!;
      expect(next.at).toBe(event.at);
      if (next.type !== 'trade') takenAway += 1;
      expect(['trade', 'bbo']).toContain(next.type);
    }
    expect(takenAway).toBeGreaterThan(1000);
  });
});

const spreadBps = (quote: Extract<FeedEvent, { type: 'bbo' | 'book' }>): number => {
  const { bid, ask } = touchOf(quote);
  return ((ask - bid) / bid) * 10_000;
};

const upToLastQuote = (events: readonly FeedEvent[]): readonly FeedEvent[] =>
  events.slice(0, events.findLastIndex(isQuote) + 1);

function asTape(
  { spec, startsAt }: MarketFeed,
  coin: string,
  events: readonly FeedEvent[],
): readonly string[] {
  const market = {
    venue: 'synthetic',
    coin,
    quote: 'USD',
    contract: 'linear',
    tick: spec.tick.step,
    lot: spec.lot.step,
  } as const;
  return linesOfTape({
    meta: { ...market, gapMs: 2000, recordedFrom: startsAt, recordedTo: events.at(-1)!.at },
    events,
  });
}
