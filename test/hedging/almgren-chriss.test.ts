import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExecutionProblem, optimalTrajectory } from '#shared/hedging/almgren-chriss.ts';

const DAY = 86_400;

/**
 * The example of Almgren and Chriss (2000), section 3.4: a million shares over five days, one trade
 * a day.
 */
const paper = (riskAversion: number): ExecutionProblem => ({
  from: 1e6,
  to: 0,
  slices: 5,
  intervalSeconds: DAY,
  sigmaPerSqrtSecond: 0.95 / Math.sqrt(DAY),
  temporaryImpact: 2.5e-6 * DAY,
  permanentImpact: 2.5e-7,
  fixedCost: 0.0625,
  riskAversion,
});

const objective = (problem: ExecutionProblem, holdings: readonly number[]): number => {
  const {
    from,
    to,
    intervalSeconds,
    sigmaPerSqrtSecond,
    temporaryImpact,
    permanentImpact,
    fixedCost,
    riskAversion,
  } = problem;
  let total = 0;
  for (const [index, held] of holdings.entries()) {
    const traded = (holdings[index - 1] ?? from) - held;
    const pricePaid = fixedCost + (temporaryImpact * traded) / intervalSeconds;
    total += traded * pricePaid + permanentImpact * held * traded;
    total += riskAversion * sigmaPerSqrtSecond ** 2 * intervalSeconds * (held ** 2 - to ** 2);
  }
  return total;
};

/**
 * Coordinate descent with shrinking steps over schedules that only reduce: slow, and knows no
 * formula.
 */
function bruteForce(problem: ExecutionProblem): readonly number[] {
  const { from, to, slices } = problem;
  const holdings = Array.from(
    { length: slices },
    (_, index) => from + ((to - from) * (index + 1)) / slices,
  );
  for (let step = from / 4; step > from * 1e-9; step /= 2) {
    for (let moved = true; moved;) {
      moved = false;
      // A block of neighbours moves together too, or the order of the holdings would pin them to
      // each other.
      for (let first = 0; first < slices - 1; first += 1) {
        for (let last = first; last < slices - 1; last += 1) {
          for (const change of [step, -step]) {
            const tried = holdings.map((held, index) =>
              index >= first && index <= last ? held + change : held,
            );
            const reduces = tried.every(
              (held, index) => held >= to - 1e-12 && held <= (tried[index - 1] ?? from) + 1e-12,
            );
            if (!reduces || objective(problem, tried) >= objective(problem, holdings) - 1e-13)
              continue;
            holdings.splice(0, slices, ...tried);
            moved = true;
          }
        }
      }
    }
  }
  return holdings;
}

const anyProblem = fc.record({
  from: fc.double({ min: 1, max: 1e6, noNaN: true }),
  kept: fc.double({ min: 0, max: 1, noNaN: true }),
  slices: fc.integer({ min: 1, max: 30 }),
  intervalSeconds: fc.double({ min: 0.1, max: 1000, noNaN: true }),
  sigmaPerSqrtSecond: fc.double({ min: 0, max: 0.1, noNaN: true }),
  temporaryImpact: fc.double({ min: 0, max: 1e-3, noNaN: true }),
  fixedCost: fc.double({ min: -1e-3, max: 1e-2, noNaN: true }),
  riskAversion: fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 1e3, noNaN: true })),
});

const problemOf = ({
  kept,
  ...rest
}: typeof anyProblem extends fc.Arbitrary<infer T> ? T : never): ExecutionProblem => ({
  ...rest,
  to: rest.from * kept,
  permanentImpact: 0,
});

