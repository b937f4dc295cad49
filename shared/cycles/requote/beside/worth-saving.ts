import { SIDES } from '../../../domain/order/side.ts';
import type { Session, Waits } from '../../../domain/trading/session.ts';
import type { EpochMs } from '../../../domain/units.ts';
import type { MarketState } from '../../../market/state.ts';
import { GROUP_BOUNDS } from '../bounds.ts';

/**
 * Whether a start would trade by something that only a newer session says: which parameters are in
 * force, what the loss limits measure from, and how long the venue is left alone. All else of money
 * is in the ledger and at the venue.
 */
export const isWorthSaving = (saved: Session, state: MarketState, at: EpochMs): boolean =>
  saved.parametersVersion !== state.control.parameters.version ||
  isMeasuredAnew(saved, state) ||
  isToWaitLonger(saved.waits, state.sight, at);

/** What the loss limits measure from. */
function isMeasuredAnew(saved: Session, { books, control }: MarketState): boolean {
  const { values } = control.parameters;
  const [before, now] = [saved.equity, books.equity];
  if (before?.firstAt !== now?.firstAt || before?.dayOpenUsd !== now?.dayOpenUsd) return true;
  if (before === undefined || now === undefined || values.capitalUsd === undefined) return false;
  const allowedUsd = (values.capitalUsd * values.dailyLossLimitPct) / 100;
  return now.peakUsd - before.peakUsd > allowedUsd * LOST_SHARE;
}

/** A shorter wait is over by the time a save is read. */
function isToWaitLonger(saved: Waits, now: MarketState['sight'], at: EpochMs): boolean {
  const isLonger = (before: EpochMs, until: EpochMs): boolean =>
    until - Math.max(before, at) > GROUP_BOUNDS.saveNewsMs;
  return (
    isLonger(saved.pauseUntil, now.pauseUntil) ||
    SIDES.some((side) => isLonger(saved.refusals[side].placeFrom, now.refusals[side].placeFrom))
  );
}

/** Of a loss that is allowed: so much more than a peak that nobody knows of may be lost at most. */
const LOST_SHARE = 0.02;
