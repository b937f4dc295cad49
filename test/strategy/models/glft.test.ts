import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import {
  glft,
  glftCoefficients,
  glftEigenvector,
  type GlftInput,
  type GlftMarket,
  type GlftOffsets,
} from '#shared/strategy/models/glft.ts';
import { glftGroundState } from '#shared/strategy/models/glft-ground-state.ts';

/**
 * The paper's figures 1-3 and the parameters of Avellaneda and Stoikov; exact bid offsets for q =
 * -3 .. 3, computed elsewhere to six digits.
 */
const CASES = [
  {
    market: { sigma: 0.3, arrivalRate: 0.9, k: 0.3, gamma: 0.01, maxInventory: 30 },
    base: 3.278982282299097,
    step: 0.0678658325308838,
    exact: [3.108685, 3.176796, 3.244919, 3.313045, 3.381168, 3.44928, 3.517374],
  },
  {
    market: { sigma: 0.4, arrivalRate: 0.9, k: 0.3, gamma: 0.01, maxInventory: 30 },
    base: 3.278982282299097,
    step: 0.09048777670784508,
    exact: [3.051646, 3.142563, 3.233506, 3.324458, 3.415401, 3.506318, 3.597193],
  },
  {
    market: { sigma: 1, arrivalRate: 0.2, k: 0.3, gamma: 0.01, maxInventory: 30 },
    base: 3.278982282299097,
    step: 0.47988390393458535,
    exact: [2.052776, 2.540419, 3.032313, 3.525651, 4.017546, 4.505189, 4.985996],
  },
  {
    market: { sigma: 2, arrivalRate: 140, k: 1.5, gamma: 0.1, maxInventory: 30 },
    base: 0.6453852113757116,
    step: 0.051717216121965996,
    exact: [0.514383, 0.5667, 0.619143, 0.671628, 0.72407, 0.776387, 0.828496],
  },
  {
    market: { sigma: 0.3, arrivalRate: 0.9, k: 0.3, gamma: 0.01, maxInventory: 10 },
    base: 3.278982282299097,
    step: 0.0678658325308838,
    exact: [3.050819, 3.144244, 3.234406, 3.323558, 3.413721, 3.507146, 3.606869],
  },
] as const;

const MARKET: GlftMarket = { ...CASES[3].market, drift: 0 };
const FORMS = ['closed', 'exact'] as const;

const positive = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true });
const anyMarket = fc.record({
  sigma: positive(0, 100),
  gamma: positive(0, 5),
  k: positive(1e-3, 100),
  arrivalRate: positive(1e-3, 1e4),
  maxInventory: positive(1, 60),
  drift: positive(-10, 10),
});
const anyForm = fc.constantFrom(...FORMS);

/** Both offsets of an input that is known to be inside its bound. */
function both(input: GlftInput): readonly [number, number] {
  const { bidOffset, askOffset } = glft(input);
  if (bidOffset === undefined || askOffset === undefined) throw new Error('a side is missing');
  return [bidOffset, askOffset];
}

const swapped = ({ bidOffset, askOffset }: GlftOffsets): GlftOffsets => ({
  bidOffset: askOffset,
  askOffset: bidOffset,
});

