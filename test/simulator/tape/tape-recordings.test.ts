import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readTapeFile } from '#shared/adapters/tape-file/read-tape-file.ts';
import { bps, usd } from '#shared/domain/units.ts';
import type { FeedEvent, QuoteEvent } from '#shared/simulator/feed/feed.ts';
import { tapeFeed } from '#shared/simulator/tape/tape.ts';
import { isQuote, touchOf } from '#test/builders/synthetic-market.ts';
import { iterated } from '#test/builders/tape-rows.ts';

/**
 * A folder of recorded tapes. They may not be published, so the project holds none and this runs
 * only where somebody has some.
 */
const folder = process.env['QUOTEMILL_TAPES'];

describe.runIf(folder !== undefined)('recorded tapes', () => {
  const names = tapesIn(folder);
  const announced = rowsAnnounced(folder);

  it('are there, and some of them come with a count of their rows', () => {
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => announced.has(name)).length).toBeGreaterThan(0);
  });

  it.each(names)('%s is read to its end, with every row that was counted', (name) => {
    const counts = { book: 0, bbo: 0, trade: 0, gap: 0, funding: 0 };
    for (const { type } of eventsOfTape(name)) counts[type] += 1;
    const { funding: madeUp, ...recorded } = counts;
    expect(madeUp).toBe(1);
    expect(recorded).toEqual(announced.get(name) ?? recorded);
  });

  it.each(names.filter((name) => name.startsWith('hl-')))(
    '%s shows one touch where two kinds of quote share a millisecond',
    (name) => {
      let [shared, equal] = [0, 0];
      let last: QuoteEvent | undefined;
      for (const event of eventsOfTape(name)) {
        if (!isQuote(event)) continue;
        if (last?.at === event.at && last.type !== event.type) {
          shared += 1;
          const [one, other] = [touchOf(last), touchOf(event)];
          if (one.bid === other.bid && one.ask === other.ask) equal += 1;
        }
        last = event;
      }
      expect(shared).toBeGreaterThan(0);
      expect(equal).toBe(shared);
    },
  );

  it.each(names.filter((name) => name.startsWith('hl-')))(
    '%s trades where the last quote before was, outside gaps, on the side of the taker',
    (name) => {
      let [trades, agreeing] = [0, 0];
      let mid: number | undefined;
      for (const event of eventsOfTape(name)) {
        if (isQuote(event)) {
          const { bid, ask } = touchOf(event);
          mid = (bid + ask) / 2;
        } else if (event.type === 'gap') mid = undefined;
        else if (event.type === 'trade' && mid !== undefined) {
          trades += 1;
          if ((event.side === 'buy') === event.price > mid) agreeing += 1;
        }
      }
      expect(agreeing / trades).toBeGreaterThan(0.95);
    },
  );
});

const eventsOfTape = (name: string): Iterable<FeedEvent> => {
  const fees = { makerBps: bps(0), takerBps: bps(0) };
  return iterated(
    tapeFeed(name, readTapeFile(join(folder ?? '', `${name}.tape.jsonl.gz`)), {
      fees,
      minNotionalUsd: usd(10),
    }).events,
  );
};

function tapesIn(place: string | undefined): readonly string[] {
  const files = place === undefined ? [] : readdirSync(place);
  return files.flatMap((file) =>
    file.endsWith('.tape.jsonl.gz') ? [file.slice(0, -'.tape.jsonl.gz'.length)] : [],
  );
}

/** The table of the folder's own README: `| tape | span | min | book | bbo | trade | gap | ...`. */
function rowsAnnounced(
  place: string | undefined,
): ReadonlyMap<string, Readonly<Record<string, number>>> {
  const lines =
    place === undefined ? [] : readFileSync(join(place, 'README.md'), 'utf8').split('\n');
  const rows = lines.map((line) => line.split('|').map((cell) => cell.trim()));
  const tables = rows.filter(
    ([, name, , , book]) => name !== undefined && /-\d{8}$/.test(name) && /^\d+$/.test(book ?? ''),
  );
  return new Map(
    tables.map(([, name, , , book, bbo, trade, gap]) => [
      String(name),
      { book: Number(book), bbo: Number(bbo), trade: Number(trade), gap: Number(gap) },
    ]),
  );
}
