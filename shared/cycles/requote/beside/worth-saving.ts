import type { Session } from '../../../domain/trading/session.ts';
import type { MarketState } from '../../../market/state.ts';

/**
 * Whether a start would trade by something that only a newer session says: which parameters are in
 * force, and what the loss limits measure from. All else of money is in the ledger and at the
 * venue.
 */
export function isWorthSaving(saved: Session, { books, control }: MarketState): boolean {
  const { version, values } = control.parameters;
  const [before, now] = [saved.equity, books.equity];
  if (saved.parametersVersion !== version) return true;
  if (before?.firstAt !== now?.firstAt || before?.dayOpenUsd !== now?.dayOpenUsd) return true;
  if (before === undefined || now === undefined || values.capitalUsd === undefined) return false;
  const allowedUsd = (values.capitalUsd * values.dailyLossLimitPct) / 100;
  return now.peakUsd - before.peakUsd > allowedUsd * LOST_SHARE;
}

/** Of a loss that is allowed: so much more than a peak that nobody knows of may be lost at most. */
const LOST_SHARE = 0.02;