describe('Almgren-Chriss trajectory', () => {
  it("reproduces the paper's example as the DROP library publishes it: half-life, expected cost and variance by risk aversion (B3)", () => {
    const published = [
      [0.001, 51.3, 0.6625, 1.0812],
      [0.002, 36.27, 0.6625, 1.0794],
      [0.003, 29.62, 0.6625, 1.0776],
      [0.004, 25.65, 0.6625, 1.0758],
      [0.005, 22.94, 0.6625, 1.074],
      [0.006, 20.94, 0.6625, 1.0722],
      [0.007, 19.39, 0.6625, 1.0704],
      [0.008, 18.14, 0.6626, 1.0687],
      [0.009, 17.1, 0.6626, 1.0669],
    ] as const;
    for (const [perMillion, halfLifeDays, millionUsd, millionSquared] of published) {
      const { halfLifeSeconds, expectedCost, variance } = optimalTrajectory(
        paper(perMillion * 1e-6),
      );
      expect(halfLifeSeconds! / DAY).toBeCloseTo(halfLifeDays, 2);
      expect(expectedCost / 1e6).toBeCloseTo(millionUsd, 4);
      expect(variance / 1e12).toBeCloseTo(millionSquared, 4);
    }
  });

  it('sells evenly without aversion to risk, at half gamma X^2 + epsilon X + eta X^2 / T (B3)', () => {
    const { trades, expectedCost, halfLifeSeconds } = optimalTrajectory(paper(0));
    for (const traded of trades) expect(traded).toBeCloseTo(200_000, 6);
    expect(expectedCost).toBeCloseTo(125_000 + 62_500 + 475_000, 6);
    expect(halfLifeSeconds).toBeUndefined();
  });

  it('sells everything at once when risk is all that counts, and when size costs nothing (B3)', () => {
    for (const urgent of [paper(1e6), { ...paper(1e-6), temporaryImpact: 0, permanentImpact: 0 }]) {
      const { trades, variance } = optimalTrajectory(urgent);
      expect(trades[0]).toBeCloseTo(1e6, 3);
      expect(variance).toBeCloseTo(0, 3);
    }
    expect(
      optimalTrajectory({ ...paper(0), temporaryImpact: 0, permanentImpact: 0 }).trades[4],
    ).toBeCloseTo(200_000, 6);
  });

  it('is what a search without formulas finds, with and without a part that is kept (B3)', () => {
    const base = {
      from: 100,
      slices: 4,
      intervalSeconds: 5,
      sigmaPerSqrtSecond: 0.01,
      temporaryImpact: 0.002,
      fixedCost: 0.001,
    };
    for (const permanentImpact of [0, 2e-4]) {
      for (const to of [0, 30, 80]) {
        for (const riskAversion of [0, 0.05, 1, 5]) {
          const problem = { ...base, to, permanentImpact, riskAversion };
          const { holdings, expectedCost, variance } = optimalTrajectory(problem);
          const found = bruteForce(problem);
          expect(objective(problem, holdings)).toBeLessThanOrEqual(
            objective(problem, found) + 1e-9,
          );
          for (const [index, held] of holdings.entries())
            expect(held).toBeCloseTo(found[index]!, 2);
          expect(expectedCost + riskAversion * variance).toBeCloseTo(
            objective(problem, holdings),
            9,
          );
        }
      }
    }
  });

  it('only ever reduces, ends at what is kept, and never leaves the larger trade for later, whatever the numbers (B3)', () => {
    fc.assert(
      fc.property(anyProblem, (drawn) => {
        const problem = problemOf(drawn);
        const { trades, holdings, expectedCost, variance } = optimalTrajectory(problem);
        expect(holdings.at(-1)).toBe(problem.to);
        expect(trades.reduce((sum, traded) => sum + traded, 0)).toBeCloseTo(
          problem.from - problem.to,
          4,
        );
        const dust = problem.from * 1e-9;
        for (const [index, traded] of trades.entries()) {
          expect(traded).toBeGreaterThanOrEqual(0);
          expect(traded).toBeLessThanOrEqual((trades[index - 1] ?? Infinity) + dust);
        }
        expect(Number.isFinite(expectedCost) && Number.isFinite(variance)).toBe(true);
        expect(variance).toBeGreaterThanOrEqual(0);
        for (const held of holdings) expect(held).toBeGreaterThanOrEqual(problem.to);
      }),
    );
  });

  it('costs more and risks less the more averse one is to risk (B3)', () => {
    fc.assert(
      fc.property(anyProblem, fc.double({ min: 1, max: 100, noNaN: true }), (drawn, times) => {
        const calm = optimalTrajectory(problemOf(drawn));
        const nervous = optimalTrajectory({
          ...problemOf(drawn),
          riskAversion: drawn.riskAversion * times,
        });
        const costScale = 1e-9 * (1 + Math.abs(calm.expectedCost) + Math.abs(nervous.expectedCost));
        expect(nervous.expectedCost).toBeGreaterThanOrEqual(calm.expectedCost - costScale);
        expect(nervous.variance).toBeLessThanOrEqual(calm.variance * (1 + 1e-9) + 1e-9);
      }),
    );
  });

  it('refuses what it has no answer for, naming the argument (B3)', () => {
    expect(() => optimalTrajectory({ ...paper(0), to: 2e6 })).toThrow(
      'to must be from 0 to 1000000',
    );
    expect(() => optimalTrajectory({ ...paper(0), slices: 2.5 })).toThrow('slices must be whole');
    expect(() => optimalTrajectory({ ...paper(0), riskAversion: Number.NaN })).toThrow(
      'riskAversion',
    );
    expect(() => optimalTrajectory({ ...paper(0), permanentImpact: 1 })).toThrow('temporaryImpact');
  });
});
