import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { epochMs } from '#shared/domain/units.ts';
import { parseMeta, type TapeMeta } from '#shared/simulator/tape/tape-meta.ts';
import { metaRow, tapeRow } from '#shared/simulator/tape/tape-writer.ts';
import { arbitraryTape, linesOfTape } from '#test/builders/arbitrary/arbitrary-tape.ts';
import { allEvents, feedOf } from '#test/builders/tape-rows.ts';

const at = epochMs(1000);

describe('the tape writer', () => {
  it('writes the keys of every row in the order of the format', () => {
    const rows = [
      tapeRow(
        { type: 'trade', at, price: 100.5, size: 0.002, side: 'sell' },
        { receivedAt: epochMs(1400), tradeId: '77' },
      ),
      tapeRow({ type: 'bbo', at, bid: 100, bidSize: 1, ask: 101, askSize: 2 }),
      tapeRow({ type: 'book', at, bids: [100, 1], asks: [101, 2] }, { receivedAt: epochMs(1400) }),
      tapeRow({ type: 'funding', at, rate: -0.0001, intervalHours: 8 }),
      tapeRow({ type: 'gap', at, to: epochMs(9000) }),
    ];
    expect(rows).toEqual([
      '{"type":"trade","ts":1000,"recv":1400,"px":100.5,"sz":0.002,"side":"sell","id":"77"}',
      '{"type":"bbo","ts":1000,"recv":null,"bid":100,"bidSz":1,"ask":101,"askSz":2}',
      '{"type":"book","ts":1000,"recv":1400,"bids":[[100,1]],"asks":[[101,2]]}',
      '{"type":"funding","ts":1000,"rate":-0.0001,"intervalHours":8}',
      '{"type":"gap","ts":1000,"from":1000,"to":9000}',
    ]);
  });

  it('writes the keys of the meta row in the order of the format', () => {
    const keys =
      'type,version,venue,coin,quote,contract,contractUsd,tick,lot,sideInferred,gapMs,recordedFrom,recordedTo,source,licence,notes,sha256';
    expect(Object.keys(JSON.parse(metaRow(aMeta())) as object).join(',')).toBe(keys);
  });

  it('writes a meta row that reads back the same, with and without what is optional', () => {
    const { venue, coin, quote, tick, lot, gapMs, recordedFrom, recordedTo } = aMeta();
    const least: TapeMeta = {
      venue,
      coin,
      quote,
      contract: 'linear',
      tick,
      lot,
      gapMs,
      recordedFrom,
      recordedTo,
    };
    for (const meta of [aMeta(), least]) {
      expect(parseMeta(metaRow(meta), { tape: 'written', row: 1 })).toEqual(meta);
    }
  });

  it('refuses a trade without an id, which no reader would take', () => {
    expect(() => tapeRow({ type: 'trade', at, price: 1, size: 1, side: 'buy' })).toThrow(
      InvariantError,
    );
  });
});

describe('any tape that keeps the guarantees', () => {
  it('reads back as what was written', () => {
    fc.assert(
      fc.property(arbitraryTape(), (tape) => {
        const feed = feedOf(linesOfTape(tape));
        expect(allEvents(feed).slice(1)).toEqual(tape.events);
        expect([feed.startsAt, feed.endsAt]).toEqual([
          tape.meta.recordedFrom,
          tape.meta.recordedTo,
        ]);
      }),
    );
  });

  it('is refused when it is cut off anywhere before its last quote', () => {
    fc.assert(
      fc.property(arbitraryTape(), fc.nat(), (tape, cut) => {
        const lines = linesOfTape(tape);
        const kept = lines.slice(0, cut % lines.length);
        const lost = tape.events.slice(Math.max(0, kept.length - 1));
        fc.pre(
          tape.events.slice(0, kept.length).every(({ at: time }) => time < tape.meta.recordedTo) &&
            lost.length > 0,
        );
        expect(() => allEvents(feedOf(kept))).toThrow(/^tape btc\.jsonl\.gz, row \d+: /);
      }),
    );
  });

  it('is refused when two rows of different times change places', () => {
    fc.assert(
      fc.property(arbitraryTape(), fc.nat(), (tape, place) => {
        const lines = linesOfTape(tape);
        const swappable = tape.events.flatMap(({ at: time }, index) =>
          time < (tape.events[index + 1]?.at ?? 0) ? [index + 1] : [],
        );
        fc.pre(swappable.length > 0);
        const row = swappable[place % swappable.length]!;
        const swapped = lines.with(row, lines[row + 1]!).with(row + 1, lines[row]!);
        expect(() => allEvents(feedOf(swapped))).toThrow(/^tape btc\.jsonl\.gz, row \d+: /);
      }),
    );
  });

  it.each(['gap', 'trade'] as const)('is refused when a %s row is there twice', (type) => {
    fc.assert(
      fc.property(arbitraryTape(), (tape) => {
        const row = tape.events.findIndex((event) => event.type === type) + 1;
        fc.pre(row > 0);
        const lines = linesOfTape(tape);
        expect(() => allEvents(feedOf(lines.toSpliced(row, 0, lines[row]!)))).toThrow(
          `row ${row + 2}: `,
        );
      }),
    );
  });

  it('is refused when a gap row is missing', () => {
    fc.assert(
      fc.property(arbitraryTape(), (tape) => {
        const row = tape.events.findIndex((event) => event.type === 'gap') + 1;
        fc.pre(row > 0);
        expect(() => allEvents(feedOf(linesOfTape(tape).toSpliced(row, 1)))).toThrow(
          'must have a gap row',
        );
      }),
    );
  });
});

const aMeta = (): TapeMeta => ({
  venue: 'binancecoinm',
  coin: 'BTC',
  quote: 'USD',
  contract: 'inverse',
  contractUsd: 100,
  tick: 0.1,
  lot: 1,
  sideInferred: false,
  gapMs: 2000,
  recordedFrom: epochMs(1000),
  recordedTo: epochMs(2000),
  source: 'owner/repository path@commit',
  licence: 'MIT',
  notes: ['one', 'two'],
  sha256: { 'raw.gz': 'ab12' },
});
