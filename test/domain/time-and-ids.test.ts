import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatClientOrderId, parseClientOrderId } from '#shared/domain/client-order-id.ts';
import { fingerprint } from '#shared/domain/fingerprint.ts';
import { boundariesCrossed, fundingPaymentUsd, nextBoundary } from '#shared/domain/funding.ts';
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

describe('client order ids', () => {
  it('are read back as they were written', () => {
    const ids = fc.record({
      market: fc.constantFrom('BTC-PERP', 'kPEPE-PERP'),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      level: fc.nat(20),
      fence: fc.nat(),
      counter: fc.nat(),
    });
    fc.assert(
      fc.property(ids, (id) => {
        expect(parseClientOrderId(formatClientOrderId(id))).toEqual(id);
      }),
    );
  });

  it.each([
    '',
    'x',
    'q1.BTC-PERP.buy.0.1',
    'q2.BTC-PERP.buy.0.1.2',
    'q1..buy.0.1.2',
    'q1.BTC-PERP.long.0.1.2',
    'q1.BTC-PERP.buy.0.-1.2',
    'q1.BTC-PERP.buy.0.1.2.3',
  ])('are not seen in %j', (text) => expect(parseClientOrderId(text)).toBeUndefined());
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
