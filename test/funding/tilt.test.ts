import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fundingPaymentUsd } from '#shared/domain/venue/funding.ts';
import { HOUR_MS, MINUTE_MS } from '#shared/domain/time.ts';
import { epochMs } from '#shared/domain/units.ts';
import { recommendFunding } from '#shared/funding/funding-recommendation.ts';
import { forecastFunding, NEW_FUNDING, observeFunding } from '#shared/funding/funding-filter.ts';
import { checkTilt, type RunningTilt } from '#shared/funding/stop-tilt.ts';
import { type TiltAdvice, type TiltQuestion, weighTilt } from '#shared/funding/weigh-tilt.ts';
import {
  FUNDING_INTERVAL_HOURS,
  type FundingPoint,
  fundingPath,
} from '#test/builders/funding-paths.ts';

const FUNDING_TIME = epochMs(Date.UTC(2026, 0, 5, 8));
const BEFORE = epochMs(FUNDING_TIME - 5 * MINUTE_MS);

const forecastOf = (rate: number, standardDeviation = 0) => ({
  rate,
  standardDeviation,
  stressedProbability: 0.1,
});

const aQuestion = (over: Partial<TiltQuestion> = {}): TiltQuestion => ({
  recommended: { action: 'lean_short', targetRatio: -0.2 },
  forecast: forecastOf(0.0005),
  now: BEFORE,
  fundingTime: FUNDING_TIME,
  maxInventoryUsd: 10_000,
  inventoryUsd: 0,
  entryBps: 1.5,
  exitBps: 1.5,
  sigmaPerSqrtSecond: 0.0001,
  riskAversionPerUsd: 0,
  ...over,
});

const anyQuestion = fc
  .record({
    targetRatio: fc.double({ min: -1, max: 1, noNaN: true }),
    rate: fc.double({ min: -0.01, max: 0.01, noNaN: true }),
    deviation: fc.double({ min: 0, max: 0.01, noNaN: true }),
    minutes: fc.integer({ min: -10, max: 600 }),
    maxInventoryUsd: fc.double({ min: 0, max: 1e6, noNaN: true }),
    inventoryUsd: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    entryBps: fc.double({ min: -2, max: 20, noNaN: true }),
    exitBps: fc.double({ min: -2, max: 20, noNaN: true }),
    riskAversionPerUsd: fc.double({ min: 0, max: 1e-3, noNaN: true }),
  })
  .map(({ targetRatio, rate, deviation, minutes, ...rest }): TiltQuestion => {
    const action = targetRatio > 0 ? 'lean_long' : targetRatio < 0 ? 'lean_short' : 'neutral';
    return aQuestion({
      ...rest,
      recommended: { action, targetRatio },
      forecast: forecastOf(rate, deviation),
      now: epochMs(FUNDING_TIME - minutes * MINUTE_MS),
    });
  });

