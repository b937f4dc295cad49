import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { arrivalPremium } from '#shared/strategy/models/arrival-premium.ts';
import {
  avellanedaStoikov,
  avellanedaStoikovInfinite,
  type AvellanedaStoikovInput,
  type InfiniteHorizonInput,
} from '#shared/strategy/models/avellaneda-stoikov.ts';

const PAPER: AvellanedaStoikovInput = {
  mid: 100,
  inventory: 0,
  sigma: 2,
  gamma: 0.1,
  k: 1.5,
  timeLeft: 1,
};
const positive = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true });
const anyInput = fc.record({
  mid: positive(0, 1e6),
  inventory: positive(-100, 100),
  sigma: positive(0, 1e4),
  gamma: positive(0, 10),
  k: positive(1e-6, 1e6),
  timeLeft: positive(-10, 1e5),
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
    const mixed = avellanedaStoikov({
      mid: 65_000,
      inventory: 0,
      sigma: 0.02,
      gamma: 0.05,
      k: 1.5,
      timeLeft: 0.5,
    });
    expect(mixed.spread).toBeCloseTo(1.3116, 4);
    const percent = avellanedaStoikov({
      mid: 0,
      inventory: 1,
      sigma: 2,
      gamma: 0.05,
      k: 1.5,
      timeLeft: 0.5,
    });
    const bps = avellanedaStoikov({
      mid: 0,
      inventory: 1,
      sigma: 200,
      gamma: 0.05 / 100,
      k: 1.5 / 100,
      timeLeft: 0.5,
    });
    const dollars = avellanedaStoikov({
      mid: 65_000,
      inventory: 1,
      sigma: 1300,
      gamma: 0.05 / 650,
      k: 1.5 / 650,
      timeLeft: 0.5,
    });
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
      fc.property(anyInput, positive(0, 10), (input, more) => {
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

describe('Avellaneda-Stoikov, infinite horizon', () => {
  const INPUT: InfiniteHorizonInput = {
    mid: 100,
    inventory: 0,
    sigma: 2,
    gamma: 0.1,
    k: 1.5,
    maxInventory: 5,
  };
  const ends = (input: InfiniteHorizonInput): readonly [number, number] => {
    const { bid, ask } = avellanedaStoikovInfinite(input);
    if (bid === undefined || ask === undefined) throw new Error('a side is missing');
    return [bid, ask];
  };

  it('leaves the utility as it is when a unit is bought or sold at the indifference prices (A4)', () => {
    const omega = (0.1 ** 2 * 2 ** 2 * 6 ** 2) / 2;
    /** The integral of exp(-omega t) E[-exp(-gamma (x + q S_t))] over all t. */
    const utility = (cash: number, inventory: number): number =>
      (-2 * Math.exp(-0.1 * (cash + inventory * 100))) /
      (2 * omega - 0.1 ** 2 * inventory ** 2 * 4);
    const premium = 10 * Math.log(1 + 0.1 / 1.5);
    for (const inventory of [-4, -2.5, 0, 1, 4]) {
      const [bid, ask] = ends({ ...INPUT, inventory });
      const [buy, sell] = [bid + premium, ask - premium];
      const now = utility(-inventory * 100, inventory);
      expect(utility(-inventory * 100 - buy, inventory + 1) / now).toBeCloseTo(1, 10);
      expect(utility(-inventory * 100 + sell, inventory - 1) / now).toBeCloseTo(1, 10);
      const { reservationPrice } = avellanedaStoikovInfinite({ ...INPUT, inventory });
      expect(
        utility(-inventory * 100 - 1e-6 * reservationPrice, inventory + 1e-6) / now,
      ).toBeCloseTo(1, 10);
    }
  });

  it("agrees with the paper's bid: s + ln(1 + (-1 - 2q) / ((Q + 1)^2 - q^2)) / gamma (A4)", () => {
    for (const inventory of [-5, -1, 0, 2, 4]) {
      const { bid } = avellanedaStoikovInfinite({ ...INPUT, inventory });
      expect(bid).toBeCloseTo(
        100 +
          10 * Math.log(1 + (-1 - 2 * inventory) / (36 - inventory ** 2)) -
          10 * Math.log(1 + 0.1 / 1.5),
        10,
      );
    }
  });

  it('buys nothing more at the bound nor sells at the other, and quotes the other side finitely (A4)', () => {
    const long = avellanedaStoikovInfinite({ ...INPUT, inventory: 5 });
    expect(long).toMatchObject({ bid: undefined, spread: undefined });
    expect(long.ask).toBeLessThan(100);
    expect(avellanedaStoikovInfinite({ ...INPUT, inventory: 50 })).toEqual(long);
    const short = avellanedaStoikovInfinite({ ...INPUT, inventory: -5 });
    expect(short).toMatchObject({ ask: undefined, spread: undefined });
    expect(short.bid).toBeCloseTo(200 - (long.ask ?? 0), 10);
    expect(long.reservationPrice + short.reservationPrice).toBeCloseTo(200, 10);
  });

  it('is the finite horizon of 1 / omega when that is short (A4)', () => {
    const finite = avellanedaStoikov({ ...PAPER, inventory: 3, timeLeft: 1 / 5000 });
    const infinite = avellanedaStoikovInfinite({ ...INPUT, inventory: 3, omega: 5000 });
    expect(infinite.reservationPrice).toBeCloseTo(finite.reservationPrice, 7);
    expect(infinite.bid).toBeCloseTo(finite.bid, 7);
    expect(infinite.spread).toBeCloseTo(finite.spread, 7);
    expect(avellanedaStoikovInfinite({ ...INPUT, gamma: 1e-9, omega: 1 }).spread).toBeCloseTo(
      2 / 1.5,
      7,
    );
  });

  it('takes an omega that is just enough, and names one that is not (A4)', () => {
    const [gamma, sigma] = [0.07, 1.3];
    const input = { ...INPUT, gamma, sigma, inventory: 4.5, maxInventory: 7 };
    const omega = (gamma ** 2 * sigma ** 2 * 8 ** 2) / 2;
    expect(ends({ ...input, omega })[0]).toBeCloseTo(ends(input)[0], 6);
    expect(() => avellanedaStoikovInfinite({ ...input, omega: omega * 0.99 })).toThrow(
      /^omega must be at least/,
    );
    expect(() => avellanedaStoikovInfinite({ ...input, omega: 0 })).toThrow(/^omega must be/);
  });

  it('is finite, symmetric and falls with inventory wherever it quotes (A4)', () => {
    const input = fc.record({
      mid: fc.constant(0),
      sigma: positive(1e-3, 100),
      gamma: positive(1e-6, 10),
      k: positive(1e-3, 1e3),
      maxInventory: positive(1, 500),
    });
    fc.assert(
      fc.property(input, positive(-1, 1), positive(0, 1), (market, share, further) => {
        const inventory = share * market.maxInventory;
        const here = avellanedaStoikovInfinite({ ...market, inventory });
        const mirrored = avellanedaStoikovInfinite({ ...market, inventory: -inventory });
        const more = avellanedaStoikovInfinite({ ...market, inventory: inventory + further });
        for (const figure of [here.reservationPrice, here.bid ?? 0, here.ask ?? 0])
          expect(figure).toSatisfy(Number.isFinite);
        expect(here.bid ?? here.ask).toBeDefined();
        expect(mirrored.ask === undefined).toBe(here.bid === undefined);
        expect(mirrored.ask ?? 0).toBeCloseTo(-(here.bid ?? 0), 9);
        expect(more.reservationPrice).toBeLessThanOrEqual(here.reservationPrice);
        expect(more.bid ?? -Infinity).toBeLessThanOrEqual(here.bid ?? -Infinity);
        if (here.spread !== undefined) expect(here.spread).toBeGreaterThan(0);
      }),
    );
  });

  it.each(['mid', 'inventory', 'sigma', 'gamma', 'k', 'maxInventory', 'omega'] as const)(
    'names %s when it is not a number (A4)',
    (name) => {
      expect(() => avellanedaStoikovInfinite({ ...INPUT, [name]: NaN })).toThrow(
        new RegExp(`^${name} must be`),
      );
    },
  );
});
