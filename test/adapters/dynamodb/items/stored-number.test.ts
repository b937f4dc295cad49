import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubleOf, storedNumber } from '#shared/adapters/dynamodb/items/stored-number.ts';
import { InvariantError } from '#shared/domain/failure.ts';

describe('a number in the tables', () => {
  it.each([
    0,
    1,
    -1,
    0.1,
    1e-7,
    90_000.5,
    1e-100,
    Number.MAX_SAFE_INTEGER,
    -Number.MAX_SAFE_INTEGER,
  ])('is a number attribute where that is exact: %d', (value) => {
    expect(storedNumber(value, 'here')).toBe(value);
  });

  it.each([
    [-0, '-0'],
    [5e-324, '5e-324'],
    [-9.9e-101, '-9.9e-101'],
    [Number.MAX_SAFE_INTEGER + 1, '9007199254740992'],
    [Number.MAX_VALUE, '1.7976931348623157e+308'],
  ])(
    'is its shortest decimal text where DynamoDB or the SDK would change or refuse it: %d',
    (value, text) => {
      expect(storedNumber(value, 'here')).toBe(text);
    },
  );

  it('comes back bit for bit, whatever finite double it is', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(doubleOf(storedNumber(value, 'here'))).toBe(value);
      }),
    );
  });

  it.each([Number.NaN, Infinity, -Infinity])(
    'is refused, with where it was to be written, when it is %d',
    (value) => {
      expect(() => storedNumber(value, 'State BTC-PERP/SESSION: pnl.fundingUsd')).toThrow(
        new InvariantError(
          `State BTC-PERP/SESSION: pnl.fundingUsd: ${value} cannot be stored; allowed: a finite number`,
        ),
      );
    },
  );

  it.each([
    '5',
    '0',
    '-1.5',
    '',
    ' ',
    'abc',
    '1e400',
    'NaN',
    '-0.0',
    '05e-324',
    null,
    true,
    undefined,
    [1],
  ])('is nothing that storedNumber does not write: %j', (stored) => {
    expect(doubleOf(stored)).toBeUndefined();
  });
});
