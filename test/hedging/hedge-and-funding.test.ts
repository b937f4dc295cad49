import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import { recommendFunding } from '#shared/funding/funding-recommendation.ts';
import { hedgeThresholdUsd, isBreach, planHedge } from '#shared/hedging/hedge-plan.ts';
import { aSpec, parameters } from '#test/builders/market.ts';

describe('hedge threshold (B1, C3)', () => {
  it('is a share of the cap, an amount, or a multiple of the quote size: the lowest that is set', () => {
    expect(hedgeThresholdUsd(parameters().values)).toBe(800);
    expect(hedgeThresholdUsd(parameters({ hedgeThresholdUsd: 500 }).values)).toBe(500);
    expect(
      hedgeThresholdUsd(parameters({ hedgeThresholdUsd: 500, hedgeThresholdQuotes: 3 }).values),
    ).toBe(300);
    expect(hedgeThresholdUsd(parameters({ hedgeThresholdUsd: 5000 }).values)).toBe(800);
  });

  it('is breached only beyond it, long or short', () => {
    expect([
      isBreach(800, 800),
      isBreach(800.01, 800),
      isBreach(-800, 800),
      isBreach(-800.01, 800),
    ]).toEqual([false, true, false, true]);
  });
});

describe('hedge plan (B2)', () => {
  const limits = { thresholdUsd: 800, fraction: 0.5, maxSlippageBps: 20 };

  it('takes off half of a long by selling, no worse than 20 bps below the mid', () => {
    expect(planHedge(0.009, 100_000, aSpec(), limits)).toEqual({
      side: 'sell',
      size: 0.0045,
      limitPrice: 99_800,
    });
    expect(planHedge(-0.009, 100_000, aSpec(), limits)).toEqual({
      side: 'buy',
      size: 0.0045,
      limitPrice: 100_200,
    });
  });

  it('does nothing inside the threshold, and nothing with less than a lot in all', () => {
    expect(planHedge(0.008, 100_000, aSpec(), limits)).toBeUndefined();
    expect(planHedge(0.9, 100_000, aSpec({ lot: 1 }), limits)).toBeUndefined();
  });

  it('takes off the smallest order where the fraction is less than that', () => {
    const part = { ...limits, fraction: 0.4 };
    expect(planHedge(1, 100_000, aSpec({ lot: 1 }), part)?.size).toBe(1);
    expect(planHedge(3, 100_000, aSpec({ lot: 1 }), part)?.size).toBe(1);
    expect(planHedge(5, 100_000, aSpec({ lot: 1 }), part)?.size).toBe(2);
  });

  it('never flips the position and always reduces it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -2_000_000, max: 2_000_000 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1000, noNaN: true }),
        (lots, fraction, maxSlippageBps) => {
          const position = lots / 100_000;
          const plan = planHedge(position, 100_000, aSpec(), {
            thresholdUsd: 800,
            fraction,
            maxSlippageBps,
          });
          if (plan === undefined) return;
          expect(plan.side).toBe(position > 0 ? 'sell' : 'buy');
          expect(plan.size).toBeLessThanOrEqual(Math.abs(position) + 1e-12);
          const slippage =
            plan.side === 'buy' ? plan.limitPrice - 100_000 : 100_000 - plan.limitPrice;
          expect(slippage).toBeLessThanOrEqual(maxSlippageBps * 10 + 1e-6);
        },
      ),
    );
  });
});

describe('funding recommendation (D2)', () => {
  const at = (rate: number, intervalHours = 8): ReturnType<typeof recommendFunding> =>
    recommendFunding({ rate, intervalHours, nextAt: epochMs(0) }, 3, 0.2);

  it("counts S2's own example, 0.0003, as reaching 3 bps", () => {
    expect(at(0.0003)).toMatchObject({ action: 'lean_short', targetRatio: -0.2 });
    expect(at(0.0003).annualisedYieldPct).toBeCloseTo(32.85, 9);
  });

  it('leans long when shorts pay, and stays neutral below the minimum and at zero', () => {
    expect(at(-0.0005)).toMatchObject({ action: 'lean_long', targetRatio: 0.2, rateBps: -5 });
    expect(at(0.000299)).toMatchObject({ action: 'neutral', targetRatio: 0 });
    expect(recommendFunding({ rate: 0, intervalHours: 8, nextAt: epochMs(0) }, 0, 0.2).action).toBe(
      'neutral',
    );
  });

  it('annualises by the true interval: hourly at an eighth of the rate earns the same', () => {
    expect(at(0.0008, 8).annualisedYieldPct).toBeCloseTo(at(0.0001, 1).annualisedYieldPct, 9);
  });
});
