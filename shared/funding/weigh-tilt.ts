import { InvariantError } from '../domain/failure.ts';
import { reason, type Reason } from '../domain/reason.ts';
import type { FundingAction } from '../domain/trading/tilt.ts';
import { bpsToRatio, type EpochMs, ratioToBps } from '../domain/units.ts';
import { requireWithin, VAST } from '../math/require.ts';
import type { FundingForecast } from './funding-filter.ts';

export interface TiltQuestion {
  /**
   * What the announced rate alone recommends (D2): the action and the share of the cap to hold,
   * long positive.
   */
  readonly recommended: { readonly action: FundingAction; readonly targetRatio: number };
  /** For the settlement at `fundingTime`. */
  readonly forecast: FundingForecast;
  readonly now: EpochMs;
  readonly fundingTime: EpochMs;
  readonly maxInventoryUsd: number;
  /** Held now, signed: what is held already need not be bought. */
  readonly inventoryUsd: number;
  /** Expected cost of getting into and out of a position; negative where our quotes earn on it. */
  readonly entryBps: number;
  readonly exitBps: number;
  /** Standard deviation of one second's return, as a fraction. */
  readonly sigmaPerSqrtSecond: number;
  /** Lambda, per USD: one USD^2 of variance is as bad as so many USD of cost. */
  readonly riskAversionPerUsd: number;
}

export interface TiltAdvice {
  readonly action: FundingAction;
  /** Share of the cap to hold until `expiresAt`: long is positive, 0 is no tilt. */
  readonly targetRatio: number;
  /** Of the tilt that was weighed, taken or not. */
  readonly expectedIncomeUsd: number;
  /** Getting in and out. */
  readonly expectedCostUsd: number;
  /** Variance of price and of the rate itself, priced. */
  readonly riskPenaltyUsd: number;
  readonly expiresAt: EpochMs;
  readonly reason: Reason;
}

/**
 * Tilt only when the funding forecast for the tilted position exceeds the cost of getting in and
 * out plus the price of its risk (D4):
 * |q| r > c_in |q - q_0| + c_out |q| + lambda q^2 (sigma^2 t + var r), q_0 being what is held
 * already on that side. The advice ends at the
 * funding time (D5). Mean-variance: R. Almgren, N. Chriss, Journal of Risk 3(2), 2000, section 3.1,
 * with funding as the gain.
 * @throws InvariantError naming the argument that is out of range.
 */
export function weighTilt(question: TiltQuestion): TiltAdvice {
  checkQuestion(question);
  const { recommended, forecast, now, fundingTime } = question;
  const weighed = figuresOf(question);
  const neutral = (code: string, text: string): TiltAdvice => ({
    action: 'neutral',
    targetRatio: 0,
    ...weighed,
    expiresAt: fundingTime,
    reason: reason(code, text),
  });
  if (fundingTime <= now) return neutral('funding-passed', 'the funding time has passed');
  if (recommended.action === 'neutral')
    return neutral('funding-too-low', 'the announced rate moves nothing');
  const { expectedIncomeUsd, expectedCostUsd, riskPenaltyUsd } = weighed;
  const [rate, income] = [
    `${ratioToBps(forecast.rate).toFixed(3)} bps forecast`,
    `${expectedIncomeUsd.toFixed(4)} USD`,
  ];
  if (expectedIncomeUsd <= 0)
    return neutral('funding-turns', `${rate}: the tilt would pay, not earn`);
  const price = `${expectedCostUsd.toFixed(4)} of cost and ${riskPenaltyUsd.toFixed(4)} of risk`;
  if (expectedIncomeUsd <= expectedCostUsd + riskPenaltyUsd)
    return neutral('funding-below-cost', `${rate}: ${income} against ${price}`);
  const { action, targetRatio } = recommended;
  return {
    action,
    targetRatio,
    ...weighed,
    expiresAt: fundingTime,
    reason: reason('funding-tilt', `${rate}: ${income} against ${price}`),
  };
}

type Figures = Pick<TiltAdvice, 'expectedIncomeUsd' | 'expectedCostUsd' | 'riskPenaltyUsd'>;

function figuresOf(question: TiltQuestion): Figures {
  const { recommended, forecast, inventoryUsd } = question;
  const side = Math.sign(recommended.targetRatio);
  const targetUsd = Math.abs(recommended.targetRatio) * question.maxInventoryUsd;
  const enteredUsd = side === 0 ? 0 : Math.max(0, targetUsd - side * inventoryUsd);
  const seconds = Math.max(0, question.fundingTime - question.now) / 1000;
  const variance = question.sigmaPerSqrtSecond ** 2 * seconds + forecast.standardDeviation ** 2;
  return {
    expectedIncomeUsd: -side * targetUsd * forecast.rate,
    expectedCostUsd:
      enteredUsd * bpsToRatio(question.entryBps) + targetUsd * bpsToRatio(question.exitBps),
    riskPenaltyUsd: question.riskAversionPerUsd * targetUsd ** 2 * variance,
  };
}

function checkQuestion(question: TiltQuestion): void {
  const { action, targetRatio } = question.recommended;
  requireWithin('recommended.targetRatio', targetRatio, -1, 1);
  const expected =
    Math.sign(targetRatio) === 0 ? 'neutral' : targetRatio > 0 ? 'lean_long' : 'lean_short';
  if (action !== expected)
    throw new InvariantError(`recommended.targetRatio ${targetRatio} is not that of ${action}`);
  requireWithin('forecast.rate', question.forecast.rate, -VAST);
  requireWithin('forecast.standardDeviation', question.forecast.standardDeviation, 0);
  requireWithin('maxInventoryUsd', question.maxInventoryUsd, 0);
  requireWithin('inventoryUsd', question.inventoryUsd, -VAST);
  requireWithin('entryBps', question.entryBps, -VAST);
  requireWithin('exitBps', question.exitBps, -VAST);
  requireWithin('sigmaPerSqrtSecond', question.sigmaPerSqrtSecond, 0);
  requireWithin('riskAversionPerUsd', question.riskAversionPerUsd, 0);
}
