import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BetaHedgeProblem,
  type HedgeMarket,
  hedgeThroughBetas,
} from '#shared/hedging/beta-hedge.ts';

const other = (over: Partial<HedgeMarket> = {}): HedgeMarket => ({
  market: 'BTC-PERP',
  beta: 1.2,
  correlation: 0.95,
  costBps: 1,
  positionUsd: 0,
  roomUsd: 1e9,
  ...over,
});

const aProblem = (
  over: Partial<BetaHedgeProblem> = {},
  ...hedgeMarkets: readonly HedgeMarket[]
): BetaHedgeProblem => ({
  own: { market: 'ETH-PERP', positionUsd: 1000, costBps: 10 },
  fraction: 0.5,
  hedgeMarkets,
  leastCorrelation: 0.7,
  leastSaving: 0.2,
  ...over,
});

/**
 * w' Sigma w in units of the own variance, from the full matrix, with correlations among the others
 * as products.
 */
function varianceOf(problem: BetaHedgeProblem, trades: Readonly<Record<string, number>>): number {
  const weights = [
    problem.own.positionUsd,
    ...problem.hedgeMarkets.map((market) => market.positionUsd),
  ];
  const names = [problem.own.market, ...problem.hedgeMarkets.map(({ market }) => market)];
  const volatilities = [
    1,
    ...problem.hedgeMarkets.map(({ beta, correlation }) => correlation / beta),
  ];
  const toOwn = [1, ...problem.hedgeMarkets.map(({ correlation }) => correlation)];
  let sum = 0;
  for (let row = 0; row < weights.length; row += 1) {
    for (let column = 0; column < weights.length; column += 1) {
      const correlation = row === column ? 1 : toOwn[row]! * toOwn[column]!;
      const held = (index: number): number => weights[index]! + (trades[names[index]!] ?? 0);
      sum += held(row) * held(column) * correlation * volatilities[row]! * volatilities[column]!;
    }
  }
  return sum;
}

const tradesOf = (
  orders: readonly { market: string; signedUsd: number }[],
): Record<string, number> =>
  Object.fromEntries(orders.map(({ market, signedUsd }) => [market, signedUsd]));

const anyMarket = (name: string): fc.Arbitrary<HedgeMarket> =>
  fc
    .record({
      sign: fc.constantFrom(1, -1),
      correlation: fc.double({ min: 0.05, max: 1, noNaN: true }),
      beta: fc.double({ min: 0.1, max: 5, noNaN: true }),
      costBps: fc.double({ min: 0, max: 20, noNaN: true }),
      positionUsd: fc.double({ min: -3000, max: 3000, noNaN: true }),
      roomUsd: fc.double({ min: 0, max: 5000, noNaN: true }),
    })
    .map(({ sign, correlation, beta, ...rest }) => ({
      ...rest,
      market: name,
      correlation: sign * correlation,
      beta: sign * beta,
    }));

const anyProblem = fc
  .record({
    positionUsd: fc.double({ min: -5000, max: 5000, noNaN: true }),
    costBps: fc.double({ min: 0, max: 20, noNaN: true }),
    fraction: fc.double({ min: 0, max: 1, noNaN: true }),
    first: anyMarket('A'),
    second: anyMarket('B'),
  })
  .map(({ positionUsd, costBps, fraction, first, second }) =>
    aProblem(
      {
        own: { market: 'OWN', positionUsd, costBps },
        fraction,
        leastCorrelation: 0,
        leastSaving: 0,
      },
      first,
      second,
    ),
  );

