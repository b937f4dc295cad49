import { bps, usd } from '#shared/domain/units.ts';
import type { FeedEvent, MarketFeed } from '#shared/simulator/feed/feed.ts';
import { tapeFeed } from '#shared/simulator/tape/tape.ts';

/**
 * A row as JSON spells it: written by hand here, so that reader and writer are not judged by each
 * other.
 */
export type Row = Readonly<Record<string, unknown>>;

export const metaOf = (changes: Row = {}): Row => ({
  type: 'meta',
  version: 1,
  venue: 'hl',
  coin: 'BTC',
  quote: 'USDC',
  contract: 'linear',
  tick: 0.5,
  lot: 0.001,
  gapMs: 5000,
  recordedFrom: 10_000,
  recordedTo: 20_000,
  source: 'made by hand',
  licence: 'Apache-2.0',
  ...changes,
});

export const bboOf = (ts: number, changes: Row = {}): Row => ({
  type: 'bbo',
  ts,
  recv: ts + 400,
  bid: 100,
  bidSz: 1.5,
  ask: 100.5,
  askSz: 0.001,
  ...changes,
});

export const bookOf = (ts: number, changes: Row = {}): Row => ({
  type: 'book',
  ts,
  recv: null,
  bids: [
    [100, 1],
    [99.5, 2],
  ],
  asks: [
    [100.5, 1],
    [102, 0.003],
  ],
  ...changes,
});

export const tradeOf = (ts: number, changes: Row = {}): Row => ({
  type: 'trade',
  ts,
  recv: ts + 300,
  px: 100.5,
  sz: 0.002,
  side: 'buy',
  id: `trade-${ts}`,
  ...changes,
});

export const gapOf = (from: number, to: number, changes: Row = {}): Row => ({
  type: 'gap',
  ts: from,
  from,
  to,
  ...changes,
});

export const fundingOf = (ts: number, changes: Row = {}): Row => ({
  type: 'funding',
  ts,
  rate: 0.0002,
  intervalHours: 1,
  ...changes,
});

/** Rows that make a whole tape of 10 s with a silence in it: something to put other rows into. */
export const rowsOfATape = (): readonly Row[] => [
  metaOf(),
  bboOf(10_000),
  tradeOf(11_000),
  bboOf(11_000, { askSz: 0.004 }),
  bookOf(12_000),
  gapOf(12_001, 18_000),
  tradeOf(14_000),
  bookOf(18_000),
  tradeOf(19_000, { side: 'sell', px: 100 }),
  bboOf(20_000),
];

export const linesOf = (rows: readonly (Row | string)[]): readonly string[] =>
  rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));

type Options = Partial<Parameters<typeof tapeFeed>[2]>;

/** `lines` stand in for the rows where it matters how they are read. */
export const feedOf = (
  rows: readonly (Row | string)[],
  options: Options = {},
  lines: Iterator<string> = linesOf(rows).values(),
): MarketFeed =>
  tapeFeed('btc.jsonl.gz', lines, {
    fees: { makerBps: bps(1.5), takerBps: bps(4.5) },
    minNotionalUsd: usd(10),
    ...options,
  });

/** An iterator for a loop. */
export function* iterated<T>(iterator: Iterator<T>): Generator<T, void> {
  for (let step = iterator.next(); step.done !== true; step = iterator.next()) yield step.value;
}

export const allEvents = (feed: MarketFeed): readonly FeedEvent[] => [...iterated(feed.events)];

/** Reads a tape to its end. */
export const readAll = (
  rows: readonly (Row | string)[],
  options: Options = {},
): readonly FeedEvent[] => allEvents(feedOf(rows, options));
