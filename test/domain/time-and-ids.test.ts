import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatClientOrderId, parseClientOrderId } from '#shared/domain/order/client-order-id.ts';
import { InvariantError } from '#shared/domain/failure.ts';
import { fingerprint } from '#shared/domain/fingerprint.ts';
import {
  boundariesCrossed,
  fundingPaymentUsd,
  nextBoundary,
} from '#shared/domain/venue/funding.ts';
import { marketId, parseMarketId, symbolOf, venueOf } from '#shared/domain/venue/market-id.ts';
import { DAY_MS, startOfDay, utcDay, utcTime } from '#shared/domain/time.ts';
import { epochMs } from '#shared/domain/units.ts';
import { START } from '#test/builders/market.ts';

const times = fc.integer({ min: 0, max: Date.UTC(12_120, 0, 1) }).map(epochMs);

describe('time without a clock', () => {
  it('writes the UTC day and time as the platform does', () => {
    fc.assert(
      fc.property(times, (at) => {
        expect(utcTime(at)).toBe(new Date(at).toISOString());
        expect(`${utcDay(at)}T`).toBe(/^.*T/.exec(new Date(at).toISOString())?.[0]);
      }),
    );
  });

  it('knows when a day begins, and which days the calendar has not', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }).map(epochMs), (at) => {
        expect(startOfDay(utcDay(at))).toBe(at - (at % DAY_MS));
      }),
    );
    expect(startOfDay('2024-02-29')).toBe(Date.UTC(2024, 1, 29));
    for (const day of [
      '2026-02-29',
      '2026-13-01',
      '2026-00-10',
      '1969-12-31',
      '0099-01-01',
      'soon',
    ])
      expect(startOfDay(day)).toBeUndefined();
  });
});

const wholeNumber = fc.nat(2 ** 31);
/** A venue may list any text. */
const anyText = fc.oneof(
  fc.constantFrom('BTC-PERP', 'kPEPE-PERP', 'a.b', '%2E', '币安人生-PERP', 'xyz:TSLA', 'A/B'),
  fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }),
);
const whose = {
  deployment: fc.stringMatching(/^[a-z0-9-]{1,24}$/),
  symbol: anyText,
};
const quoteIds = fc.record({
  role: fc.constant('quote' as const),
  ...whose,
  side: fc.constantFrom('buy' as const, 'sell' as const),
  level: fc.nat(20),
  fence: wholeNumber,
  counter: wholeNumber,
});
const hedgeIds = fc.record({
  role: fc.constant('hedge' as const),
  ...whose,
  intent: anyText,
  attempt: wholeNumber,
});

describe('client order ids', () => {
  it('are read back as they were written, in each role, and no two share a text', () => {
    const ids = fc.array(fc.oneof(quoteIds, hedgeIds), { maxLength: 5 });
    fc.assert(
      fc.property(ids, (several) => {
        for (const id of several) expect(parseClientOrderId(formatClientOrderId(id))).toEqual(id);
        const texts = new Set(several.map(formatClientOrderId));
        expect(texts.size).toBe(new Set(several.map((id) => JSON.stringify(id))).size);
      }),
    );
  });

  it('have one spelling: what is read is written as it stood', () => {
    const piece = fc.constantFrom('0', '01', '-1', '1e3', '7', '%2e', '%2E', '%', '', 'BTC', '9.');
    const texts = fc
      .tuple(fc.constantFrom('quote', 'hedge'), piece, fc.constantFrom('buy', '%41'), piece, piece)
      .chain(([role, symbol, side, ...rest]) =>
        piece.map((last) =>
          (role === 'quote'
            ? ['q2', 'paper', role, symbol, side, ...rest, last]
            : ['q2', 'paper', role, symbol, side, rest[0]]
          ).join('.'),
        ),
      );
    fc.assert(
      fc.property(texts, (text) => {
        const id = parseClientOrderId(text);
        expect(id === undefined ? text : formatClientOrderId(id)).toBe(text);
      }),
    );
  });

  it('say whose the order is', () => {
    const whoseOrder = { deployment: 'paper', symbol: 'BTC-PERP' };
    const quote = { ...whoseOrder, role: 'quote', side: 'buy', level: 0 } as const;
    expect(formatClientOrderId({ ...quote, fence: 1_767_571_200, counter: 345 })).toBe(
      'q2.paper.quote.BTC-PERP.buy.0.1767571200.345',
    );
    const hedge = { ...whoseOrder, role: 'hedge', intent: '1767571200123-7', attempt: 2 } as const;
    expect(formatClientOrderId(hedge)).toBe('q2.paper.hedge.BTC-PERP.1767571200123-7.2');
  });

  it.each([
    '',
    'x',
    'q1.BTC-PERP.buy.0.1.2',
    'q2.paper.quote.BTC-PERP.buy.0.1',
    'q3.paper.quote.BTC-PERP.buy.0.1.2',
    'q2.paper.quote..buy.0.1.2',
    'q2..quote.BTC-PERP.buy.0.1.2',
    'q2.Paper.quote.BTC-PERP.buy.0.1.2',
    'q2.paper.quote.BTC-PERP.long.0.1.2',
    'q2.paper.quote.BTC-PERP.buy.0.-1.2',
    'q2.paper.quote.BTC-PERP.buy.0.01.2',
    'q2.paper.quote.BTC-PERP.buy.0.1.2.3',
    'q2.paper.hedge.BTC-PERP.h1',
    'q2.paper.hedge.BTC-PERP.h1.2.3',
    'q2.paper.hedge.BTC%-PERP.h1.2',
    'q2.paper.watchdog.BTC-PERP.1',
  ])('are not seen in %j', (text) => expect(parseClientOrderId(text)).toBeUndefined());
});

