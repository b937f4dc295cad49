import { bookEntry } from '../../accounting/from-ledger.ts';
import { byTimeThenId, type Fill, type FundingPayment } from '../../domain/fill.ts';
import { markoutOnFill } from '../../accounting/markouts.ts';
import type { LedgerEntry, StoredFact } from '../../domain/ledger-entry.ts';
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
  const fresh = listed.filter((fill) => !isBooked(running, fill)).sort(byTimeThenId);
  if (fresh.length === 0) return running;
  const entries = fresh.map((fill): LedgerEntry => ({
    kind: 'fill',
    fill,
    mid: session.pnl.markPrice ?? mid,
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
    ...advanced(booked, fresh),
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
  const { fence, lastFact } = running.session;
  const facts = entries.map((entry, index): StoredFact => ({
    number: lastFact + 1 + index,
    fence,
    entry,
  }));
  return {
    ...running,
    session: { ...running.session, pnl, lastFact: lastFact + facts.length },
    unwritten: [...running.unwritten, ...facts],
  };
}

const isBooked = ({ session, bookedFills }: RunningSession, fill: Fill): boolean =>
  fill.at < session.fillsBookedTo || bookedFills.has(fill.id);

/**
 * The cursor trails the newest fill by the overlap; the booked fills it does not cover are
 * remembered here, and in the ledger.
 */
function advanced(
  { session, bookedFills }: RunningSession,
  fresh: readonly Fill[],
): Pick<RunningSession, 'session' | 'bookedFills'> {
  const newest = Math.max(session.fillsBookedTo, ...fresh.map((fill) => fill.at));
  const to = epochMs(Math.max(session.fillsBookedTo, newest - SESSION_BOUNDS.fillOverlapMs));
  const booked = [...bookedFills, ...fresh.map(({ id, at }) => [id, at] as const)];
  return {
    session: { ...session, fillsBookedTo: to },
    bookedFills: new Map(booked.filter(([, at]) => at >= to)),
  };
}