describe('funding tilt', () => {
  it('leans short for 5 bps on 2000 USD against 3 bps of cost, until the funding time (D4, D5)', () => {
    const advice = weighTilt(aQuestion());
    expect(advice).toMatchObject({
      action: 'lean_short',
      targetRatio: -0.2,
      expiresAt: FUNDING_TIME,
      reason: { code: 'funding-tilt' },
    });
    expect(advice.expectedIncomeUsd).toBeCloseTo(1, 12);
    expect(advice.expectedCostUsd).toBeCloseTo(0.6, 12);
  });

  it("takes S2's own example, 0.0003 against 3 bps, and the action words of the recommendation (D2, D4)", () => {
    const recommended = recommendFunding(
      { rate: 0.0003, intervalHours: 8, nextAt: FUNDING_TIME },
      3,
      0.2,
    );
    const cheap = aQuestion({ recommended, forecast: forecastOf(0.0003), exitBps: 1.4 });
    expect(weighTilt(cheap)).toMatchObject({ action: 'lean_short', targetRatio: -0.2 });
    // 0.6 USD of funding against 0.6 of cost is not worth it.
    expect(weighTilt({ ...cheap, exitBps: 1.5 + 1e-9 })).toMatchObject({
      action: 'neutral',
      targetRatio: 0,
      reason: { code: 'funding-below-cost' },
    });
  });

  it('stays neutral below the minimum, against the forecast, and when the funding time has passed (D2, D4, D5)', () => {
    const code = (over: Partial<TiltQuestion>): string => {
      const advice = weighTilt(aQuestion(over));
      expect(advice).toMatchObject({ action: 'neutral', targetRatio: 0 });
      return advice.reason.code;
    };
    expect(code({ recommended: { action: 'neutral', targetRatio: 0 } })).toBe('funding-too-low');
    expect(code({ forecast: forecastOf(-0.0001) })).toBe('funding-turns');
    expect(code({ forecast: forecastOf(0) })).toBe('funding-turns');
    expect(code({ now: FUNDING_TIME })).toBe('funding-passed');
    expect(code({ entryBps: 4 })).toBe('funding-below-cost');
  });

  it('need not buy what is held already, and must first sell what is held on the wrong side (D4)', () => {
    const cost = (inventoryUsd: number): number =>
      weighTilt(aQuestion({ inventoryUsd })).expectedCostUsd;
    expect([cost(-2000), cost(-5000), cost(1000)]).toEqual([0.3, 0.3, expect.closeTo(0.75, 12)]);
    expect(weighTilt(aQuestion({ entryBps: 4, inventoryUsd: -2000 })).action).toBe('lean_short');
  });

  it('prices the risk of the price until then, and of the rate itself (D4)', () => {
    const advice = weighTilt(
      aQuestion({ riskAversionPerUsd: 1e-3, forecast: forecastOf(0.0005, 0.0002) }),
    );
    expect(advice.riskPenaltyUsd).toBeCloseTo(
      1e-3 * 2000 ** 2 * (0.0001 ** 2 * 300 + 0.0002 ** 2),
      12,
    );
    expect(advice.action).toBe('lean_short');
    expect(weighTilt(aQuestion({ riskAversionPerUsd: 0.1 })).reason.code).toBe(
      'funding-below-cost',
    );
  });

  it('never tilts when cost and risk exceed the income, and only as recommended, whatever the numbers (D4)', () => {
    fc.assert(
      fc.property(anyQuestion, (question) => {
        const advice = weighTilt(question);
        expect(JSON.stringify(advice)).not.toContain('null');
        if (advice.action === 'neutral') expect(advice.targetRatio).toBe(0);
        else {
          expect(advice.expectedIncomeUsd).toBeGreaterThan(
            advice.expectedCostUsd + advice.riskPenaltyUsd,
          );
          expect({ action: advice.action, targetRatio: advice.targetRatio }).toEqual(
            question.recommended,
          );
        }
      }),
    );
  });

  it('is the mirror for shorts paying, and gives way as cost, volatility or aversion grow (D4)', () => {
    fc.assert(
      fc.property(anyQuestion, fc.double({ min: 1, max: 10, noNaN: true }), (question, times) => {
        const advice = weighTilt(question);
        const { action, targetRatio } = question.recommended;
        const opposite = {
          lean_long: 'lean_short',
          lean_short: 'lean_long',
          neutral: 'neutral',
        } as const;
        const mirrored = weighTilt({
          ...question,
          recommended: { action: opposite[action], targetRatio: -targetRatio },
          forecast: { ...question.forecast, rate: -question.forecast.rate },
          inventoryUsd: -question.inventoryUsd,
        });
        expect(mirrored.action).toBe(opposite[advice.action]);
        expect(mirrored.expectedIncomeUsd).toBeCloseTo(advice.expectedIncomeUsd, 9);
        if (advice.action !== 'neutral') return;
        const worse = [
          { entryBps: question.entryBps + times },
          { exitBps: question.exitBps + times },
          { sigmaPerSqrtSecond: question.sigmaPerSqrtSecond * times },
          { riskAversionPerUsd: question.riskAversionPerUsd * times },
        ];
        for (const over of worse)
          expect(weighTilt({ ...question, ...over }).action).toBe('neutral');
      }),
    );
  });

  it('refuses an action that is not that of its ratio (D2)', () => {
    expect(() =>
      weighTilt(aQuestion({ recommended: { action: 'lean_long', targetRatio: -0.2 } })),
    ).toThrow('recommended.targetRatio');
    expect(() =>
      weighTilt(aQuestion({ recommended: { action: 'lean_long', targetRatio: 0 } })),
    ).toThrow('recommended.targetRatio');
    expect(() => weighTilt(aQuestion({ maxInventoryUsd: -1 }))).toThrow('maxInventoryUsd');
  });
});

