import type { HaltOrder } from '../../domain/trading/halt.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import type { ProfitSoFar } from '../../domain/venue/view.ts';
import { reason } from '../../domain/reason.ts';
import { type Draft, standAside } from '../quotes/draft.ts';
import type { Guardrail } from './guardrail.ts';

type SessionLimit = Pick<Parameters, 'sessionStopLossUsd'>;
type DailyLimit = Pick<Parameters, 'capitalUsd' | 'dailyLossLimitPct'>;

/** The limit of the session's loss or of the day's that is passed, if one is (C4, C5). */
export const passedLossLimit = (
  profit: ProfitSoFar,
  limits: SessionLimit & DailyLimit,
): HaltOrder | undefined => passedStopLoss(profit, limits) ?? passedDailyLoss(profit, limits);

/** Net P&L of the session at or below minus sessionStopLossUsd halts the market (C4). */
export const sessionStopLoss: Guardrail<'sessionStopLossUsd'> = (draft, { parameters, profit }) =>
  halted(draft, passedStopLoss(profit, parameters));

/**
 * A loss of dailyLossLimitPct of the capital since the day began, or from the peak, halts the
 * market (C5).
 */
export const dailyLossLimit: Guardrail<'capitalUsd' | 'dailyLossLimitPct'> = (
  draft,
  { parameters, profit },
) => halted(draft, passedDailyLoss(profit, parameters));

function passedStopLoss(
  { sessionUsd }: ProfitSoFar,
  { sessionStopLossUsd }: SessionLimit,
): HaltOrder | undefined {
  if (sessionStopLossUsd === undefined || sessionUsd > -sessionStopLossUsd) return undefined;
  const text = `the session lost ${usd(-sessionUsd)}, allowed are ${usd(sessionStopLossUsd)}`;
  return { cause: 'session-stop-loss', text };
}

function passedDailyLoss(
  { dayUsd, belowPeakUsd }: ProfitSoFar,
  { capitalUsd, dailyLossLimitPct }: DailyLimit,
): HaltOrder | undefined {
  if (capitalUsd === undefined) return undefined;
  const allowed = (capitalUsd * dailyLossLimitPct) / 100;
  const lost = Math.max(-dayUsd, belowPeakUsd);
  if (lost < allowed) return undefined;
  const since = -dayUsd >= allowed ? 'today' : 'from the peak';
  const share = `${usd(allowed)}, ${dailyLossLimitPct} % of the capital`;
  return { cause: 'daily-loss-limit', text: `lost ${usd(lost)} ${since}, allowed are ${share}` };
}

/** The first halt stands: its words are those of the limit that was passed first. */
const halted = (draft: Draft, halt: HaltOrder | undefined): Draft =>
  halt === undefined
    ? draft
    : { ...standAside(draft, reason(halt.cause, halt.text)), halt: draft.halt ?? halt };

const usd = (amount: number): string => `${amount.toFixed(2)} USD`;
