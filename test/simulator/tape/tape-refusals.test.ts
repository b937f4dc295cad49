import { describe, expect, it } from 'vitest';
import { InputError } from '#shared/domain/failure.ts';
import {
  bboOf,
  bookOf,
  fundingOf,
  gapOf,
  metaOf,
  readAll,
  type Row,
  rowsOfATape,
  tradeOf,
} from '#test/builders/tape-rows.ts';

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const withMeta = (changes: Row): readonly Row[] => [metaOf(changes), ...rowsOfATape().slice(1)];
/** Row 3 of a tape that is whole without it. */
const with3rd = (...rows: readonly (Row | string)[]): readonly (Row | string)[] => [
  metaOf(),
  bboOf(10_000),
  ...rows,
  bboOf(20_000),
];
const withQuote = (row: Row): readonly (Row | string)[] =>
  with3rd(row, gapOf(Number(row['ts']) + 1, 20_000));

const inMeta: readonly [string, readonly (Row | string)[], string][] = [
  ['nothing at all', [], 'row 1: the tape is empty; row 1 must be of type meta'],
  ['no meta row', [bboOf(10_000)], 'row 1: type is "bbo"; row 1 must be of type meta'],
  [
    'another version',
    withMeta({ version: 2 }),
    'row 1: version is 2; only tapes of version 1 can be read',
  ],
  [
    'a meta row that is not JSON',
    ['{"type":"meta"'],
    'row 1: is not JSON: "{\\"type\\":\\"meta\\""; every line must be one JSON object',
  ],
  ['no coin', withMeta({ coin: '' }), 'row 1: coin is ""; it must be a text that is not empty'],
  [
    'a venue that is no text',
    withMeta({ venue: 7 }),
    'row 1: venue is 7; it must be a text that is not empty',
  ],
  [
    'no quote currency',
    withMeta({ quote: undefined }),
    'row 1: quote is missing; it must be a text',
  ],
  [
    'an unknown contract',
    withMeta({ contract: 'quanto' }),
    'row 1: contract is "quanto"; it must be "linear" or "inverse"',
  ],
  [
    'an inverse contract without its value',
    withMeta({ contract: 'inverse' }),
    'row 1: contractUsd is missing; it must be a finite number',
  ],
  [
    'a linear contract with a value',
    withMeta({ contractUsd: 100 }),
    'row 1: contractUsd is 100; a linear contract must have none',
  ],
  [
    'a tick of zero',
    withMeta({ tick: 0 }),
    'row 1: tick is 0; it must be a finite number above zero',
  ],
  [
    'a tick that is no decimal',
    withMeta({ tick: 1 / 3 }),
    'row 1: tick is 0.3333333333333333; it must be a decimal of at most 12 places',
  ],
  [
    'a lot that is a text',
    withMeta({ lot: '0.001' }),
    'row 1: lot is "0.001"; it must be a finite number above zero',
  ],
  [
    'no gap threshold',
    withMeta({ gapMs: undefined }),
    'row 1: gapMs is missing; it must be a finite number above zero',
  ],
  [
    'a time with fractions',
    withMeta({ recordedFrom: 10_000.5 }),
    'row 1: recordedFrom is 10000.5; it must be a whole number of milliseconds',
  ],
  [
    'times in seconds',
    withMeta({ recordedFrom: 1_757_015_216, recordedTo: 1_757_017_304 }),
    'row 1: recordedFrom is 1757015216, in seconds as it seems; every time of a tape must be in milliseconds since 1970',
  ],
  [
    'times in seconds with fractions',
    withMeta({ recordedFrom: 1_757_015_216.25 }),
    'row 1: recordedFrom is 1757015216.25, in seconds as it seems; every time',
  ],
  [
    'times in microseconds',
    withMeta({ recordedFrom: 1_757_015_216_000_000 }),
    'row 1: recordedFrom is 1757015216000000, in microseconds as it seems; every time',
  ],
  [
    'times in nanoseconds',
    withMeta({ recordedFrom: 1_757_015_216_000_000_000 }),
    'row 1: recordedFrom is 1757015216000000000, in nanoseconds as it seems; every time',
  ],
  [
    'an end in seconds',
    withMeta({ recordedTo: 1_757_017_304 }),
    'row 1: recordedTo is 1757017304, in seconds as it seems; every time',
  ],
  [
    'a header nested without end',
    [`{"type":"meta","notes":${nested(100_000)}}`],
    'row 1: is nested too deep in "notes"; at most 6 levels are allowed',
  ],
  [
    'a header that is a list nested without end',
    [nested(100_000)],
    'row 1: is nested more than 6 levels deep; every row must be a JSON object',
  ],
  [
    'an end before the beginning',
    withMeta({ recordedTo: 9000 }),
    'row 1: recordedTo 9000 is before recordedFrom 10000; a tape must not end',
  ],
  [
    'a flag that is none',
    withMeta({ sideInferred: 'yes' }),
    'row 1: sideInferred is "yes"; it must be true or false',
  ],
  [
    'notes that are no list',
    withMeta({ notes: 'late' }),
    'row 1: notes is "late"; it must be a list of texts',
  ],
  [
    'digests that are no table',
    withMeta({ sha256: ['x'] }),
    'row 1: sha256 is ["x"]; it must be an object of file name and digest',
  ],
];

