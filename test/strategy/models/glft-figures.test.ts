import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glftGroundState } from '#shared/strategy/models/glft-ground-state.ts';
import {
  glft,
  glftCoefficients,
  glftEigenvector,
  type GlftMarket,
} from '#shared/strategy/models/glft.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { both, MARKET } from './glft-markets.ts';

const RARE = { arrivalRate: 0.9, k: 0.3, gamma: 0.01 } as const;
const RARE_BASE = 3.278982282299097;

/**
 * The paper's figures 1-3 and the parameters of Avellaneda and Stoikov; exact bid offsets for q =
 * -3 .. 3, computed elsewhere to six digits.
 */
const CASES = [
  {
    market: { sigma: 0.3, ...RARE, maxInventory: 30 },
    base: RARE_BASE,
    step: 0.0678658325308838,
    exact: [3.108685, 3.176796, 3.244919, 3.313045, 3.381168, 3.44928, 3.517374],
  },
  {
    market: { sigma: 0.4, ...RARE, maxInventory: 30 },
    base: RARE_BASE,
    step: 0.09048777670784508,
    exact: [3.051646, 3.142563, 3.233506, 3.324458, 3.415401, 3.506318, 3.597193],
  },
  {
    market: { sigma: 1, arrivalRate: 0.2, k: 0.3, gamma: 0.01, maxInventory: 30 },
    base: RARE_BASE,
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
    market: { sigma: 0.3, ...RARE, maxInventory: 10 },
    base: RARE_BASE,
    step: 0.0678658325308838,
    exact: [3.050819, 3.144244, 3.234406, 3.323558, 3.413721, 3.507146, 3.606869],
  },
] as const;

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
      const at = (inventory: number) => both({ ...market, drift: 0, inventory, form: 'exact' });
      expect(Math.abs(at(index - 3)[0] - expected)).toBeLessThan(1e-6);
      expect(Math.abs(at(3 - index)[1] - expected)).toBeLessThan(1e-6);
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
    const input = { ...market, sigma, drift: 0, maxInventory: 10 };
    const [bid, ask] = both({ ...input, inventory: 1, form: 'closed' });
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
      curvature: between(0, 3),
      tilt: between(0, 5),
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