describe('a running tilt', () => {
  const short: RunningTilt = {
    action: 'lean_short',
    entryMid: 100,
    expectedRate: 0.0005,
    expiresAt: FUNDING_TIME,
  };

  it('is dropped when the price has run against it by more than so many times the funding (D5)', () => {
    expect(checkTilt(short, 100.14, BEFORE, 3)).toMatchObject({
      kind: 'keep',
      reason: { code: 'tilt-holds' },
    });
    const stopped = checkTilt(short, 100.16, BEFORE, 3);
    expect(stopped).toMatchObject({ kind: 'drop', reason: { code: 'tilt-stopped' } });
    expect([stopped.adverseBps, stopped.allowedBps]).toEqual([
      expect.closeTo(16, 9),
      expect.closeTo(15, 9),
    ]);
    expect(checkTilt(short, 90, BEFORE, 3).kind).toBe('keep');
    expect(
      checkTilt({ ...short, action: 'lean_long', expectedRate: -0.0005 }, 99.84, BEFORE, 3).kind,
    ).toBe('drop');
    expect(
      checkTilt({ ...short, action: 'lean_long', expectedRate: -0.0005 }, 110, BEFORE, 3).kind,
    ).toBe('keep');
  });

  it('ends at its funding time, and no tilt is kept for ever (D5)', () => {
    expect(checkTilt(short, 100, FUNDING_TIME, 3)).toMatchObject({
      kind: 'drop',
      reason: { code: 'tilt-expired' },
    });
    expect(checkTilt({ ...short, action: 'neutral' }, 200, FUNDING_TIME, 3)).toMatchObject({
      kind: 'keep',
      adverseBps: 0,
    });
  });

  it('means the same at any price level, and is never kept at a worse price than one it was dropped at (D5)', () => {
    const mids = fc.double({ min: 50, max: 200, noNaN: true });
    fc.assert(
      fc.property(
        mids,
        fc.constantFrom('lean_long' as const, 'lean_short' as const),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (mid, action, multiple) => {
          const check = checkTilt({ ...short, action }, mid, BEFORE, multiple);
          expect(
            checkTilt({ ...short, action, entryMid: 100_000 }, mid * 1000, BEFORE, multiple)
              .adverseBps,
          ).toBeCloseTo(check.adverseBps, 6);
          const worse = action === 'lean_short' ? mid * 1.1 : mid / 1.1;
          if (check.kind === 'drop')
            expect(checkTilt({ ...short, action }, worse, BEFORE, multiple).kind).toBe('drop');
        },
      ),
    );
    expect(() => checkTilt({ ...short, entryMid: 0 }, 100, BEFORE, 3)).toThrow('entryMid');
  });
});

const CAP_USD = 10_000;
const COST_BPS = 2;

interface Tilted {
  /**
   * Funding less cost. The price is a martingale: it adds the same nothing to every rule, and forty
   * times the noise.
   */
  readonly carryUsd: number;
  /** The largest loss on one tilt, with the price. */
  readonly worstUsd: number;
  readonly tilts: number;
}

type Rule = (
  settlement: FundingPoint,
  state: typeof NEW_FUNDING,
  announced: number,
) => Pick<TiltAdvice, 'action' | 'targetRatio'>;

/**
 * Announced is the last settled rate: the worst a venue does. Entered an hour before each
 * settlement, out at it, both at a cost; the price moves meanwhile.
 */
function run(path: readonly FundingPoint[], rule: Rule, stopMultiple?: number): Tilted {
  let state = NEW_FUNDING;
  let announced = 0.0001;
  let [carryUsd, worstUsd, tilts] = [0, 0, 0];
  for (const settlement of path) {
    const { action, targetRatio } = rule(settlement, state, announced);
    if (action !== 'neutral') {
      const heldUsd = targetRatio * CAP_USD;
      const entryMid = settlement.mids[0]!;
      const tilt: RunningTilt = {
        action,
        entryMid,
        expectedRate: announced,
        expiresAt: epochMs(settlement.at),
      };
      const stoppedAt = settlement.mids.findIndex(
        (mid) =>
          stopMultiple !== undefined &&
          checkTilt(tilt, mid, epochMs(settlement.at - 1), stopMultiple).kind === 'drop',
      );
      const exitMid = stoppedAt === -1 ? settlement.mids.at(-1)! : settlement.mids[stoppedAt]!;
      const fundingUsd =
        stoppedAt === -1 ? fundingPaymentUsd(heldUsd / exitMid, exitMid, settlement.rate) : 0;
      const earnedUsd = fundingUsd - (2 * Math.abs(heldUsd) * COST_BPS) / 10_000;
      carryUsd += earnedUsd;
      worstUsd = Math.min(worstUsd, earnedUsd + heldUsd * (exitMid / entryMid - 1));
      tilts += 1;
    }
    state = observeFunding(state, settlement.rate, FUNDING_INTERVAL_HOURS, settlement.at);
    announced = settlement.rate;
  }
  return { carryUsd, worstUsd, tilts };
}

