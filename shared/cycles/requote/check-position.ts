import { byTimeThenId, type Fill } from '../../domain/fill.ts';
import { onLot } from '../../domain/grid.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import { signOf } from '../../domain/side.ts';
import { SECOND_MS } from '../../domain/time.ts';
import { type EpochMs, type Price, signedSize } from '../../domain/units.ts';
import { bookAll } from './absorb-fills.ts';
import type { RunningSession } from './running-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

/**
 * Venues that report a position in dollars are off by their own marking: below a dollar it is the
 * same position.
 */
const SAME_POSITION_USD = 1;
/** How far the venue's clock may be ahead of ours. */
const CLOCK_SKEW_MS = 2 * SECOND_MS;

/** Whether two positions, in signed base units, are more than rounding apart. */
export function differs(
  { spec }: RunningSession,
  venue: number,
  ours: number,
  mid: number | undefined,
): boolean {
  const gap = Math.abs(venue - ours);
  return gap > spec.lot.step / 2 && (mid === undefined || gap * mid > SAME_POSITION_USD);
}

export interface PositionCheck {
  /**
   * The executions the venue listed after it told the position; empty when they were not asked for.
   */
  readonly listed: readonly Fill[];
  readonly mid: Price;
  readonly lookedAt: EpochMs;
}

/**
 * The venue is the truth: if it goes on reporting another position than our fills explain, its word
 * is taken over, loudly.
 */
export function checkPosition(
  { log, metrics }: SessionDeps,
  running: RunningSession,
  check: PositionCheck,
): RunningSession {
  if (isExplained(running, check)) return { ...running, mismatches: 0 };
  const mismatches = running.mismatches + 1;
  if (mismatches < SESSION_BOUNDS.mismatchLooks) return { ...running, mismatches };
  const ours = running.session.pnl.position.size;
  const { market } = running;
  log.error('position mismatch: the venue is taken over', {
    market,
    ours,
    venue: running.venuePosition,
  });
  metrics.add('PositionMismatch', 'Count', 1);
  const size = signedSize(onLot(running.spec.lot, running.venuePosition - ours));
  const missing: LedgerEntry = {
    kind: 'adjustment',
    // It explains what the facts until now leave open, whoever writes it and however often.
    id: `after-${running.session.lastFact}`,
    market,
    at: check.lookedAt,
    size,
    mid: check.mid,
  };
  return { ...bookAll(running, [missing]), mismatches: 0 };
}

/**
 * The position was read a moment before the executions, so the newest of them may not be in it: it
 * is explained if it is what our fills say, or what they said before any number of those that came
 * since the look began.
 */
function isExplained(running: RunningSession, { listed, mid, lookedAt }: PositionCheck): boolean {
  let position: number = running.session.pnl.position.size;
  if (!differs(running, running.venuePosition, position, mid)) return true;
  for (const fill of listed.toSorted(byTimeThenId).toReversed()) {
    if (fill.at < lookedAt - CLOCK_SKEW_MS) return false;
    position -= signOf(fill.side) * fill.size;
    if (!differs(running, running.venuePosition, position, mid)) return true;
  }
  return false;
}
