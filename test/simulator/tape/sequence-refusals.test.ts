import { describe, expect, it } from 'vitest';
import { bboOf, fundingOf, gapOf, metaOf, rowsOfATape, tradeOf } from '#test/builders/tape-rows.ts';
import { inOneLine, refusalOf, type Rows, with3rd } from './refusals.ts';

describe('tapeFeed refuses, in one line that names file and row,', () => {
  it.each<[string, Rows, string]>([
    [
      'an empty line before others, and after them',
      with3rd('', tradeOf(11_000), ''),
      'row 3: is not JSON: ""; every line',
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
    [
      'a gap before any quote',
      [metaOf(), gapOf(10_001, 20_000)],
      'row 2: a gap from 10001; it must begin 1 ms after the last quote, which is missing',
    ],
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
  ])('%s', (_what, rows, message) => {
    expect(refusalOf(rows)).toEqual(inOneLine(message));
  });

  it('a line however long and wherever it is broken, still in one short line', () => {
    const [line, ...more] = refusalOf(with3rd(`{"a":"${'x'.repeat(5000)}\n\u2028`));
    expect(more).toEqual([]);
    expect(line?.length).toBeLessThan(250);
    expect(line).not.toMatch(/\r/);
  });
});
