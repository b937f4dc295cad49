import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineScanner } from '#shared/simulator/tape/line-scanner.ts';
import { usualBooks } from '#shared/simulator/tape/usual-books.ts';
import { arbitraryTape, linesOfTape } from '#test/builders/arbitrary/arbitrary-tape.ts';
import { allEvents, feedOf } from '#test/builders/tape-rows.ts';

describe('a book of a tape', () => {
  it('is read the same, whether spelled as tapes are written or otherwise', () => {
    fc.assert(
      fc.property(arbitraryTape(), (tape) => {
        const lines = linesOfTape(tape);
        const otherwise = lines.map((line) => line.replaceAll(':', ' : ').replaceAll(',', ', '));
        expect(allEvents(feedOf(otherwise))).toEqual(allEvents(feedOf(lines)));
      }),
    );
  });

  it('is read without a parser of JSON where it is spelled as tapes are written', () => {
    const usual =
      '{"type":"book","ts":11000,"recv":null,"bids":[[100,1],[99.5,2]],"asks":[[101,3]]}';
    expect(usualBooks()(usual)).toEqual({
      ts: 11_000,
      recv: null,
      bids: [100, 1, 99.5, 2],
      asks: [101, 3],
    });
  });

  it.each([
    '{"type":"book","ts":11000,"recv":null,"bids":[[100,1]],"asks":[[101,3]]} ',
    '{"type":"book","ts":11000,"recv":null,"bids":[[100,1]],"asks":[[101,3]],"bids":[[1,1]]}',
    '{"type":"book","ts":11000,"recv":null,"bids":[[100,1,2]],"asks":[[101,3]]}',
    '{"type":"book","ts":11000,"recv":null,"bids":[[100]],"asks":[[101,3]]}',
    '{"type":"book","ts":11000,"recv":null,"bids":[],"asks":[[101,3]]}',
    '{"type":"book","ts":11000,"recv":null,"bids":[[100,1]],"asks":[[101,3]',
    '{"type":"book","ts":11000,"recv":,"bids":[[100,1]],"asks":[[101,3]]}',
    '{"type":"book","ts":,"recv":null,"bids":[[100,1]],"asks":[[101,3]]}',
    '{"type":"book","recv":null,"ts":11000,"bids":[[100,1]],"asks":[[101,3]]}',
    '{"type":"book","ts":11000,"recv":null,"bids":[[100,1],],"asks":[[101,3]]}',
    '{"type":"book","ts":11000,"recv":null,"bids":[[100,01]],"asks":[[101,3]]}',
  ])('is left to the parser otherwise: %s', (line) => {
    expect(usualBooks()(line)).toBeUndefined();
  });
});

describe('a number of a tape', () => {
  const read = (text: string): number => {
    const scanner = createLineScanner();
    scanner.start(text);
    const value = scanner.number();
    return scanner.isAtEnd() ? value : Number.NaN;
  };

  it('is the double a parser of JSON reads, or is not read', () => {
    const digits = fc.stringMatching(/^\d{1,18}$/);
    const decimal = fc.tuple(digits, digits).map(([whole, rest]) => `${whole}.${rest}`);
    fc.assert(
      fc.property(fc.oneof(digits, decimal), (text) => {
        const value = read(text);
        expect(value).toBe(Number.isNaN(value) ? value : Number(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('is read where it has at most 15 digits, as prices, sizes and times have', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999_999_999 }), fc.nat(9), (value, places) => {
        const whole = Math.floor(value / 10 ** places);
        const text = places === 0 ? `${value}` : `${whole}.${`${value}`.slice(-places)}`;
        fc.pre(text.length <= 16 && `${value}`.length >= places);
        expect(read(text)).toBe(Number(text));
      }),
    );
  });

  it.each(['', '01', '00.5', '.5', '5.', '1.2.3', '-1', '+1', '1e3', '1234567890123456', '0x1'])(
    'is not read from "%s"',
    (text) => {
      expect(read(text)).toBeNaN();
    },
  );
});