describe('GLFT against published figures', () => {
  it.each(CASES)('gives the closed form for $market to 1e-9 (A5)', ({ market, base, step }) => {
    for (let inventory = -3; inventory <= 3; inventory += 1) {
      const [bid, ask] = both({ ...market, drift: 0, inventory, form: 'closed' });
      expect(Math.abs(bid - (base + ((2 * inventory + 1) / 2) * step))).toBeLessThan(1e-9);
      expect(Math.abs(ask - (base - ((2 * inventory - 1) / 2) * step))).toBeLessThan(1e-9);
    }
  });

  it.each(CASES)('gives the exact form for $market to 1e-6 (A5)', ({ market, exact }) => {
    exact.forEach((expected, index) => {
      expect(
        Math.abs(both({ ...market, drift: 0, inventory: index - 3, form: 'exact' })[0] - expected),
      ).toBeLessThan(1e-6);
      expect(
        Math.abs(both({ ...market, drift: 0, inventory: 3 - index, form: 'exact' })[1] - expected),
      ).toBeLessThan(1e-6);
    });
  });

  it("gives hftbacktest's constants, half-spread and skew to 1e-9 (A5)", () => {
    const sigma = 10.69;
    const market = { gamma: 0.05, k: 0.04235741115084049, arrivalRate: 2.986162360812285 };
    const { c1, c2 } = glftCoefficients({ ...market, xi: 0.05, delta: 1 });
    expect(Math.abs(c1 - 15.590451013297573)).toBeLessThan(1e-9);
    expect(Math.abs(c2 - 0.9133085734604556)).toBeLessThan(1e-9);
    expect(Math.abs(c1 + (sigma * c2) / 2 - 20.47208533844371)).toBeLessThan(1e-9);
    expect(Math.abs(sigma * c2 - 9.76326865029227)).toBeLessThan(1e-9);
    const [bid, ask] = both({
      ...market,
      sigma,
      drift: 0,
      maxInventory: 10,
      inventory: 1,
      form: 'closed',
    });
    expect((bid + ask) / 2).toBeCloseTo(20.47208533844371, 9);
    expect((bid - ask) / 2).toBeCloseTo(9.76326865029227, 9);
  });

  it('gives the general coefficients for larger orders and for mean-variance (A5)', () => {
    const { c1, c2 } = glftCoefficients({
      gamma: 0.1,
      xi: 0.2,
      delta: 3,
      k: 1.5,
      arrivalRate: 140,
    });
    expect(c1).toBeCloseTo((1 / 0.6) * Math.log(1 + 0.6 / 1.5), 12);
    expect(c2).toBeCloseTo(
      Math.sqrt((0.1 / (2 * 140 * 3 * 1.5)) * (1 + 0.6 / 1.5) ** (1.5 / 0.6 + 1)),
      12,
    );
    const neutral = glftCoefficients({ gamma: 0.1, xi: 0, delta: 1, k: 1.5, arrivalRate: 140 });
    expect(neutral.c1).toBe(1 / 1.5);
    expect(neutral.c2).toBeCloseTo(Math.sqrt((0.1 * Math.E) / (2 * 140 * 1.5)), 12);
  });
});