describe('market ids', () => {
  it('are told apart from their parts and back, whatever the venue calls the market', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z-]{1,12}$/), anyText, (venue, symbol) => {
        const id = marketId(venue, symbol);
        expect([venueOf(id), symbolOf(id)]).toEqual([venue, symbol]);
        expect(parseMarketId(id)).toBe(id);
      }),
    );
  });

  it.each(['', '/', 'BTC-PERP', '/BTC-PERP', 'purple-flea/'])('are not seen in %j', (text) =>
    expect(parseMarketId(text)).toBeUndefined(),
  );

  it.each([
    ['', 'BTC-PERP'],
    ['purple-flea', ''],
    ['a/b', 'BTC-PERP'],
  ])('are not made of %j and %j', (venue, symbol) => {
    expect(() => marketId(venue, symbol)).toThrow(InvariantError);
  });
});

describe('funding boundaries', () => {
  it('are settled once each, however often or seldom somebody looks', () => {
    const looks = fc.array(fc.integer({ min: 1, max: 40 * 3_600_000 }), {
      minLength: 1,
      maxLength: 50,
    });
    fc.assert(
      fc.property(looks, fc.constantFrom(1, 2, 4, 8), (gaps, hours) => {
        let at = START;
        const seen: number[] = [];
        for (const gap of gaps) {
          const next = epochMs(at + gap);
          seen.push(...boundariesCrossed(at, next, hours));
          at = next;
        }
        expect(seen).toEqual(boundariesCrossed(START, at, hours));
        expect(new Set(seen).size).toBe(seen.length);
      }),
    );
  });

  it('a boundary belongs to the look that reaches it, not to the one after', () => {
    const eight = epochMs(Date.UTC(2026, 0, 5, 8));
    expect(nextBoundary(epochMs(eight - 1), 8)).toBe(eight);
    expect(nextBoundary(eight, 8)).toBe(eight + 8 * 3_600_000);
    expect(boundariesCrossed(epochMs(eight - 1), eight, 8)).toEqual([eight]);
    expect(boundariesCrossed(eight, epochMs(eight + 1), 8)).toEqual([]);
  });

  it('a short of 1 BTC at 60,000 and +0.01 % receives 126 USD over the 21 boundaries of a week (D6)', () => {
    const week = boundariesCrossed(epochMs(0), epochMs(7 * 86_400_000), 8);
    expect(week).toHaveLength(21);
    expect(week.reduce((sum) => sum + fundingPaymentUsd(-1, 60_000, 0.0001), 0)).toBeCloseTo(
      126,
      9,
    );
    expect(fundingPaymentUsd(1, 60_000, 0.0001)).toBe(-6);
  });
});

describe('fingerprint', () => {
  it('tells texts apart that differ in one character or in order', () => {
    const texts = ['', 'a', 'b', 'ab', 'ba', 'aa', 'aab', 'baa'];
    expect(new Set(texts.map((text) => fingerprint(text))).size).toBe(texts.length);
    expect(fingerprint('a', 'seed')).not.toBe(fingerprint('a'));
    expect(fingerprint('a')).toMatch(/^[0-9a-f]{16}$/);
  });
});
