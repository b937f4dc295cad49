import { describe, expect, it } from 'vitest';
import { bboOf, metaOf, type Row, rowsOfATape } from '#test/builders/tape-rows.ts';
import { inOneLine, nested, refusalOf, type Rows } from './refusals.ts';

describe('tapeFeed refuses, in one line that names file and row,', () => {
  it.each<[string, Row, string]>([
    ['another version', { version: 2 }, 'version is 2; only tapes of version 1 can be read'],
    ['no coin', { coin: '' }, 'coin is ""; it must be a text that is not empty'],
    ['a venue that is no text', { venue: 7 }, 'venue is 7; it must be a text that is not empty'],
    ['no quote currency', { quote: undefined }, 'quote is missing; it must be a text'],
    [
      'an unknown contract',
      { contract: 'quanto' },
      'contract is "quanto"; it must be "linear" or "inverse"',
    ],
    [
      'an inverse contract without its value',
      { contract: 'inverse' },
      'contractUsd is missing; it must be a finite number',
    ],
    [
      'a linear contract with a value',
      { contractUsd: 100 },
      'contractUsd is 100; a linear contract must have none',
    ],
    ['a tick of zero', { tick: 0 }, 'tick is 0; it must be a finite number above zero'],
    [
      'a tick that is no decimal',
      { tick: 1 / 3 },
      'tick is 0.3333333333333333; it must be a decimal of at most 12 places',
    ],
    [
      'a lot that is a text',
      { lot: '0.001' },
      'lot is "0.001"; it must be a finite number above zero',
    ],
    [
      'no gap threshold',
      { gapMs: undefined },
      'gapMs is missing; it must be a finite number above zero',
    ],
    [
      'a time with fractions',
      { recordedFrom: 10_000.5 },
      'recordedFrom is 10000.5; it must be a whole number of milliseconds',
    ],
    [
      'times in seconds',
      { recordedFrom: 1_757_015_216, recordedTo: 1_757_017_304 },
      'recordedFrom is 1757015216, in seconds as it seems; every time of a tape must be in milliseconds since 1970',
    ],
    [
      'times in seconds with fractions',
      { recordedFrom: 1_757_015_216.25 },
      'recordedFrom is 1757015216.25, in seconds as it seems; every time',
    ],
    [
      'times in microseconds',
      { recordedFrom: 1_757_015_216_000_000 },
      'recordedFrom is 1757015216000000, in microseconds as it seems; every time',
    ],
    [
      'times in nanoseconds',
      { recordedFrom: 1_757_015_216_000_000_000 },
      'recordedFrom is 1757015216000000000, in nanoseconds as it seems; every time',
    ],
    [
      'an end in seconds',
      { recordedTo: 1_757_017_304 },
      'recordedTo is 1757017304, in seconds as it seems; every time',
    ],
    [
      'an end before the beginning',
      { recordedTo: 9000 },
      'recordedTo 9000 is before recordedFrom 10000; a tape must not end',
    ],
    [
      'a flag that is none',
      { sideInferred: 'yes' },
      'sideInferred is "yes"; it must be true or false',
    ],
    ['notes that are no list', { notes: 'late' }, 'notes is "late"; it must be a list of texts'],
    [
      'digests that are no table',
      { sha256: ['x'] },
      'sha256 is ["x"]; it must be an object of file name and digest',
    ],
  ])('%s', (_what, changes, message) => {
    expect(refusalOf([metaOf(changes), ...rowsOfATape().slice(1)])).toEqual(
      inOneLine(`row 1: ${message}`),
    );
  });

  it.each<[string, Rows, string]>([
    ['nothing at all', [], 'the tape is empty; row 1 must be of type meta'],
    ['no meta row', [bboOf(10_000)], 'type is "bbo"; row 1 must be of type meta'],
    [
      'a meta row that is not JSON',
      ['{"type":"meta"'],
      'is not JSON: "{\\"type\\":\\"meta\\""; every line must be one JSON object',
    ],
    [
      'a header nested without end',
      [`{"type":"meta","notes":${nested(100_000)}}`],
      'is nested too deep in "notes"; at most 6 levels are allowed',
    ],
    [
      'a header that is a list nested without end',
      [nested(100_000)],
      'is nested more than 6 levels deep; every row must be a JSON object',
    ],
  ])('%s', (_what, rows, message) => {
    expect(refusalOf(rows)).toEqual(inOneLine(`row 1: ${message}`));
  });
});
