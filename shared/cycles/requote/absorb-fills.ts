import { bookEntry } from '../../accounting/from-ledger.ts';
import { byTimeThenId, type Fill, type FundingPayment } from '../../domain/fill.ts';
import { markoutOnFill } from '../../accounting/markouts.ts';
import type { LedgerEntry } from '../../domain/ledger-entry.ts';
import type { FillCursor } from '../../domain/session.ts';
import { epochMs, type EpochMs, type Price } from '../../domain/units.ts';
import type { QuoteFill } from '../../domain/view.ts';
import type { RunningSession } from './running-session.ts';
import { SESSION_BOUNDS } from './session-deps.ts';

/** Books executions that are not booked yet, each once, however often the venue lists them. */
export function absorbFills(
  running: RunningSession,
  listed: readonly Fill[],
  mid: Price,
): RunningSession {
  const { session } = running;
  const fresh = listed.filter((fill) => !isBooked(session.fillCursor, fill)).sort(byTimeThenId);
  if (fresh.length === 0) return running;
  const entries = fresh.map((fill): LedgerEntry => ({
    kind: 'fill',
    fill,
    mid: session.pnl.markPrice ?? mid,
    fence: session.fence,
  }));
  const booked = bookAll(running, entries);
  const quoteFills = fresh.filter(({ liquidity }) => liquidity === 'maker');
  return {
    ...booked,
    newFills: [
      ...running.newFills,
      ...quoteFills.map((fill): QuoteFill => ({
        ...fill,
        placedAt: running.sent.get(fill.orderId)?.at,
      })),
    ],
    markouts: fresh.reduce(
      (markouts, fill) =>
        markoutOnFill(
          markouts,
          fill,
          session.pnl.markPrice ?? mid,
          running.sent.get(fill.orderId)?.level,
        ),
      running.markouts,
    ),
    session: { ...booked.session, fillCursor: advanced(session.fillCursor, fresh) },
  };
}

/**
 * Books funding that is not booked yet and moves the cursor past every boundary that can no longer
 * be late.
 */
export function absorbFunding(
  running: RunningSession,
  payments: readonly FundingPayment[],
  settledTo: EpochMs,
  mid: Price,
): RunningSession {
  const { session } = running;
  const fresh = payments
    .filter((payment) => payment.at > session.fundingBookedTo)
    .sort((a, b) => a.at - b.at);
  const entries = fresh.map((payment): LedgerEntry => ({
    kind: 'funding',
    payment,
    mid: session.pnl.markPrice ?? mid,
    fence: session.fence,
  }));
  const bookedTo = epochMs(
    Math.max(session.fundingBookedTo, settledTo, ...fresh.map((payment) => payment.at)),
  );
  const booked = bookAll(running, entries);
  return { ...booked, session: { ...booked.session, fundingBookedTo: bookedTo } };
}

/** Entries into the running P&L, and onto the list of what the ledger has yet to get. */
export function bookAll(running: RunningSession, entries: readonly LedgerEntry[]): RunningSession {
  const pnl = entries.reduce(
    (sum, entry) => bookEntry(sum, entry, running.spec.lot),
    running.session.pnl,
  );
  return {
    ...running,
    session: { ...running.session, pnl },
    unwritten: [...running.unwritten, ...entries],
  };
}

const isBooked = (cursor: FillCursor, fill: Fill): boolean =>
  fill.at < cursor.at || cursor.booked.some(({ id }) => id === fill.id);

/**
 * The cursor trails the newest fill by the overlap, and names every booked fill it does not cover.
 */
function advanced(cursor: FillCursor, fresh: readonly Fill[]): FillCursor {
  const newest = Math.max(cursor.at, ...fresh.map((fill) => fill.at));
  const at = epochMs(Math.max(cursor.at, newest - SESSION_BOUNDS.fillOverlapMs));
  const booked = [...cursor.booked, ...fresh.map((fill) => ({ id: fill.id, at: fill.at }))];
  return { at, booked: booked.filter((fill) => fill.at >= at) };
}
