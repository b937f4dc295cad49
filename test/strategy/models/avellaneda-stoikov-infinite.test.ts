import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  avellanedaStoikov,
  avellanedaStoikovInfinite,
  type InfiniteHorizonInput,
} from '#shared/strategy/models/avellaneda-stoikov.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';

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
    const finite = avellanedaStoikov({ ...INPUT, inventory: 3, timeLeft: 1 / 5000 });
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
      sigma: between(1e-3, 100),
      gamma: between(1e-6, 10),
      k: between(1e-3, 1e3),
      maxInventory: between(1, 500),
    });
    fc.assert(
      fc.property(input, between(-1, 1), between(0, 1), (market, share, further) => {
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
