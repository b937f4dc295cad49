import { describe, expect, it } from 'vitest';
import {
  type Check,
  isAmount,
  isLogOfPrice,
  isNumber,
  isPositive,
  isText,
  isTime,
  isTrueOrFalse,
  listOf,
  maybe,
  oneOf,
  recordOf,
  tableOf,
} from '#shared/strategy/plain-data.ts';

const isPoint = recordOf<{ x: number; y?: number | undefined }>({
  x: isNumber,
  y: maybe(isNumber),
});

describe('a check of what was read back', () => {
  it.each<[string, Check<unknown>, readonly unknown[], readonly unknown[]]>([
    ['a number', isNumber, [0, -1.5, 1e15], ['1', Number.NaN, Infinity, -1.1e15, null, undefined]],
    ['an amount', isAmount, [0, 5e-324, 1e15], [-1e-9, 1.1e15, 'x']],
    ['what is divided by', isPositive, [1e-15, 1], [0, -1, 9e-16, true]],
    ['a time', isTime, [0, 1_767_594_948_000], [-1, '2026']],
    ['the log of a price', isLogOfPrice, [-34.5, 0, 34.5], [34.6, -34.6, null]],
    ['a text', isText, ['', 'x'], [1, null, ['x']]],
    ['yes or no', isTrueOrFalse, [true, false], [0, 'true', undefined]],
    ['one of a few', oneOf('up', 'down'), ['up', 'down'], ['left', undefined, 0]],
    ['one or nothing', maybe(isText), ['x', undefined], [null, 1]],
    ['a list', listOf(isNumber), [[], [1, 2]], [[1, 'x'], {}, 'x', null]],
    ['a table', tableOf(isNumber), [{}, { a: 1, b: 2 }], [{ a: 'x' }, [1], null, 1]],
    ['a record', isPoint, [{ x: 1 }, { x: 1, y: 2 }], [{}, { x: '1' }, { x: 1, z: 1 }, [1], null]],
  ])('knows %s', (_, check, right, wrong) => {
    expect(right.filter((one) => !check(one))).toEqual([]);
    expect(wrong.filter((one) => check(one))).toEqual([]);
  });
});
