import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PARAMETERS } from '#shared/domain/parameters/parameters.ts';
import { parseParameters } from '#shared/schema/parameters/parameters.ts';
import { unreadItems } from '#shared/schema/parameters/unread-items.ts';
import { describeProblems, stopsTrading } from '#shared/domain/parameters/parameter-reading.ts';

const stops = (...layers: readonly Readonly<Record<string, unknown>>[]): boolean => {
  const parsed = parseParameters(layers);
  return stopsTrading(parsed);
};

describe('a mode that says off, or cannot be read, stops', () => {
  it.each([
    'off',
    'OFF',
    'Off',
    'off ',
    ' off\n',
    false,
    true,
    0,
    null,
    '',
    'stop',
    'LIVE',
    'paper ',
    ['off'],
    { off: true },
  ])('mode %j', (mode) => {
    expect(stops({ mode })).toBe(true);
    expect(stops({ mode: 'live' }, { mode })).toBe(true);
    expect(stops({ mode, quoteSizeUsd: 'many', nonsense: 1 })).toBe(true);
  });

  it.each([{ Mode: 'off' }, { MODE: 'OFF' }, { ' mode': false }, { mode: 'live', Mode: 'off' }])(
    '%j, misspelt',
    (written) => {
      expect(stops(written)).toBe(true);
    },
  );

  it.each([
    [[{ mode: 'live' }]],
    [[{ mode: 'OFF' }, { mode: 'live' }]],
    [[{ mode: 'live', quoteSizeUsd: 'many' }]],
    [[{ Mode: 'live' }]],
    [[{ quoteSizeUsd: 'off' }]],
    [[{}]],
  ])('but not %j', (layers) => {
    expect(stops(...layers)).toBe(false);
  });

  it('whatever else is written, and in whatever way the word is spelt', () => {
    const off = fc
      .tuple(
        fc.constantFrom('', ' ', '\t', '\n'),
        fc.mixedCase(fc.constant('off')),
        fc.constantFrom('', ' ', '  '),
      )
      .map((parts) => parts.join(''));
    const others = fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(PARAMETERS)), fc.string()),
      fc.jsonValue(),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(others, off, (written, mode) => {
        expect(stops({ ...written, mode })).toBe(true);
        const { mode: _mode, ...rest } = written;
        expect(stops({ ...rest, mode: 'live' })).toBe(false);
      }),
    );
  });
});

describe('however much is wrong, little work is done and little is said', () => {
  it('names ten of 300,000 unknown attributes, in seconds and not in minutes', () => {
    const written = Object.fromEntries(
      Array.from({ length: 300_000 }, (_, index) => [`baseSpreadBpz${index}`, index]),
    );
    const before = process.cpuUsage();
    const parsed = parseParameters([written]);
    const { user, system } = process.cpuUsage(before);
    expect(parsed.kind === 'refused' ? describeProblems(parsed).at(-1) : '').toBe(
      '299990 more attributes are wrong',
    );
    expect((user + system) / 1e6).toBeLessThan(10);
  });

  it('says at most a screen, whatever is written', () => {
    const huge = fc.oneof(
      fc.string({ minLength: 0, maxLength: 5000 }),
      fc.array(fc.string(), { maxLength: 500 }),
      fc.jsonValue(),
    );
    const written = fc.dictionary(
      fc.oneof(fc.constantFrom(...Object.keys(PARAMETERS)), fc.string({ maxLength: 3000 })),
      huge,
      { maxKeys: 100, noNullPrototype: true },
    );
    fc.assert(
      fc.property(written, (attributes) => {
        const parsed = parseParameters([attributes]);
        const problems = parsed.kind === 'refused' ? describeProblems(parsed) : [];
        expect(problems.join('; ').length).toBeLessThan(11 * 320);
      }),
    );
  });
});

describe('items that no market reads', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['DEFAULT', 'BTC-PERP'], []],
    [['btc-perp'], ['item btc-perp is read by no market (did you mean "BTC-PERP"?)']],
    [['default'], ['item default is read by no market (did you mean "DEFAULT"?)']],
    [['DOGE-USD', 'ETH-PERP'], ['item DOGE-USD is read by no market']],
  ])('%j', (items, lines) => {
    expect(unreadItems(items, ['BTC-PERP', 'ETH-PERP'])).toEqual(lines);
  });

  it('names some and counts the rest', () => {
    const items = Array.from({ length: 300_000 }, (_, index) => `market-${index}`);
    const lines = unreadItems(items, ['BTC-PERP']);
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('299990 more items are read by no market');
  });
});