describe('GLFT, from first principles', () => {
  const NO_QUOTE = { offset: 99, value: 0 };

  /**
   * The largest value of (A exp(-k d) / gamma) (1 - exp(-gamma (d + gain))) over d, by ternary
   * search.
   */
  function bestQuote(
    { arrivalRate, k, gamma }: GlftMarket,
    gain: number,
  ): { readonly offset: number; readonly value: number } {
    const value = (offset: number): number =>
      ((arrivalRate * Math.exp(-k * offset)) / gamma) * (1 - Math.exp(-gamma * (offset + gain)));
    let [low, high] = [-gain, -gain + 20];
    for (let step = 0; step < 200; step += 1) {
      const [left, right] = [low + (high - low) / 3, high - (high - low) / 3];
      if (value(left) < value(right)) low = left;
      else high = right;
    }
    return { offset: low, value: value(low) };
  }

  it.each([0, 0.3, -0.3, 4])(
    'solves the stationary control problem with drift %d: the same growth at every inventory (A5)',
    (drift) => {
      const market = { ...MARKET, sigma: 1.3, gamma: 0.4, arrivalRate: 3, maxInventory: 5, drift };
      const { logRatios, falling } = glftEigenvector(market);
      const steps = falling ? logRatios.toReversed().map((ratio) => -ratio) : logRatios;
      /** The certainty equivalent of holding q, theta = ln f(q) / k. */
      const theta = [0];
      for (const ratio of steps) theta.push((theta.at(-1) ?? 0) - ratio / market.k);
      const growths = theta.map((here, index) => {
        const inventory = index - 5;
        const [above, below] = [theta[index + 1], theta[index - 1]];
        const buy = above === undefined ? NO_QUOTE : bestQuote(market, above - here);
        const sell = below === undefined ? NO_QUOTE : bestQuote(market, below - here);
        const quotes = glft({ ...market, inventory, form: 'exact' });
        expect(quotes.bidOffset ?? NO_QUOTE.offset).toBeCloseTo(buy.offset, 6);
        expect(quotes.askOffset ?? NO_QUOTE.offset).toBeCloseTo(sell.offset, 6);
        return (
          drift * inventory -
          (market.gamma * market.sigma ** 2 * inventory ** 2) / 2 +
          buy.value +
          sell.value
        );
      });
      for (const growth of growths) expect(growth).toBeCloseTo(growths[5] ?? NaN, 9);
    },
  );

  it('finds the eigenvector that repeated multiplication finds (A5)', () => {
    const matrix = fc.record({
      curvature: positive(0, 3),
      tilt: positive(0, 5),
      maxInventory: fc.integer({ min: 1, max: 6 }),
    });
    fc.assert(
      fc.property(matrix, ({ curvature, tilt, maxInventory }) => {
        const diagonal = (index: number): number =>
          curvature * (index - maxInventory) ** 2 - tilt * (index - maxInventory);
        const shift = 2 + Math.max(diagonal(0), diagonal(2 * maxInventory), 0);
        let vector = Array.from({ length: 2 * maxInventory + 1 }, () => 1);
        for (let step = 0; step < 6000; step += 1) {
          const next = vector.map(
            (own, index) =>
              (shift - diagonal(index)) * own + (vector[index - 1] ?? 0) + (vector[index + 1] ?? 0),
          );
          const largest = Math.max(...next);
          vector = next.map((value) => value / largest);
        }
        const { logRatios } = glftGroundState(curvature, tilt, maxInventory);
        logRatios.forEach((ratio, index) =>
          expect(ratio).toBeCloseTo(
            Math.log((vector[index] ?? NaN) / (vector[index + 1] ?? NaN)),
            6,
          ),
        );
      }),
      { numRuns: 40 },
    );
  });

  it('finds the cosine of a flat bottom, however wide, and a wall far away (A5)', () => {
    for (const maxInventory of [1, 30, 1000]) {
      const angle = (q: number): number => Math.cos((Math.PI * q) / (2 * maxInventory + 2));
      const { logRatios } = glftGroundState(0, 0, maxInventory);
      logRatios.forEach((ratio, index) => {
        const q = index - maxInventory;
        expect(ratio).toBeCloseTo(Math.log(angle(q) / angle(q + 1)), 8);
      });
    }
    // So weak a pull to one side that a guess at the wall is too high and must be halved back.
    const leaning = glftGroundState(0, 1e-13, 500).logRatios;
    expect(leaning[499]).toBeCloseTo(glftGroundState(0, 0, 500).logRatios[499] ?? NaN, 6);
  });

  it('keeps its ratios where the eigenvector itself is too small for a double (A5)', () => {
    const { logRatios } = glftGroundState(1e4, 0, 300);
    expect(logRatios.reduce((sum, ratio) => sum + Math.abs(ratio), 0)).toBeGreaterThan(4000);
    expect(logRatios[599]).toBeCloseTo(Math.log(1e4 * 300 ** 2), 3);
  });
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
    const step =
      both({ ...MARKET, inventory: 1, form: 'closed' })[0] -
      both({ ...MARKET, inventory: 0, form: 'closed' })[0];
    const moved = both({ ...MARKET, inventory: 0, drift: 0.8, form: 'closed' })[0];
    expect(moved).toBeCloseTo(both({ ...MARKET, inventory: 0, form: 'closed' })[0] - 2 * step, 12);
    fc.assert(
      fc.property(
        anyMarket,
        anyForm,
        positive(-0.9, 0.9),
        positive(0, 5),
        (market, form, share, more) => {
          const input = { ...market, form, inventory: share * market.maxInventory };
          const [before, after] = [both(input), both({ ...input, drift: market.drift + more })];
          const tolerance = 1e-9 * (1 + Math.abs(before[0]) + Math.abs(before[1]));
          expect(after[0]).toBeLessThanOrEqual(before[0] + tolerance);
          expect(after[1]).toBeGreaterThanOrEqual(before[1] - tolerance);
        },
      ),
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
      fc.property(anyMarket, anyForm, positive(-1.2, 1.2), (market, form, share) => {
        const inventory = share * market.maxInventory;
        const mirrored = glft({ ...market, form, inventory: -inventory, drift: -market.drift });
        expect(mirrored).toEqual(swapped(glft({ ...market, form, inventory })));
        const still = { ...market, form, drift: 0 };
        expect(glft({ ...still, inventory: -inventory })).toEqual(
          swapped(glft({ ...still, inventory })),
        );
      }),
    );
  });

  it('moves both quotes down as inventory grows, and is finite for every valid input (A5)', () => {
    fc.assert(
      fc.property(
        anyMarket,
        anyForm,
        positive(-1.5, 1.5),
        positive(0, 2),
        (market, form, share, more) => {
          const input = { ...market, form, inventory: share * market.maxInventory };
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
        },
      ),
    );
  });

  it('widens with volatility and is the same in any unit of price and of time (A5)', () => {
    fc.assert(
      fc.property(
        anyMarket,
        anyForm,
        positive(-0.9, 0.9),
        positive(0, 2),
        (market, form, share, more) => {
          const input = { ...market, form, inventory: share * market.maxInventory };
          const [bid, ask] = both(input);
          const tolerance = 1e-8 * (1 + Math.abs(bid) + Math.abs(ask));
          const calm = both({ ...input, inventory: 0, drift: 0 });
          const wild = both({ ...input, inventory: 0, drift: 0, sigma: market.sigma * (1 + more) });
          expect(wild[0]).toBeGreaterThanOrEqual(calm[0] - tolerance);
          const { sigma, gamma, k, drift, arrivalRate } = market;
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
        },
      ),
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
    const input = { ...MARKET, inventory: 0, maxInventory: 30 } as const;
    expect(both({ ...input, sigma: 0, drift: 5, form: 'closed' })).toEqual(
      both({ ...input, sigma: 0, form: 'closed' }),
    );
    const step =
      both({ ...input, inventory: 1, form: 'closed' })[0] - both({ ...input, form: 'closed' })[0];
    expect(both({ ...input, drift: 1e9, form: 'closed' })[0]).toBeCloseTo(
      both({ ...input, form: 'closed' })[0] - 30 * step,
      9,
    );
    expect(both({ ...input, gamma: 0, form: 'closed' })).toEqual([1 / 1.5, 1 / 1.5]);
    expect(both({ ...input, gamma: 0, sigma: 0, drift: 5, form: 'exact' })[0]).toBeLessThan(
      1 / 1.5,
    );
  });

  it.each(FORMS)('names what is not a number or not allowed: %s (A5)', (form) => {
    const input: GlftInput = { ...MARKET, inventory: 0, form };
    for (const name of ['inventory', 'sigma', 'gamma', 'k', 'arrivalRate', 'maxInventory', 'drift'])
      expect(() => glft({ ...input, [name]: NaN })).toThrow(new RegExp(`^${name} must be`));
    for (const wrong of [
      { sigma: -1 },
      { gamma: -1 },
      { k: 0 },
      { arrivalRate: 0 },
      { maxInventory: 0.5 },
      { k: 1e-320 },
    ])
      expect(() => glft({ ...input, ...wrong })).toThrow(InvariantError);
  });

  it('refuses to solve for more than a thousand units, or for figures beyond a double (A5)', () => {
    expect(() => glft({ ...MARKET, sigma: 1e300, inventory: 0, form: 'exact' })).toThrow(
      InvariantError,
    );
    expect(() => glft({ ...MARKET, maxInventory: 1001, inventory: 0, form: 'exact' })).toThrow(
      /^maxInventory must be at most 1000/,
    );
    expect(
      glft({ ...MARKET, maxInventory: 1e6, inventory: 0, form: 'closed' }).bidOffset,
    ).toBeGreaterThan(0);
    expect(
      glft({ ...MARKET, maxInventory: 1000, inventory: 0, form: 'exact' }).bidOffset,
    ).toBeCloseTo(
      glft({ ...MARKET, maxInventory: 100, inventory: 0, form: 'exact' }).bidOffset ?? 0,
      9,
    );
  });

  it.each([{ gamma: -1 }, { xi: -1 }, { delta: 0 }, { k: 0 }, { arrivalRate: 0 }])(
    'refuses coefficients for %o (A5)',
    (wrong) => {
      const name = Object.keys(wrong).join();
      expect(() =>
        glftCoefficients({ gamma: 0.1, xi: 0.1, delta: 1, k: 1, arrivalRate: 1, ...wrong }),
      ).toThrow(new RegExp(`^${name} must`));
    },
  );

  it('refuses coefficients beyond a double (A5)', () => {
    const input = { gamma: 0.1, xi: 0, delta: 1, k: 1, arrivalRate: 1 };
    expect(() => glftCoefficients({ ...input, gamma: 0, k: 1e-320 })).toThrow(/^c1 must/);
    expect(() => glftCoefficients({ ...input, gamma: 1e300, arrivalRate: 1e-100 })).toThrow(
      /^c2 must/,
    );
  });
});
