import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done } from '#shared/domain/failure.ts';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { bps } from '#shared/domain/units.ts';
import { figuresOf, wantedOf } from '#shared/strategy/decision.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import {
  aBook,
  aFundingTilt,
  after,
  aPosition,
  aSpec,
  aTrade,
  parameters,
} from '#test/builders/market.ts';
import { codesOf, decided, fixed, NO_REGIMES, quoteOn, seenAt } from './decisions.ts';

describe('decide, how wide', () => {
  it('puts half of a fixed spread on each side of the mid (A2)', () => {
    expect(wantedOf(decided({}, fixed(10, NO_REGIMES))).quotes).toMatchObject([
      { side: 'buy', level: 0, price: 99_950, size: 0.001 },
      { side: 'sell', level: 0, price: 100_050, size: 0.001 },
    ]);
  });

  it('leaves mid x bps / 1e4 / 2 between the mid and each quote: at 5 bps, at 10, at any other, wherever the mid is (A2)', () => {
    const spreads = fc.oneof(fc.constantFrom(5, 10), between(3, 50));
    fc.assert(
      fc.property(spreads, fc.integer({ min: 20_000, max: 200_000 }), (baseSpreadBps, mid) => {
        const decision = decided({ book: done(aBook(mid - 1, mid + 1)) }, fixed(baseSpreadBps));
        const drafted = decision.kind === 'quote' ? decision.stages.drafted.quotes : [];
        const half = (mid * baseSpreadBps) / 1e4 / 2;
        expect(drafted.map(({ side, price }) => [side, price])).toEqual([
          ['buy', expect.closeTo(mid - half, 6)],
          ['sell', expect.closeTo(mid + half, 6)],
        ]);
      }),
    );
  });

  it('adds volatility and inventory to the base, and caps the sum (A3)', () => {
    const at2Percent = { venueHourlyVolatility: 0.02 };
    expect(figuresOf(decided(at2Percent, NO_REGIMES))?.spreadBps).toBeCloseTo(5 + 12.5, 9);
    const halfFull = decided({ ...at2Percent, position: aPosition(0.005) }, NO_REGIMES);
    expect(figuresOf(halfFull)?.spreadBps).toBeCloseTo(5 + 12.5 + 2.5, 9);
    const wild = decided({ venueHourlyVolatility: 0.2 });
    expect(figuresOf(wild)?.spreadBps).toBe(50);
    expect(codesOf(wild)).toContain('spread-capped');
  });

  it('quotes its widest while nobody knows the volatility (A3, A10)', () => {
    const decision = decided({ venueHourlyVolatility: undefined });
    expect(figuresOf(decision)?.spreadBps).toBe(50);
    expect(codesOf(decision)).toContain('volatility-unknown');
  });

  it('never quotes below what the maker fee of both sides costs, unless told to', () => {
    const dear = { fees: { makerBps: bps(4), takerBps: bps(5) } };
    const floored = decided(dear, fixed(1));
    expect(figuresOf(floored)?.spreadBps).toBe(8);
    expect(codesOf(floored)).toContain('spread-floored');
    expect(figuresOf(decided(dear, fixed(1, { allowBelowCost: true })))?.spreadBps).toBe(1);
  });

  it('widens with volatility, inventory and fees, never the other way (A3)', () => {
    const spreadAt = (ratio: number, venueHourlyVolatility: number): number =>
      figuresOf(decided({ position: aPosition(ratio * 0.01), venueHourlyVolatility }))?.spreadBps ??
      0;
    const [ratios, volatilities] = [between(0, 1), between(0, 0.2)];
    fc.assert(
      fc.property(ratios, ratios, volatilities, volatilities, (r1, r2, v1, v2) => {
        const low = spreadAt(Math.min(r1, r2), Math.min(v1, v2));
        const high = spreadAt(Math.max(r1, r2), Math.max(v1, v2));
        expect(high).toBeGreaterThanOrEqual(low - 1e-9);
      }),
    );
  });

  it('says when a side has no price above zero (A16)', () => {
    const cheap = { spec: aSpec({ tick: 1, lot: 1 }), book: done(aBook(9, 10)) };
    const wide = { maxSpreadBps: 5000, maxMarketSpreadBps: 5000 };
    const decision = decided(cheap, fixed(900, { ...wide, levels: 10, levelSpacingBps: 1000 }));
    expect(codesOf(decision)).toContain('no-price');
    expect(wantedOf(decision).quotes.every(({ price }) => price > 0)).toBe(true);
  });
});

describe('decide, how far it leans', () => {
  const skewAt = (held: number, over: Partial<Parameters> = {}): number | undefined =>
    figuresOf(decided({ position: aPosition(held) }, fixed(20, over)))?.skewBps;

  it('shifts both quotes down when long and up when short (A8)', () => {
    const flat = decided({}, fixed(20));
    const long = decided({ position: aPosition(0.005) }, fixed(20));
    expect(skewAt(0.005)).toBe(-2.5);
    expect(quoteOn(long, 'buy').price).toBe(quoteOn(flat, 'buy').price - 25);
    expect(quoteOn(long, 'sell').price).toBe(quoteOn(flat, 'sell').price - 25);
    expect(skewAt(-0.005)).toBe(2.5);
  });

  it.each([0.3, 0.5])(
    'leans by skewFactor, %d, of the half-spread when full, in proportion below and no further beyond (A8)',
    (skewFactor) => {
      const expected = [0, -2, -10, -10, -10, 2, 10, 10].map(
        (share) => expect.closeTo(share * skewFactor, 9) as number,
      );
      const ratios = [0, 0.2, 1, 1.01, 9, -0.2, -1, -9];
      expect(ratios.map((ratio) => skewAt(ratio * 0.01, { skewFactor }))).toEqual(expected);
    },
  );

  it('leans to the funding tilt until it expires, and never beyond the configured ratio (A15, D5)', () => {
    const tilt = aFundingTilt({ targetRatio: -0.6, expiresAt: after(1000) });
    const leaning = decided({ tilt });
    expect(figuresOf(leaning)?.targetRatio).toBe(-0.2);
    expect(figuresOf(leaning)?.skewBps).toBeLessThan(0);
    expect(codesOf(leaning)).toContain('funding-tilt');
    expect(figuresOf(decided({ tilt, now: after(1000) }))?.targetRatio).toBe(0);
  });

  it('moves both quotes out of the way of takers that only buy (A11)', () => {
    const { state } = decided({ trades: [aTrade()] }, fixed(20));
    const later = (flowGain: number): number => {
      const at = after(60_000);
      const view = { ...seenAt(at, 99_999, 100_001), trades: [aTrade({ at })] };
      return Number(figuresOf(decided(view, fixed(20, { flowGain }), state))?.flowShiftBps);
    };
    expect(later(0.5)).toBeGreaterThan(0);
    expect(later(-0.5)).toBeCloseTo(-later(0.5), 12);
    expect(later(0)).toBe(0);
    // Out of their way unless somebody asks for the opposite.
    expect(later(parameters().values.flowGain)).toBeGreaterThan(0);
  });
});
