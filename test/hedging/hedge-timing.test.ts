import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crossingCostUsd,
  type HedgeSituation,
  type HedgeTiming,
  linearImpact,
  timeHedge,
} from '#shared/hedging/hedge-timing.ts';

/** A calm large market: 1 bps wide, 1 M USD within 10 bps, 2 % an hour. */
const aSituation = (over: Partial<HedgeSituation> = {}): HedgeSituation => ({
  positionUsd: 10_000,
  targetUsd: 5000,
  sigmaPerSqrtSecond: 0.02 / 60,
  halfSpreadBps: 0.5,
  takerFeeBps: 4.5,
  impactBpsPerUsd: linearImpact(1_000_000, 10),
  passive: { fillRateUsdPerSecond: 50, edgeBps: 0.5, horizonSeconds: 60 },
  slices: { most: 5, intervalSeconds: 5, orderCostUsd: 0, leastUsd: 10 },
  risk: { kind: 'aversion', perUsd: 1e-4 },
  mayWait: true,
  ...over,
});

const total = (timing: HedgeTiming, kind: HedgeTiming['kind']): number =>
  timing.figures[kind]?.totalUsd ?? Infinity;

const anySituation = fc
  .record({
    positionUsd: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    sigmaPerSqrtSecond: fc.double({ min: 0, max: 0.01, noNaN: true }),
    halfSpreadBps: fc.double({ min: 0, max: 100, noNaN: true }),
    takerFeeBps: fc.double({ min: -1, max: 10, noNaN: true }),
    impactBpsPerUsd: fc.double({ min: 0, max: 0.1, noNaN: true }),
    rate: fc.double({ min: 0, max: 1000, noNaN: true }),
    edgeBps: fc.double({ min: -5, max: 5, noNaN: true }),
    most: fc.integer({ min: 1, max: 8 }),
    orderCostUsd: fc.double({ min: 0, max: 1, noNaN: true }),
    risk: fc.oneof(
      fc.record({
        kind: fc.constant('aversion' as const),
        perUsd: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({
        kind: fc.constant('budget' as const),
        stdDevUsd: fc.double({ min: 0, max: 1000, noNaN: true }),
      }),
    ),
    mayWait: fc.boolean(),
  })
  .map(({ share, rate, edgeBps, most, orderCostUsd, ...rest }): HedgeSituation => ({
    ...rest,
    targetUsd: Math.abs(rest.positionUsd) * share,
    passive: { fillRateUsdPerSecond: rate, edgeBps, horizonSeconds: 30 },
    slices: { most, intervalSeconds: 5, orderCostUsd, leastUsd: 10 },
  }));

describe('hedge now, in slices, or wait', () => {
  it('prices an order at half-spread, fee and half of the book it eats (B3)', () => {
    expect(linearImpact(1_000_000, 10)).toBeCloseTo(5e-6, 15); // 10 bps / (2 x 1 M)
    expect(crossingCostUsd(5000, aSituation())).toBeCloseTo(
      (5000 * (0.5 + 4.5 + 0.025)) / 10_000,
      12,
    );
  });

  it('waits while the market is calm and the quotes are being filled (B3)', () => {
    const timing = timeHedge(aSituation());
    expect(timing).toMatchObject({
      kind: 'wait',
      reviewAfterSeconds: 60,
      reason: { code: 'hedge-wait' },
    });
    // 3000 of 5000 filled at 0.5 bps, the rest crossed at 5.01 bps.
    expect(timing.figures.wait?.expectedUsd).toBeCloseTo(-0.15 + (2000 * 5.01) / 10_000, 9);
    // The position falls from 10,000 to 7,000 in a minute; 5,000 of it is kept anyway.
    const meanSquare = (10_000 ** 2 + 10_000 * 7000 + 7000 ** 2) / 3;
    expect(timing.figures.wait?.stdDevUsd).toBeCloseTo(
      (0.02 / 60) * Math.sqrt(60 * (meanSquare - 5000 ** 2)),
      9,
    );
  });

  it('hedges at once when the market is fast and deep, and names what each way costs (B3)', () => {
    const timing = timeHedge(
      aSituation({ sigmaPerSqrtSecond: 0.02, risk: { kind: 'aversion', perUsd: 1 } }),
    );
    expect(timing.kind).toBe('now');
    expect(timing.reason).toEqual({
      code: 'hedge-now',
      text: expect.stringContaining('at once') as string,
    });
  });

  it('hedges in slices that get smaller when the book is thin, and evenly when risk is free (B3)', () => {
    const thin = {
      impactBpsPerUsd: linearImpact(20_000, 10),
      passive: { fillRateUsdPerSecond: 0, edgeBps: 0, horizonSeconds: 600 },
    };
    const averse = timeHedge(aSituation({ ...thin, risk: { kind: 'aversion', perUsd: 2e-3 } }));
    expect(averse.kind).toBe('slices');
    if (averse.kind !== 'slices') return;
    expect(averse.sizesUsd.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(5000, 6);
    expect(averse.sizesUsd[0]).toBeGreaterThan(averse.sizesUsd.at(-1)! * 1.2);
    const even = timeHedge(
      aSituation({ ...thin, mayWait: false, risk: { kind: 'aversion', perUsd: 0 } }),
    );
    expect(even.kind === 'slices' && even.sizesUsd.map((usd) => Math.round(usd))).toEqual([
      1000, 1000, 1000, 1000, 1000,
    ]);
  });

  it('never waits at the hard cap, and has nothing to do without a target (B3, B7)', () => {
    expect(timeHedge(aSituation({ mayWait: false })).kind).not.toBe('wait');
    expect(timeHedge(aSituation({ targetUsd: 0, mayWait: false }))).toMatchObject({
      kind: 'wait',
      reason: { code: 'hedge-nothing' },
    });
  });

  it('plans no slice below the minimum of the venue, and pays for no order that saves less than it costs (B3)', () => {
    const thin = aSituation({
      impactBpsPerUsd: linearImpact(20_000, 10),
      mayWait: false,
      risk: { kind: 'aversion', perUsd: 0 },
    });
    const minimum = timeHedge({ ...thin, slices: { ...thin.slices, leastUsd: 1500 } });
    expect(minimum.kind === 'slices' && minimum.sizesUsd.length).toBe(3);
    const dear = timeHedge({ ...thin, slices: { ...thin.slices, orderCostUsd: 0.2 } });
    // Impact costs 5000^2 x 2.5e-4 / 1e4 = 0.625 at once and 0.625 / n in n slices: 0.825, 0.7125,
    // 0.808 with the orders.
    expect(dear.kind === 'slices' && dear.sizesUsd.length).toBe(2);
    expect(timeHedge({ ...thin, slices: { ...thin.slices, orderCostUsd: 0.4 } }).kind).toBe('now');
  });

  it('keeps to a risk budget: waiting is out beyond it, and slices are as slow as it allows (B3)', () => {
    const thin = {
      impactBpsPerUsd: linearImpact(20_000, 10),
      slices: { most: 4, intervalSeconds: 20, orderCostUsd: 0, leastUsd: 1 },
    };
    const timing = timeHedge(aSituation({ ...thin, risk: { kind: 'budget', stdDevUsd: 10 } }));
    expect(timing.figures.wait).toBeUndefined();
    expect(timing.kind).toBe('slices');
    expect(timing.figures.slices?.stdDevUsd).toBeLessThanOrEqual(10);
    expect(timing.figures.slices?.stdDevUsd).toBeCloseTo(10, 2);
    const generous = timeHedge(
      aSituation({ ...thin, mayWait: false, risk: { kind: 'budget', stdDevUsd: 1000 } }),
    );
    expect(generous.kind === 'slices' && generous.sizesUsd.map((usd) => Math.round(usd))).toEqual([
      1250, 1250, 1250, 1250,
    ]);
    expect(timeHedge(aSituation({ ...thin, risk: { kind: 'budget', stdDevUsd: 0 } })).kind).toBe(
      'now',
    );
    expect(
      timeHedge(
        aSituation({ impactBpsPerUsd: 0, mayWait: false, risk: { kind: 'budget', stdDevUsd: 1 } }),
      ).kind,
    ).toBe('now');
  });

  it('picks the least of what is to be had, sums to the target, and is finite, whatever the numbers (B3)', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const timing = timeHedge(situation);
        const costs = [total(timing, 'now'), total(timing, 'slices'), total(timing, 'wait')];
        expect(total(timing, timing.kind)).toBe(Math.min(...costs));
        expect(JSON.stringify(timing)).not.toContain('null');
        if (timing.kind !== 'slices') return;
        expect(timing.sizesUsd.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(
          situation.targetUsd,
          4,
        );
        expect(Math.min(...timing.sizesUsd)).toBeGreaterThanOrEqual(10);
      }),
      { numRuns: 300 },
    );
  });

  it('is the same for a long and for a short, and in dollars and in cents (B3)', () => {
    fc.assert(
      fc.property(anySituation, (situation) => {
        const timing = timeHedge(situation);
        expect(timeHedge({ ...situation, positionUsd: -situation.positionUsd })).toEqual(timing);
        const { passive, slices, risk } = situation;
        const cents = timeHedge({
          ...situation,
          positionUsd: situation.positionUsd * 100,
          targetUsd: situation.targetUsd * 100,
          impactBpsPerUsd: situation.impactBpsPerUsd / 100,
          passive: { ...passive, fillRateUsdPerSecond: passive.fillRateUsdPerSecond * 100 },
          slices: {
            ...slices,
            orderCostUsd: slices.orderCostUsd * 100,
            leastUsd: slices.leastUsd * 100,
          },
          risk:
            risk.kind === 'aversion'
              ? { ...risk, perUsd: risk.perUsd / 100 }
              : { ...risk, stdDevUsd: risk.stdDevUsd * 100 },
        });
        expect(cents.figures.now.totalUsd).toBeCloseTo(timing.figures.now.totalUsd * 100, 4);
        const [dollars, hundredths] = [timing.figures.wait?.totalUsd, cents.figures.wait?.totalUsd];
        if (dollars !== undefined && hundredths !== undefined)
          expect(hundredths / 100 / (1 + Math.abs(dollars))).toBeCloseTo(
            dollars / (1 + Math.abs(dollars)),
            6,
          );
      }),
    );
  });

  it('makes holding dearer with volatility, and crossing dearer with spread, fee, impact and size (B3)', () => {
    const more = fc.double({ min: 1, max: 5, noNaN: true });
    const averse = anySituation.map((situation) => ({
      ...situation,
      mayWait: true,
      risk: { kind: 'aversion', perUsd: 0.01 } as const,
    }));
    fc.assert(
      fc.property(averse, more, (situation, times) => {
        const at = timeHedge(situation);
        const faster = timeHedge({
          ...situation,
          sigmaPerSqrtSecond: situation.sigmaPerSqrtSecond * times,
        });
        const dust = 1e-9 * (1 + Math.abs(total(at, 'wait')));
        expect(total(faster, 'wait')).toBeGreaterThanOrEqual(total(at, 'wait') - dust);
        expect(total(faster, 'now')).toBe(total(at, 'now'));
        if (at.kind === 'now') expect(faster.kind).toBe('now');
        for (const worse of [
          { halfSpreadBps: situation.halfSpreadBps * times },
          { takerFeeBps: situation.takerFeeBps + times },
          { impactBpsPerUsd: situation.impactBpsPerUsd * times },
        ]) {
          expect(total(timeHedge({ ...situation, ...worse }), 'now')).toBeGreaterThanOrEqual(
            total(at, 'now'),
          );
        }
        const cost = (usd: number): number =>
          crossingCostUsd(usd, { ...situation, takerFeeBps: Math.abs(situation.takerFeeBps) });
        expect(cost(situation.targetUsd * times)).toBeGreaterThanOrEqual(cost(situation.targetUsd));
      }),
    );
  });

  it('refuses what is out of range, naming it (B3)', () => {
    expect(() => timeHedge(aSituation({ targetUsd: 20_000 }))).toThrow(
      'targetUsd must be from 0 to 10000',
    );
    expect(() => timeHedge(aSituation({ risk: { kind: 'budget', stdDevUsd: -1 } }))).toThrow(
      'risk.budget',
    );
    expect(() => linearImpact(0, 10)).toThrow('depthUsd');
  });
});
