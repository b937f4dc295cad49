import { type HaltCause } from '../../domain/trading/halt.ts';
import { reason } from '../../domain/reason.ts';
import { type Draft, standAside } from '../quotes/draft.ts';
import type { Guardrail } from './guardrail.ts';

/** Net P&L of the session at or below minus sessionStopLossUsd halts the market (C4). */
export const sessionStopLoss: Guardrail<'sessionStopLossUsd'> = (
  draft,
  { parameters: { sessionStopLossUsd }, profit },
) => {
  if (sessionStopLossUsd === undefined || profit.sessionUsd > -sessionStopLossUsd) return draft;
  return halted(
    draft,
    'session-stop-loss',
    `the session lost ${usd(-profit.sessionUsd)}, allowed are ${usd(sessionStopLossUsd)}`,
  );
};

/**
 * A loss of dailyLossLimitPct of the capital since the day began, or from the peak, halts the
 * market (C5).
 */
export const dailyLossLimit: Guardrail<'capitalUsd' | 'dailyLossLimitPct'> = (
  draft,
  { parameters: { capitalUsd, dailyLossLimitPct }, profit },
) => {
  if (capitalUsd === undefined) return draft;
  const allowed = (capitalUsd * dailyLossLimitPct) / 100;
  const lost = Math.max(-profit.dayUsd, profit.belowPeakUsd);
  if (lost < allowed) return draft;
  const since = -profit.dayUsd >= allowed ? 'today' : 'from the peak';
  return halted(
    draft,
    'daily-loss-limit',
    `lost ${usd(lost)} ${since}, allowed are ${usd(allowed)}, ${dailyLossLimitPct} % of the capital`,
  );
};

/** The first halt stands: its words are those of the limit that was passed first. */
const halted = (draft: Draft, cause: HaltCause, text: string): Draft => ({
  ...standAside(draft, reason(cause, text)),
  halt: draft.halt ?? { cause, text },
});

const usd = (amount: number): string => `${amount.toFixed(2)} USD`;