const always: Rule = (settlement, _state, rate) =>
  recommendFunding(
    { rate, intervalHours: FUNDING_INTERVAL_HOURS, nextAt: epochMs(settlement.at) },
    0,
    0.2,
  );

const announcedOnly: Rule = (settlement, _state, rate) =>
  recommendFunding(
    { rate, intervalHours: FUNDING_INTERVAL_HOURS, nextAt: epochMs(settlement.at) },
    3,
    0.2,
  );

const weighed: Rule = (settlement, state, announced) => {
  const advice = weighTilt({
    recommended: announcedOnly(settlement, state, announced),
    forecast: forecastFunding(state, settlement.at, FUNDING_INTERVAL_HOURS),
    now: epochMs(settlement.at - HOUR_MS),
    fundingTime: epochMs(settlement.at),
    maxInventoryUsd: CAP_USD,
    inventoryUsd: 0,
    entryBps: COST_BPS,
    exitBps: COST_BPS,
    sigmaPerSqrtSecond: 0.0001,
    riskAversionPerUsd: 1e-6,
  });
  if (advice.action !== 'neutral')
    expect(advice.expectedIncomeUsd).toBeGreaterThan(
      advice.expectedCostUsd + advice.riskPenaltyUsd,
    );
  return advice;
};

describe('funding tilts on 500 seeded stress paths', () => {
  const paths = Array.from({ length: 500 }, (_, seed) => fundingPath(seed, 120));
  const all = (rule: Rule, stopMultiple?: number): readonly Tilted[] =>
    paths.map((path) => run(path, rule, stopMultiple));
  const total = (runs: readonly Tilted[]): number =>
    runs.reduce((sum, { carryUsd }) => sum + carryUsd, 0);

  it('earn more when cost is weighed than when tilting always, or on the announced rate alone, and earn at all (D4)', () => {
    const [careful, eager, announced] = [all(weighed), all(always), all(announcedOnly)];
    expect(total(careful)).toBeGreaterThan(0);
    expect(total(careful)).toBeGreaterThan(total(announced));
    expect(total(careful)).toBeGreaterThan(total(eager));
    expect(total(eager)).toBeLessThan(0);
    const better = careful.filter(
      ({ carryUsd }, index) => carryUsd > eager[index]!.carryUsd,
    ).length;
    expect(better).toBe(500);
    const tilts = (runs: readonly Tilted[]): number =>
      runs.reduce((sum, run_) => sum + run_.tilts, 0);
    expect(tilts(careful)).toBeGreaterThan(500);
    expect(tilts(careful)).toBeLessThan(tilts(announced));
  });

  it('lose less at the worst when they are stopped (D5)', () => {
    const worst = (runs: readonly Tilted[]): number =>
      runs.reduce((sum, { worstUsd }) => sum + worstUsd, 0) / runs.length;
    expect(worst(all(weighed, 5))).toBeGreaterThan(worst(all(weighed)) * 0.9);
  });

  it('are the same paths every time (D4)', () => {
    expect(fundingPath(7, 50)).toEqual(fundingPath(7, 50));
    expect(fundingPath(8, 50)).not.toEqual(fundingPath(7, 50));
  });
});

describe('funding in the P&L', () => {
  it('pays 126 for a week of 0.01 % per 8 h to a short of one coin at 60,000, and takes it from the long (D6)', () => {
    const settlements = Array.from({ length: 21 });
    expect(
      settlements.reduce<number>((sum) => sum + fundingPaymentUsd(-1, 60_000, 0.0001), 0),
    ).toBeCloseTo(126, 9);
    expect(
      settlements.reduce<number>((sum) => sum + fundingPaymentUsd(1, 60_000, 0.0001), 0),
    ).toBeCloseTo(-126, 9);
  });
});
