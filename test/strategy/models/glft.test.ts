import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  glft,
  glftEigenvector,
  type GlftInput,
  type GlftOffsets,
} from '#shared/strategy/models/glft.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { both, FORMS, inputsWithin, MARKET } from './glft-markets.ts';

const swapped = ({ bidOffset, askOffset }: GlftOffsets): GlftOffsets => ({
  bidOffset: askOffset,
  askOffset: bidOffset,
});

describe('GLFT, behaviour', () => {
  it('has closed and exact agree near zero inventory, with and without drift, and more so the nearer to the continuum (A5)', () => {
    for (const drift of [0, 0.05, -0.2]) {
      for (const inventory of [-2, -0.5, 0, 1, 2]) {
        const input = { ...MARKET, sigma: 0.5, maxInventory: 100, drift, inventory };
        const [closed, exact] = [
          both({ ...input, form: 'closed' }),
          both({ ...input, form: 'exact' }),
        ];
        expect(Math.abs(closed[0] - exact[0])).toBeLessThan(1e-3);
        expect(Math.abs(closed[1] - exact[1])).toBeLessThan(1e-3);
      }
    }
  });

  it('moves both quotes up when holding is expected to pay, by drift / (gamma sigma^2) of a skew step in the closed form (A5)', () => {
    const bidAt = (over: Partial<GlftInput>): number =>
      both({ ...MARKET, inventory: 0, form: 'closed', ...over })[0];
    const step = bidAt({ inventory: 1 }) - bidAt({});
    expect(bidAt({ drift: 0.8 })).toBeCloseTo(bidAt({}) - 2 * step, 12);
    fc.assert(
      fc.property(inputsWithin(0.9), between(0, 5), (input, more) => {
        const [before, after] = [both(input), both({ ...input, drift: input.drift + more })];
        const tolerance = 1e-9 * (1 + Math.abs(before[0]) + Math.abs(before[1]));
        expect(after[0]).toBeLessThanOrEqual(before[0] + tolerance);
        expect(after[1]).toBeGreaterThanOrEqual(before[1] - tolerance);
      }),
    );
    for (const form of FORMS) {
      const [flat, paid] = [
        both({ ...MARKET, inventory: 0, form }),
        both({ ...MARKET, inventory: 0, drift: 0.01, form }),
      ];
      expect(paid[0]).toBeLessThan(flat[0]);
      expect(paid[1]).toBeGreaterThan(flat[1]);
    }
  });

  it('swaps bid and ask, to the last bit, when position and drift change sign (A5)', () => {
    fc.assert(
      fc.property(inputsWithin(1.2), (input) => {
        const inventory = -input.inventory;
        const mirrored = glft({ ...input, inventory, drift: -input.drift });
        expect(mirrored).toEqual(swapped(glft(input)));
        const still = { ...input, drift: 0 };
        expect(glft({ ...still, inventory })).toEqual(swapped(glft(still)));
      }),
    );
  });

  it('moves both quotes down as inventory grows, and is finite for every valid input (A5)', () => {
    fc.assert(
      fc.property(inputsWithin(1.5), between(0, 2), (input, more) => {
        const here = glft(input);
        const longer = glft({ ...input, inventory: input.inventory + more });
        for (const offset of [here.bidOffset ?? 0, here.askOffset ?? 0])
          expect(offset).toSatisfy(Number.isFinite);
        expect(here.bidOffset ?? here.askOffset).toBeDefined();
        const tolerance =
          1e-9 * (1 + Math.abs(here.bidOffset ?? 0) + Math.abs(here.askOffset ?? 0));
        expect(longer.bidOffset ?? Infinity).toBeGreaterThanOrEqual(
          (here.bidOffset ?? Infinity) - tolerance,
        );
        expect(longer.askOffset ?? -Infinity).toBeLessThanOrEqual(
          (here.askOffset ?? Infinity) + tolerance,
        );
      }),
    );
  });

  it('widens with volatility and is the same in any unit of price and of time (A5)', () => {
    fc.assert(
      fc.property(inputsWithin(0.9), between(0, 2), (input, more) => {
        const { sigma, gamma, k, drift, arrivalRate } = input;
        const [bid, ask] = both(input);
        const tolerance = 1e-8 * (1 + Math.abs(bid) + Math.abs(ask));
        const calm = both({ ...input, inventory: 0, drift: 0 });
        const wild = both({ ...input, inventory: 0, drift: 0, sigma: sigma * (1 + more) });
        expect(wild[0]).toBeGreaterThanOrEqual(calm[0] - tolerance);
        const dearer = both({
          ...input,
          sigma: sigma * 1000,
          gamma: gamma / 1000,
          k: k / 1000,
          drift: drift * 1000,
        });
        expect(Math.abs(dearer[0] / 1000 - bid)).toBeLessThanOrEqual(tolerance);
        const hourly = both({
          ...input,
          sigma: sigma * 60,
          drift: drift * 3600,
          arrivalRate: arrivalRate * 3600,
        });
        expect(Math.abs(hourly[1] - ask)).toBeLessThanOrEqual(tolerance);
      }),
    );
  });

  it.each(FORMS)(
    'has no quote on the side that would grow a position at its bound: %s (A5)',
    (form) => {
      const input = { ...MARKET, maxInventory: 4, form };
      const [long, short] = [glft({ ...input, inventory: 4 }), glft({ ...input, inventory: -4 })];
      expect(long.bidOffset).toBeUndefined();
      expect(long.askOffset).toBeLessThan(both({ ...input, inventory: 3 })[1]);
      expect(glft({ ...input, inventory: 9 }).bidOffset).toBeUndefined();
      expect(short.askOffset).toBeUndefined();
      expect(short.bidOffset).toBe(long.askOffset);
      expect(both({ ...input, inventory: 3.9 })[0]).toBeGreaterThan(
        both({ ...input, inventory: 3 })[0],
      );
    },
  );

  it('goes linearly between whole positions in the exact form, and uses the whole units of the bound (A5)', () => {
    const input = { ...MARKET, maxInventory: 4.7, form: 'exact' } as const;
    const [low, high] = [both({ ...input, inventory: 1 }), both({ ...input, inventory: 2 })];
    expect(both({ ...input, inventory: 1.25 })[0]).toBeCloseTo(0.75 * low[0] + 0.25 * high[0], 12);
    expect(both({ ...input, inventory: 1 })).toEqual(
      both({ ...input, maxInventory: 4, inventory: 1 }),
    );
    expect(both({ ...input, maxInventory: 1, inventory: 0 })[0]).toBeCloseTo(
      both({ ...input, maxInventory: 1, inventory: 0 })[1],
      12,
    );
  });

  it('solves once for the same figures and anew when one changes (A5)', () => {
    const solved = glftEigenvector({ ...MARKET, drift: 0.1 });
    expect(glftEigenvector({ ...MARKET, drift: 0.1 }, solved)).toBe(solved);
    expect(JSON.parse(JSON.stringify(solved))).toEqual(solved);
    for (const changed of [{ sigma: 2.1 }, { drift: 0.2 }, { drift: -0.1 }, { maxInventory: 29 }]) {
      const market = { ...MARKET, drift: 0.1, ...changed };
      expect(glftEigenvector(market, solved)).not.toBe(solved);
      const input = { ...market, inventory: 2, form: 'exact' } as const;
      expect(glft(input, solved)).toEqual(glft(input));
    }
  });

  it('stays within reason where the closed form would lean without bound: no volatility, no risk aversion (A5)', () => {
    const closed = (over: Partial<GlftInput>) =>
      both({ ...MARKET, inventory: 0, form: 'closed', ...over });
    expect(closed({ sigma: 0, drift: 5 })).toEqual(closed({ sigma: 0 }));
    const step = closed({ inventory: 1 })[0] - closed({})[0];
    expect(closed({ drift: 1e9 })[0]).toBeCloseTo(closed({})[0] - 30 * step, 9);
    expect(closed({ gamma: 0 })).toEqual([1 / 1.5, 1 / 1.5]);
    const free = closed({ gamma: 0, sigma: 0, drift: 5, form: 'exact' });
    expect(free[0]).toBeLessThan(1 / 1.5);
  });
});