describe('beta hedge', () => {
  it('sells in the own market when there is no other, or none is clearly cheaper (B4)', () => {
    const alone = hedgeThroughBetas(aProblem());
    expect(alone).toMatchObject({
      orders: [{ market: 'ETH-PERP', signedUsd: -500 }],
      costUsd: 0.5,
      varianceRatio: 0.25,
    });
    expect(alone.reason.code).toBe('beta-own');
    expect(hedgeThroughBetas(aProblem({}, other({ costBps: 9 }))).orders).toEqual(alone.orders);
    expect(hedgeThroughBetas(aProblem({}, other({ correlation: 0.6, costBps: 0 }))).orders).toEqual(
      alone.orders,
    );
    expect(
      hedgeThroughBetas(aProblem({}, other({ correlation: 0, beta: 0, costBps: 0 }))).orders,
    ).toEqual(alone.orders);
  });

  it('sells beta times as much of a perfectly correlated, cheaper market (B4)', () => {
    const hedge = hedgeThroughBetas(aProblem({ fraction: 1 }, other({ correlation: 1 })));
    expect(hedge.orders).toEqual([
      { market: 'BTC-PERP', signedUsd: expect.closeTo(-1200, 6) as number },
    ]);
    expect(hedge.costUsd).toBeCloseTo(0.12, 9);
    expect(hedge.varianceRatio).toBeCloseTo(0, 9);
    expect(hedge.reason.code).toBe('beta-other');
  });

  it('pays for the residual risk of 1 - rho^2 with a larger trade, as the quadratic says (B4)', () => {
    // Variance left by -phi beta Q is 1 - 2 phi rho^2 + phi^2 rho^2: 0.25 at phi = 1 - sqrt(1 -
    // 0.75 / 0.9025).
    const phi = 1 - Math.sqrt(1 - 0.75 / 0.95 ** 2);
    const { orders, varianceRatio } = hedgeThroughBetas(aProblem({}, other({ costBps: 0.01 })));
    expect(orders).toEqual([
      { market: 'BTC-PERP', signedUsd: expect.closeTo(-phi * 1.2 * 1000, 6) as number },
    ]);
    expect(varianceRatio).toBeCloseTo(0.25, 9);
  });

  it('mixes both when the other market alone cannot get there, or not cheaply (B4)', () => {
    const { orders, varianceRatio, costUsd } = hedgeThroughBetas(
      aProblem({ fraction: 0.8 }, other({ correlation: 0.9 })),
    );
    expect(orders.map(({ market }) => market)).toEqual(['ETH-PERP', 'BTC-PERP']);
    expect(varianceRatio).toBeCloseTo(0.04, 9);
    expect(costUsd).toBeLessThan(0.8 * 0.8);
  });

  it('buys what moves the other way, and mirrors for a short (B4)', () => {
    const inverse = other({ correlation: -0.95, beta: -1.2 });
    const [long] = hedgeThroughBetas(aProblem({}, inverse)).orders.slice(-1);
    expect(long).toMatchObject({ market: 'BTC-PERP' });
    expect(long!.signedUsd).toBeGreaterThan(0);
    const short = hedgeThroughBetas(
      aProblem({ own: { market: 'ETH-PERP', positionUsd: -1000, costBps: 10 } }, inverse),
    ).orders;
    expect(short.at(-1)!.signedUsd).toBeCloseTo(-long!.signedUsd, 9);
  });

  it('does nothing when what is held elsewhere hedges it already, or nothing is held (B4)', () => {
    const hedged = hedgeThroughBetas(aProblem({}, other({ positionUsd: -2000 })));
    expect(hedged).toMatchObject({
      orders: [],
      costUsd: 0,
      varianceRatio: 1,
      reason: { code: 'beta-nothing' },
    });
    expect(
      hedgeThroughBetas(aProblem({ own: { market: 'X', positionUsd: 0, costBps: 1 } })).orders,
    ).toEqual([]);
  });

  it('keeps to the room in the other market (B4, C1)', () => {
    const { orders } = hedgeThroughBetas(aProblem({ leastSaving: 0 }, other({ roomUsd: 100 })));
    expect(Math.abs(orders.at(-1)!.signedUsd)).toBeLessThanOrEqual(100);
    expect(orders[0]!.market).toBe('ETH-PERP');
  });

  it('never increases the variance of the whole portfolio, reaches the target, and is never dearer than the own market (B4)', () => {
    fc.assert(
      fc.property(anyProblem, (problem) => {
        const { orders, varianceRatio, costUsd, ownCostUsd } = hedgeThroughBetas(problem);
        const before = varianceOf(problem, {});
        const after = varianceOf(problem, tradesOf(orders));
        const dust = 1e-6 * (1 + before);
        expect(after).toBeLessThanOrEqual(before + dust);
        expect(after).toBeCloseTo(varianceRatio * before, -Math.log10(dust) - 1);
        expect(costUsd).toBeLessThanOrEqual(ownCostUsd);
        const own = orders.find(({ market }) => market === 'OWN')?.signedUsd ?? 0;
        expect(Math.abs(own)).toBeLessThanOrEqual(Math.abs(problem.own.positionUsd));
        expect(own * problem.own.positionUsd).toBeLessThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });

  it('finds what a search over all mixes finds (B4)', () => {
    fc.assert(
      fc.property(anyProblem, (problem) => {
        const single = { ...problem, hedgeMarkets: problem.hedgeMarkets.slice(0, 1) };
        const { costUsd, orders } = hedgeThroughBetas(single);
        if (orders.length === 0) return;
        const [market] = single.hedgeMarkets;
        const target = varianceOf(
          single,
          tradesOf(
            hedgeThroughBetas({ ...single, hedgeMarkets: [{ ...market!, costBps: 1e9 }] }).orders,
          ),
        );
        const { positionUsd, costBps } = single.own;
        let cheapest = Infinity;
        for (let own = 0; own <= 20; own += 1) {
          for (let step = -100; step <= 100; step += 1) {
            const trades = { OWN: (-positionUsd * own) / 20, A: (market!.roomUsd * step) / 100 };
            const cost =
              (Math.abs(trades.OWN) * costBps + Math.abs(trades.A) * market!.costBps) / 10_000;
            if (cost < cheapest && varianceOf(single, trades) <= target) cheapest = cost;
          }
        }
        expect(costUsd).toBeLessThanOrEqual(cheapest + 1e-6);
      }),
      { numRuns: 40 },
    );
  });

  it('refuses a beta that contradicts the correlation, and what is out of range (B4)', () => {
    expect(() => hedgeThroughBetas(aProblem({}, other({ beta: -1 })))).toThrow('BTC-PERP.beta');
    expect(() => hedgeThroughBetas(aProblem({}, other({ beta: 1e-9 })))).toThrow('BTC-PERP.beta');
    expect(() => hedgeThroughBetas(aProblem({}, other({ correlation: 1.1 })))).toThrow(
      'BTC-PERP.correlation',
    );
    expect(() => hedgeThroughBetas(aProblem({ fraction: 2 }))).toThrow('fraction');
  });
});
