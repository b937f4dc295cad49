import { describe, expect, it } from 'vitest';
import { findProvingTests, provingTestsIn } from './proving-tests.ts';
import { OTHER_ROWS, ROWS } from './rows.ts';

describe('the tests', () => {
  const tests = findProvingTests();

  it('name every row', () => {
    const named = new Set(tests.flatMap(({ rows }) => rows));
    const missing = Object.keys(ROWS).filter((row) => !named.has(row));
    expect(missing).toEqual([]);
  });

  it('name no row that does not exist', () => {
    const known = new Set([...Object.keys(ROWS), ...OTHER_ROWS]);
    const slips = tests.flatMap(({ file, title, rows }) =>
      rows.filter((row) => !known.has(row)).map((row) => `${row} in ${file}: ${title}`),
    );
    expect(slips).toEqual([]);
  });
});

describe('the finder', () => {
  const found = (...lines: readonly string[]): readonly unknown[] =>
    provingTestsIn('a.test.ts', lines.join('\n')).map(({ title, rows }) => [title, rows]);

  it('takes the rows in the parentheses that end a title, in every kind of quotes', () => {
    expect(
      found(
        "it('rounds a bid down (A16)', () => {",
        `it("doesn't round (to the tick) an ask down (A16, E1)", async () => {`,
        'test(`is ${the} one (B2)`, () => {',
        String.raw`it('isn\'t lost (C4)', () => {`,
        "it('is named in the text (A1) but not at its end', () => {",
        "it('has no row', () => {",
        "it('was paid (twice)', () => {",
      ),
    ).toEqual([
      ['rounds a bid down', ['A16']],
      ["doesn't round (to the tick) an ask down", ['A16', 'E1']],
      ['is ${the} one', ['B2']],
      ["isn't lost", ['C4']],
    ]);
  });

  it('reads titles that follow a table or a condition, or stand on a line of their own', () => {
    expect(
      found(
        'it.each([',
        "  ['a text (A1)', () => 3],",
        "])('%s of many (A2)', (_, value) => {",
        "it.each(['x', 'y'] as const)(",
        "  'also %s (A3)',",
        '  (name) => {',
        "it.each<[string, () => number]>([['x (A1)', () => 1]])('%s typed (A4)', () => {",
        "describe.runIf(tapes !== undefined)('on recordings (D4)', () => {",
        "  it('forecasts', () => {",
      ),
    ).toEqual([
      ['%s of many', ['A2']],
      ['also %s', ['A3']],
      ['%s typed', ['A4']],
      ['on recordings › forecasts', ['D4']],
    ]);
  });

  it('gives a test the rows of the describes around it, and only of those', () => {
    expect(
      found(
        "describe('hedges (B1)', () => {",
        "  describe('in slices', () => {",
        "    it('stop inside (B1, B3)', () => {});",
        '  });',
        "  it('begin outside', () => {});",
        '});',
        "it('stands alone', () => {});",
      ),
    ).toEqual([
      ['hedges › in slices › stop inside', ['B1', 'B3']],
      ['hedges › begin outside', ['B1']],
    ]);
  });

  it('does not count what is skipped, and shows what is no row', () => {
    expect(
      found("it.skip('is to come (A1)', () => {});", "it('is a slip (A19, A1-A3)', () => {});"),
    ).toEqual([['is a slip', ['A19', 'A1-A3']]]);
  });
});
