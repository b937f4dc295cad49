import { describe, expect, it } from 'vitest';
import {
  bboOf,
  bookOf,
  fundingOf,
  gapOf,
  metaOf,
  type Row,
  tradeOf,
} from '#test/builders/tape-rows.ts';
import { inOneLine, nested, refusalOf, type Rows, with3rd } from './refusals.ts';

/** A quote needs a silence after it, or the tape would have one without a gap row. */
const withQuote = (row: Row): Rows => with3rd(row, gapOf(Number(row['ts']) + 1, 20_000));

describe('tapeFeed refuses, in one line that names file and row,', () => {
  it.each<[string, Row | string, string]>([
    [
      'an empty line',
      '',
      'is not JSON: ""; every line must be one JSON object, and the file must not be cut',
    ],
    [
      'a line cut short',
      '{"type":"trade","ts":11',
      'is not JSON: "{\\"type\\":\\"trade\\",\\"ts\\":11"; every line',
    ],
    [
      'a line that looks right until it breaks off',
      JSON.stringify(tradeOf(11_000, { source: 'somewhere', note: 'a text' })).slice(0, -3),
      'is not JSON: "{\\"type\\":\\"trade\\",\\"ts\\":11000,\\"re" ... "rce\\":\\"somewhere\\",\\"note\\":\\"a tex"; every line',
    ],
    [
      'an unknown field nested without end',
      `{"type":"trade","ts":11000,"extra":${nested(100_000)}}`,
      'is nested too deep in "extra"; at most 6 levels are allowed',
    ],
    [
      'levels nested without end',
      `{"type":"book","ts":11000,"recv":null,"bids":${nested(100_000)},"asks":[]}`,
      'bids is nested more than 6 levels deep; it must be a list of [px,sz]',
    ],
    ['a number', '12', 'is 12; every row must be a JSON object'],
    ['a list', '[]', 'is []; every row must be a JSON object'],
    ['null', 'null', 'is null; every row must be a JSON object'],
    [
      'a second meta row',
      metaOf({ ts: 11_000 }),
      'type is "meta"; after row 1 it must be trade, bbo, book, funding or gap',
    ],
    [
      'an infinite price',
      '{"type":"trade","ts":11000,"recv":null,"px":1e999}',
      'px is Infinity; it must be a finite',
    ],
    [
      'a gap that does not begin at its time',
      gapOf(10_001, 20_000, { ts: 10_002 }),
      "from 10001 is not the gap's ts 10002",
    ],
    [
      'a gap without length',
      gapOf(10_001, 10_001),
      'to 10001 is not after from 10001; a gap must have a length',
    ],
  ])('%s', (_what, row, message) => {
    expect(refusalOf(with3rd(row))).toEqual(inOneLine(`row 3: ${message}`));
  });

  it.each<[string, Row, string]>([
    ['a type nobody knows', { type: 'fill' }, 'type is "fill"; after row 1 it must be'],
    [
      'no time',
      { ts: undefined },
      'ts is missing; it must be a whole number of milliseconds since 1970',
    ],
    ['a time in text', { ts: '11000' }, 'ts is "11000"; it must be a whole number'],
    [
      'a receive time that is none',
      { recv: 'late' },
      'recv is "late"; it must be null or a whole number',
    ],
    [
      'a receive time missing',
      { recv: undefined },
      'recv is missing; it must be null or a whole number',
    ],
    ['a price of zero', { px: 0 }, 'px is 0; it must be a finite number above zero'],
    ['a size below zero', { sz: -0.001 }, 'sz is -0.001; it must be a finite number above zero'],
    [
      'a size off the lot',
      { sz: 0.0015 },
      'sz 0.0015 is not on the lot; it must be a multiple of 0.001',
    ],
    ['no taker side', { side: 'B' }, 'side is "B"; it must be "buy" or "sell", the taker\'s'],
    ['a trade id that is a number', { id: 7 }, 'id is 7; it must be a text that is not empty'],
  ])('%s', (_what, changes, message) => {
    expect(refusalOf(with3rd(tradeOf(11_000, changes)))).toEqual(inOneLine(`row 3: ${message}`));
  });

  it.each<[string, Row, string]>([
    [
      'a bid off the tick',
      { bid: 99.7 },
      'bid 99.7 is not on the tick; it must be a multiple of 0.5',
    ],
    ['an ask off the tick', { ask: 100.6 }, 'ask 100.6 is not on the tick'],
    ['a bid size off the lot', { bidSz: 1.0001 }, 'bidSz 1.0001 is not on the lot'],
    [
      'an ask size missing',
      { askSz: undefined },
      'askSz is missing; it must be a finite number above zero',
    ],
    [
      'a locked quote',
      { ask: 100 },
      'the best bid 100 is not below the best ask 100; a quote must not be',
    ],
  ])('%s', (_what, changes, message) => {
    expect(refusalOf(withQuote(bboOf(11_000, changes)))).toEqual(inOneLine(`row 3: ${message}`));
  });

  it.each<[string, Row, string]>([
    ['a crossed book', { bids: [[101, 1]] }, 'the best bid 101 is not below the best ask 100.5'],
    ['a book without bids', { bids: [] }, 'bids has 0 levels; there must be 1 to 20'],
    [
      'a book too deep',
      { asks: Array.from({ length: 21 }, (_, level) => [101 + level, 1]) },
      'asks has 21 levels; there must be 1 to 20',
    ],
    [
      'levels that are no pairs',
      { asks: [[101]] },
      'asks is [[101]]; it must be a list of [px,sz]',
    ],
    [
      'levels in text',
      { asks: [['101', '1']] },
      'asks is [["101","1"]]; it must be a list of [px,sz]',
    ],
    [
      'rising bids',
      {
        bids: [
          [99, 1],
          [99.5, 1],
        ],
      },
      'bids has 99.5 after 99; levels must be strictly',
    ],
    [
      'equal asks',
      {
        asks: [
          [101, 1],
          [101, 1],
        ],
      },
      'asks has 101 after 101; levels must be strictly',
    ],
    ['a level off the tick', { asks: [[100.7, 1]] }, 'asks 100.7 is not on the tick'],
    ['a level off the lot', { asks: [[101, 0.0005]] }, 'asks 0.0005 is not on the lot'],
    [
      'a level of nothing',
      { asks: [[101, 0]] },
      'asks is 0; it must be a finite number above zero',
    ],
  ])('%s', (_what, changes, message) => {
    expect(refusalOf(withQuote(bookOf(11_000, changes)))).toEqual(inOneLine(`row 3: ${message}`));
  });

  it.each<[string, Row, string]>([
    [
      'a funding rate in text',
      { rate: '0.0001' },
      'rate is "0.0001"; it must be a finite number, a fraction',
    ],
    [
      'another funding interval',
      { intervalHours: 8 },
      'intervalHours is 8; this market is read with an interval of 1 h',
    ],
    ['a mark of zero', { mark: 0 }, 'mark is 0; it must be a finite number above zero'],
  ])('%s', (_what, changes, message) => {
    expect(refusalOf(with3rd(fundingOf(11_000, changes)))).toEqual(inOneLine(`row 3: ${message}`));
  });
});
