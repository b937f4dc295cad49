import { bookEntry } from '../../accounting/from-ledger.ts';
import type { Grid } from '../../domain/grid.ts';
import { type StoredFact, timeOf } from '../../domain/ledger-entry.ts';
import type { Session } from '../../domain/session.ts';
import { DAY_MS } from '../../domain/time.ts';
import { epochMs, type EpochMs } from '../../domain/units.ts';
import type { RunningSession } from './running-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

/** A market that was left alone for longer has no fact that its session does not know. */
const MOST_DAYS = 300;

/**
 * The session with the facts that were written and not yet saved in it, as they are stored: who
 * died in between has told the ledger, and its word is what the books hold. With it the ids of the
 * fills that are booked since the cursor.
 */
export async function withLedger(
  { ledger }: Pick<SessionDeps, 'ledger'>,
  saved: Session,
  lot: Grid,
  now: EpochMs,
): Promise<Pick<RunningSession, 'session' | 'bookedFills'>> {
  const since = Math.min(saved.fillsBookedTo, saved.fundingBookedTo);
  const facts = await ledger.read(
    saved.market,
    epochMs(Math.max(since, now - MOST_DAYS * DAY_MS, 0)),
    // The venue's clock may be ahead of ours.
    epochMs(now + SESSION_BOUNDS.fillOverlapMs),
  );
  const fills = facts.flatMap(({ entry }) =>
    entry.kind === 'fill' && entry.fill.at >= saved.fillsBookedTo
      ? [[entry.fill.id, entry.fill.at] as const]
      : [],
  );
  const later = facts
    .filter(({ number, entry }) => number > saved.lastFact && timeOf(entry) >= saved.startedAt)
    .sort((a, b) => a.number - b.number);
  const session = later.reduce((before, fact) => booked(before, fact, lot), saved);
  // A number is given once, also where a first session died before it was saved.
  const lastFact = Math.max(session.lastFact, ...facts.map(({ number }) => number));
  return { session: { ...session, lastFact }, bookedFills: new Map(fills) };
}

function booked(session: Session, { number, entry }: StoredFact, lot: Grid): Session {
  return {
    ...session,
    pnl: bookEntry(session.pnl, entry, lot),
    lastFact: number,
    fundingBookedTo:
      entry.kind === 'funding'
        ? epochMs(Math.max(session.fundingBookedTo, entry.payment.at))
        : session.fundingBookedTo,
  };
}