const inRows: readonly [string, readonly (Row | string)[], string][] = [
  [
    'an empty line',
    with3rd(''),
    'row 3: is not JSON: ""; every line must be one JSON object, and the file must not be cut',
  ],
  [
    'a line cut short',
    with3rd('{"type":"trade","ts":11'),
    'row 3: is not JSON: "{\\"type\\":\\"trade\\",\\"ts\\":11"; every line',
  ],
  [
    'a line that looks right until it breaks off',
    with3rd(JSON.stringify(tradeOf(11_000, { source: 'somewhere', note: 'a text' })).slice(0, -3)),
    'row 3: is not JSON: "{\\"type\\":\\"trade\\",\\"ts\\":11000,\\"re" ... "rce\\":\\"somewhere\\",\\"note\\":\\"a tex"; every line',
  ],
  [
    'an empty line before others, and after them',
    with3rd('', tradeOf(11_000), ''),
    'row 3: is not JSON: ""; every line',
  ],
  [
    'an unknown field nested without end',
    with3rd(`{"type":"trade","ts":11000,"extra":${nested(100_000)}}`),
    'row 3: is nested too deep in "extra"; at most 6 levels are allowed',
  ],
  [
    'levels nested without end',
    with3rd(`{"type":"book","ts":11000,"recv":null,"bids":${nested(100_000)},"asks":[]}`),
    'row 3: bids is nested more than 6 levels deep; it must be a list of [px,sz]',
  ],
  ['a number', with3rd('12'), 'row 3: is 12; every row must be a JSON object'],
  ['a list', with3rd('[]'), 'row 3: is []; every row must be a JSON object'],
  ['null', with3rd('null'), 'row 3: is null; every row must be a JSON object'],
  [
    'a second meta row',
    with3rd(metaOf({ ts: 11_000 })),
    'row 3: type is "meta"; after row 1 it must be trade, bbo, book, funding or gap',
  ],
  [
    'a type nobody knows',
    with3rd(tradeOf(11_000, { type: 'fill' })),
    'row 3: type is "fill"; after row 1 it must be',
  ],
  [
    'no time',
    with3rd(tradeOf(11_000, { ts: undefined })),
    'row 3: ts is missing; it must be a whole number of milliseconds since 1970',
  ],
  [
    'a time in text',
    with3rd(tradeOf(11_000, { ts: '11000' })),
    'row 3: ts is "11000"; it must be a whole number',
  ],
  [
    'a receive time that is none',
    with3rd(tradeOf(11_000, { recv: 'late' })),
    'row 3: recv is "late"; it must be null or a whole number',
  ],
  [
    'a receive time missing',
    with3rd(tradeOf(11_000, { recv: undefined })),
    'row 3: recv is missing; it must be null or a whole number',
  ],
  [
    'a price of zero',
    with3rd(tradeOf(11_000, { px: 0 })),
    'row 3: px is 0; it must be a finite number above zero',
  ],
  [
    'an infinite price',
    with3rd('{"type":"trade","ts":11000,"recv":null,"px":1e999}'),
    'row 3: px is Infinity; it must be a finite',
  ],
  [
    'a size below zero',
    with3rd(tradeOf(11_000, { sz: -0.001 })),
    'row 3: sz is -0.001; it must be a finite number above zero',
  ],
  [
    'a size off the lot',
    with3rd(tradeOf(11_000, { sz: 0.0015 })),
    'row 3: sz 0.0015 is not on the lot; it must be a multiple of 0.001',
  ],
  [
    'no taker side',
    with3rd(tradeOf(11_000, { side: 'B' })),
    'row 3: side is "B"; it must be "buy" or "sell", the taker\'s',
  ],
  [
    'a trade id that is a number',
    with3rd(tradeOf(11_000, { id: 7 })),
    'row 3: id is 7; it must be a text that is not empty',
  ],
  [
    'a trade twice',
    with3rd(
      tradeOf(11_000, { id: 'a' }),
      tradeOf(12_000, { id: 'b' }),
      tradeOf(13_000, { id: 'a' }),
    ),
    'row 5: trade id "a" was there before; it must be unique in the tape',
  ],
  [
    'a bid off the tick',
    withQuote(bboOf(11_000, { bid: 99.7 })),
    'row 3: bid 99.7 is not on the tick; it must be a multiple of 0.5',
  ],
  [
    'an ask off the tick',
    withQuote(bboOf(11_000, { ask: 100.6 })),
    'row 3: ask 100.6 is not on the tick',
  ],
  [
    'a bid size off the lot',
    withQuote(bboOf(11_000, { bidSz: 1.0001 })),
    'row 3: bidSz 1.0001 is not on the lot',
  ],
  [
    'an ask size missing',
    withQuote(bboOf(11_000, { askSz: undefined })),
    'row 3: askSz is missing; it must be a finite number above zero',
  ],
  [
    'a locked quote',
    withQuote(bboOf(11_000, { ask: 100 })),
    'row 3: the best bid 100 is not below the best ask 100; a quote must not be',
  ],
  [
    'a crossed book',
    withQuote(bookOf(11_000, { bids: [[101, 1]] })),
    'row 3: the best bid 101 is not below the best ask 100.5',
  ],
  [
    'a book without bids',
    withQuote(bookOf(11_000, { bids: [] })),
    'row 3: bids has 0 levels; there must be 1 to 20',
  ],
  [
    'a book too deep',
    withQuote(bookOf(11_000, { asks: Array.from({ length: 21 }, (_, level) => [101 + level, 1]) })),
    'row 3: asks has 21 levels; there must be 1 to 20',
  ],
  [
    'levels that are no pairs',
    withQuote(bookOf(11_000, { asks: [[101]] })),
    'row 3: asks is [[101]]; it must be a list of [px,sz]',
  ],
  [
    'levels in text',
    withQuote(bookOf(11_000, { asks: [['101', '1']] })),
    'row 3: asks is [["101","1"]]; it must be a list of [px,sz]',
  ],
  ['rising bids', withQuote(bookOf(11_000, { bids: [[99, 1], [99.5, 1]] })), 'row 3: bids has 99.5 after 99; levels must be strictly'], // prettier-ignore
  ['equal asks', withQuote(bookOf(11_000, { asks: [[101, 1], [101, 1]] })), 'row 3: asks has 101 after 101; levels must be strictly'], // prettier-ignore
  [
    'a level off the tick',
    withQuote(bookOf(11_000, { asks: [[100.7, 1]] })),
    'row 3: asks 100.7 is not on the tick',
  ],
  [
    'a level off the lot',
    withQuote(bookOf(11_000, { asks: [[101, 0.0005]] })),
    'row 3: asks 0.0005 is not on the lot',
  ],
  [
    'a level of nothing',
    withQuote(bookOf(11_000, { asks: [[101, 0]] })),
    'row 3: asks is 0; it must be a finite number above zero',
  ],
  [
    'a funding rate in text',
    with3rd(fundingOf(11_000, { rate: '0.0001' })),
    'row 3: rate is "0.0001"; it must be a finite number, a fraction',
  ],
  ['another funding interval', with3rd(fundingOf(11_000, { intervalHours: 8 })), 'row 3: intervalHours is 8; this market is read with an interval of 1 h'], // prettier-ignore
  [
    'a mark of zero',
    with3rd(fundingOf(11_000, { mark: 0 })),
    'row 3: mark is 0; it must be a finite number above zero',
  ],
  [
    'a gap that does not begin at its time',
    with3rd(gapOf(10_001, 20_000, { ts: 10_002 })),
    "row 3: from 10001 is not the gap's ts 10002",
  ],
  [
    'a gap without length',
    with3rd(gapOf(10_001, 10_001)),
    'row 3: to 10001 is not after from 10001; a gap must have a length',
  ],
];

