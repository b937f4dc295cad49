import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { arrivalPremium } from '#shared/strategy/models/arrival-premium.ts';
import {
  avellanedaStoikov,
  type AvellanedaStoikovInput,
  type AvellanedaStoikovQuotes,
} from '#shared/strategy/models/avellaneda-stoikov.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';

const PAPER: AvellanedaStoikovInput = {
  mid: 100,
  inventory: 0,
  sigma: 2,
  gamma: 0.1,
  k: 1.5,
  timeLeft: 1,
};
const anyInput = fc.record({
  mid: between(0, 1e6),
  inventory: between(-100, 100),
  sigma: between(0, 1e4),
  gamma: between(0, 10),
  k: between(1e-6, 1e6),
  timeLeft: between(-10, 1e5),
});

describe('Avellaneda-Stoikov, finite horizon', () => {
  it('computes the reservation price and the spread around it (A4)', () => {
    const quotes = avellanedaStoikov({ ...PAPER, inventory: 3, timeLeft: 0.5 });
    expect(quotes.reservationPrice).toBeCloseTo(100 - 3 * 0.1 * 4 * 0.5, 12);
    expect(quotes.spread).toBeCloseTo(0.1 * 4 * 0.5 + 20 * Math.log(1 + 0.1 / 1.5), 12);
    expect(quotes.bid).toBeCloseTo(99.4 - quotes.spread / 2, 12);
    expect(quotes.ask).toBeCloseTo(99.4 + quotes.spread / 2, 12);
  });

  it("reads S2's example, BTC at 2 % an hour, in one unit instead of three: 1.41 % wide and not 131 % (A4)", () => {
    // As printed: sigma a fraction of the price, gamma and k the paper's, whose price of 100 makes
    // them figures per percent.
    const quotes = (
      over: Pick<AvellanedaStoikovInput, 'sigma'> & Partial<AvellanedaStoikovInput>,
      unit = 1,
    ): AvellanedaStoikovQuotes =>
      avellanedaStoikov({
        mid: 0,
        inventory: 1,
        gamma: 0.05 / unit,
        k: 1.5 / unit,
        timeLeft: 0.5,
        ...over,
      });
    const mixed = quotes({ mid: 65_000, inventory: 0, sigma: 0.02 });
    expect(mixed.spread).toBeCloseTo(1.3116, 4);
    const percent = quotes({ sigma: 2 });
    const bps = quotes({ sigma: 200 }, 100);
    const dollars = quotes({ mid: 65_000, sigma: 1300 }, 650);
    expect(percent.spread).toBeCloseTo(0.1 + 1.3116, 4);
    expect(bps.spread).toBeCloseTo(100 * percent.spread, 9);
    expect(dollars.spread).toBeCloseTo(650 * percent.spread, 9);
    // What S2's code never computes: one unit held moves the middle down by 0.1 %, 65 dollars.
    expect(percent.reservationPrice).toBeCloseTo(-0.1, 12);
    expect(bps.reservationPrice).toBeCloseTo(-10, 9);
    expect(dollars.reservationPrice).toBeCloseTo(64_935, 9);
    expect(dollars.bid).toBeCloseTo(64_935 - 325 * percent.spread, 8);
  });

  it('reaches the spread 2/k, and the mid, without a jump as gamma falls to 0 (A4)', () => {
    const at = (gamma: number): number =>
      avellanedaStoikov({ ...PAPER, inventory: 5, gamma }).spread;
    expect(at(0)).toBe(2 / 1.5);
    for (const gamma of [1e-300, 1e-18, 1e-15, 1e-12])
      expect(Math.abs(at(gamma) - at(0))).toBeLessThan(1e-11);
    expect(at(1e-12) - at(0)).toBeCloseTo(1e-12 * 4 - 1e-12 / 1.5 ** 2, 14);
    expect(avellanedaStoikov({ ...PAPER, inventory: 5, gamma: 0 }).reservationPrice).toBe(100);
  });

  it('asks nothing for waiting when trades are all at the mid, and nothing for risk when there is none (A4)', () => {
    expect(avellanedaStoikov({ ...PAPER, k: 1e300 }).spread).toBeCloseTo(0.4, 14);
    expect(avellanedaStoikov({ ...PAPER, sigma: 0, inventory: 9 })).toMatchObject({
      reservationPrice: 100,
      spread: 2 * arrivalPremium(0.1, 1.5),
    });
  });

  it('counts no time left, or less than none, as none (A4)', () => {
    expect(avellanedaStoikov({ ...PAPER, timeLeft: -7 })).toEqual(
      avellanedaStoikov({ ...PAPER, timeLeft: 0 }),
    );
    expect(avellanedaStoikov({ ...PAPER, inventory: 4, timeLeft: 0 }).reservationPrice).toBe(100);
  });

  it('is finite and never crossed for every valid input, and rises against inventory, volatility and time (A4)', () => {
    fc.assert(
      fc.property(anyInput, between(0, 10), (input, more) => {
        const quotes = avellanedaStoikov(input);
        for (const figure of Object.values(quotes)) expect(figure).toSatisfy(Number.isFinite);
        expect(quotes.bid).toBeLessThanOrEqual(quotes.ask);
        expect(
          avellanedaStoikov({ ...input, inventory: input.inventory + more }).bid,
        ).toBeLessThanOrEqual(quotes.bid);
        expect(
          avellanedaStoikov({ ...input, sigma: input.sigma + more }).spread,
        ).toBeGreaterThanOrEqual(quotes.spread);
        expect(
          avellanedaStoikov({ ...input, timeLeft: input.timeLeft + more }).spread,
        ).toBeGreaterThanOrEqual(quotes.spread);
        expect(avellanedaStoikov({ ...input, k: input.k * (1 + more) }).spread).toBeLessThanOrEqual(
          quotes.spread * (1 + 1e-12),
        );
        expect(Math.sign(quotes.reservationPrice - input.mid)).toSatisfy(
          (sign) => sign === 0 || sign === -Math.sign(input.inventory),
        );
      }),
    );
  });

  it('treats long and short alike, and prices in any unit (A4)', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const offsets = avellanedaStoikov({ ...input, mid: 0 });
        const mirrored = avellanedaStoikov({ ...input, mid: 0, inventory: -input.inventory });
        expect(mirrored.bid).toBeCloseTo(-offsets.ask, 9);
        const { mid, sigma, gamma, k } = input;
        const thousandfold = avellanedaStoikov({
          ...input,
          mid: mid * 1000,
          sigma: sigma * 1000,
          gamma: gamma / 1000,
          k: k / 1000,
        });
        const quotes = avellanedaStoikov(input);
        expect(Math.abs(thousandfold.bid - 1000 * quotes.bid)).toBeLessThanOrEqual(
          1e-9 * (Math.abs(1000 * quotes.bid) + mid + thousandfold.spread),
        );
      }),
    );
  });

  it.each(['mid', 'inventory', 'sigma', 'gamma', 'k', 'timeLeft'] as const)(
    'names %s when it is not a number (A4)',
    (name) => {
      for (const value of [NaN, Infinity])
        expect(() => avellanedaStoikov({ ...PAPER, [name]: value })).toThrow(
          new RegExp(`^${name} must be`),
        );
    },
  );

  it('refuses what cannot be: negative risk or volatility, a decay of zero, and figures beyond a double (A4)', () => {
    for (const wrong of [{ sigma: -1 }, { gamma: -1 }, { k: 0 }, { k: -1 }, { sigma: 1e200 }])
      expect(() => avellanedaStoikov({ ...PAPER, ...wrong })).toThrow(InvariantError);
  });
});