const inSequence: readonly [string, readonly (Row | string)[], string][] = [
  [
    'time going back',
    with3rd(tradeOf(12_000), tradeOf(11_999)),
    "row 4: ts 11999 is before row 3's 12000; rows must be sorted by time",
  ],
  [
    'a trade after a quote of the same time',
    with3rd(tradeOf(10_000)),
    'row 3: a trade after a bbo of the same ts 10000; at equal ts the order must be funding, gap, trade, bbo or book',
  ],
  [
    'funding after a trade of the same time',
    with3rd(tradeOf(11_000), fundingOf(11_000)),
    'row 4: a funding after a trade of the same ts',
  ],
  [
    'a trade before the first quote',
    [metaOf(), tradeOf(10_000), bboOf(10_000), bboOf(20_000)],
    'row 2: a trade before the first quote',
  ],
  [
    'a row before the recording',
    [metaOf(), fundingOf(9000)],
    'row 2: ts 9000 is outside the recording; it must be from 10000 to 20000',
  ],
  [
    'a row after the recording',
    [...rowsOfATape(), tradeOf(20_001)],
    'row 11: ts 20001 is outside the recording; it must be from 10000',
  ],
  [
    'a late first quote',
    [metaOf(), bboOf(10_001)],
    'row 2: the first quote is of 10001; rows must be sorted by time, and the first quote be of recordedFrom, 10000',
  ],
  [
    'a silence without a gap row',
    [metaOf(), bboOf(10_000), bboOf(15_001)],
    'row 3: no quote and no gap row since 10000; rows must be sorted by time, and a silence above 5000',
  ],
  [
    'a gap that begins late',
    with3rd(gapOf(10_002, 20_000)),
    'row 3: a gap from 10002; it must begin 1 ms after the last quote, which is of 10000',
  ],
  ['a gap before any quote', [metaOf(), gapOf(10_001, 20_000)], 'row 2: a gap from 10001; it must begin 1 ms after the last quote, which is missing'], // prettier-ignore
  [
    'a gap that ends late',
    with3rd(gapOf(10_001, 20_001)),
    'row 4: a quote of 20000 follows a gap to 20001; a gap must end at the next quote',
  ],
  [
    'a gap that ends early',
    with3rd(gapOf(10_001, 19_999)),
    'row 4: a quote of 20000 follows a gap to 19999',
  ],
  [
    'a gap twice',
    with3rd(gapOf(10_001, 20_000), gapOf(10_001, 20_000)),
    'row 4: a second gap before a quote; a silence must have one gap row',
  ],
  [
    'an early end',
    rowsOfATape().slice(0, -1),
    'row 9: the tape ends here, its last quote of 18000; it must be of recordedTo, 20000',
  ],
  [
    'no quote',
    [metaOf()],
    'row 1: the tape ends here, its last quote missing; it must be of recordedTo, 20000',
  ],
];

describe('tapeFeed refuses, in one line that names file and row,', () => {
  it.each([...inMeta, ...inRows, ...inSequence])('%s', (_what, rows, message) => {
    const error = errorOf(() => readAll(rows));
    expect(error).toBeInstanceOf(InputError);
    expect(error.message).toContain(`tape btc.jsonl.gz, ${message}`);
    expect(error.message).not.toContain('\n');
  });

  it('a line however long and wherever it is broken, still in one short line', () => {
    const error = errorOf(() => readAll(with3rd(`{"a":"${'x'.repeat(5000)}\n\u2028`)));
    expect(error.message.length).toBeLessThan(250);
    expect(error.message).not.toMatch(/[\n\r]/);
  });
});

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was refused');
}
