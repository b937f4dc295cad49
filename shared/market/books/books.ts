import { onEquity } from '../../accounting/equity-curve.ts';
import { bookEntry } from '../../accounting/from-ledger.ts';
import { type MarkoutState, markoutOnFill, markoutOnMid } from '../../accounting/markouts.ts';
import { markTo, netPnlUsd } from '../../accounting/profit-and-loss.ts';
import type { EquityCurve } from '../../domain/books/equity-curve.ts';
import type { Fill, FundingPayment } from '../../domain/books/fill.ts';
import { type Grid, onLot } from '../../domain/order/grid.ts';
import type { LedgerEntry, StoredFact } from '../../domain/books/ledger-entry.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { MarkoutCell } from '../../domain/books/markouts.ts';
import type { ProfitAndLoss } from '../../domain/books/profit-and-loss.ts';
import type { Adjustment, ContainedFacts } from '../../domain/trading/session.ts';
import type { EpochMs, Price } from '../../domain/units.ts';
import { adjustmentEntry, notExpired, openingId, takenBack } from './adjustments.ts';
import { type BookedFills, latest, notBooked, withBooked } from './booked-fills.ts';
import { withFact } from './contained-facts.ts';

/** The money of one market: what the facts as stored add up to, and which facts there are. */
export interface Books {
  readonly startedAt: EpochMs;
  readonly pnl: ProfitAndLoss;
  /** Net P&L since the limits count (C4, C5); undefined before the first mark. */
  readonly equity: EquityCurve | undefined;
  readonly markouts: MarkoutState;
  /** Of them what was measured when they were loaded: the brain answers to what came since. */
  readonly markoutsBefore: readonly MarkoutCell[];
  readonly booked: BookedFills;
  /** When the newest execution booked traded. */
  readonly newestFillAt: EpochMs;
  /** Boundaries whose payment is booked, of the last day. */
  readonly fundingPaid: readonly EpochMs[];
  /** Differences taken over from the venue and not taken back. */
  readonly adjustments: readonly Adjustment[];
  readonly nextFact: number;
  /** The facts that are in the totals. */
  readonly contained: ContainedFacts;
  /** Facts that were read when the totals were loaded, by their whole identity: when each was. */
  readonly loaded: ReadonlyMap<string, EpochMs>;
  /** Facts the ledger has not confirmed, oldest first. */
  readonly pending: readonly PendingFact[];
  /** Mids lately, by the venue's time: a fill is booked against the first at or after it. */
  readonly mids: readonly { readonly at: EpochMs; readonly mid: Price }[];
}

interface PendingFact {
  readonly fact: StoredFact;
  readonly since: EpochMs;
}

/** What writing a fact needs to know. */
interface Writing {
  readonly market: MarketId;
  readonly fence: number;
  readonly lot: Grid;
  readonly at: EpochMs;
}

/** What booking executions needs to know. */
export interface Booking extends Writing {
  /** Of the clock that dates executions; undefined while nobody knows. */
  readonly clockSkewMs: number | undefined;
  /** A mid that is seen and not marked yet, by the venue's time. */
  readonly newest: { readonly at: EpochMs; readonly mid: Price } | undefined;
  readonly levelOf: (orderId: string) => number | undefined;
}

export interface Booked {
  readonly books: Books;
  readonly facts: readonly StoredFact[];
  readonly fills: readonly Fill[];
}

/**
 * Books executions that are not booked yet, each once, however often and late the venue lists them.
 * A difference taken over from the venue is taken back as the execution that explains it turns up.
 */
export function withFills(books: Books, listed: readonly Fill[], booking: Booking): Booked {
  const fresh = notBooked(books.booked, listed);
  if (fresh.length === 0) return { books, facts: [], fills: [] };
  const facts: StoredFact[] = [];
  let next: Books = { ...books, adjustments: notExpired(books.adjustments, booking.at) };
  for (const fill of fresh) {
    const mid = midAt(next, fill, booking);
    const { left, entries } = takenBack(next.adjustments, fill, booking);
    next = { ...next, adjustments: left };
    for (const entry of [...entries, { kind: 'fill' as const, fill, mid }])
      next = withEntry(next, entry, booking, facts);
    const level = booking.levelOf(fill.orderId);
    next = { ...next, markouts: markoutOnFill(next.markouts, fill, mid, level) };
  }
  const newestFillAt = latest(books.newestFillAt, fresh);
  const booked = withBooked(books.booked, fresh, booking.at);
  const all = { ...next, booked, newestFillAt };
  return { books: withPending(all, facts, booking.at), facts, fills: fresh };
}

/** The first mid at or after the fill, by the venue's time; before there is one, the newest. */
function midAt({ mids, pnl }: Books, fill: Fill, { newest }: Booking): Price {
  const after = mids.find(({ at }) => at >= fill.at) ?? newest ?? mids.at(-1);
  return after?.mid ?? pnl.markPrice ?? fill.price;
}

/** Books payments of boundaries that are not booked yet. */
export function withPayments(
  books: Books,
  payments: readonly FundingPayment[],
  booking: Booking,
): Booked {
  const facts: StoredFact[] = [];
  const mid = books.pnl.markPrice;
  if (mid === undefined) return { books, facts, fills: [] };
  let next = books;
  for (const payment of payments.toSorted((a, b) => a.at - b.at)) {
    if (next.fundingPaid.includes(payment.at)) continue;
    next = withEntry(next, { kind: 'funding', payment, mid }, booking, facts);
    next = { ...next, fundingPaid: [...next.fundingPaid, payment.at] };
  }
  return { books: withPending(next, facts, booking.at), facts, fills: [] };
}

/** Takes over what the venue says beyond our executions, until one turns up that explains it. */
export function withAdjustment(
  books: Books,
  missing: number,
  mid: Price,
  booking: Booking,
): Booked {
  const facts: StoredFact[] = [];
  const id = `${booking.fence}-${books.nextFact}`;
  const entry = adjustmentEntry(id, missing, mid, booking);
  const next = withEntry(books, entry, booking, facts);
  const adjustments = [...next.adjustments, { id, at: entry.at, size: entry.size, mid }];
  const all = { ...next, adjustments };
  return { books: withPending(all, facts, booking.at), facts, fills: [] };
}

/** What was held before a market's first session: nothing that an execution will explain. */
export function withOpening(books: Books, held: number, mid: Price, booking: Writing): Booked {
  const facts: StoredFact[] = [];
  const entry = adjustmentEntry(openingId(booking.fence), held, mid, booking);
  const next = withEntry(books, entry, booking, facts);
  return { books: withPending(next, facts, booking.at), facts, fills: [] };
}

function withEntry(
  books: Books,
  entry: LedgerEntry,
  { lot, fence }: Writing,
  facts: StoredFact[],
): Books {
  const fact = { number: books.nextFact, fence, entry };
  facts.push(fact);
  return {
    ...books,
    pnl: bookEntry(books.pnl, entry, lot),
    nextFact: fact.number + 1,
    contained: withFact(books.contained, fact),
  };
}

/** Until the ledger has them. */
function withPending(books: Books, facts: readonly StoredFact[], since: EpochMs): Books {
  const added = facts.map((fact) => ({ fact, since }));
  return { ...books, pending: [...books.pending, ...added] };
}

/** The mid has been seen: the position is marked, the limits and the markouts hear of it. */
export function markedAt(books: Books, mid: Price, venueAt: EpochMs, seenAt: EpochMs): Books {
  const pnl = markTo(books.pnl, mid);
  const oldest = seenAt - MID_MEMORY_MS;
  const mids = [
    ...books.mids.filter(({ at }) => at >= oldest && at <= venueAt),
    { at: venueAt, mid },
  ];
  return {
    ...books,
    pnl,
    mids,
    equity: onEquity(books.equity, netPnlUsd(pnl), seenAt),
    markouts: markoutOnMid(books.markouts, mid, venueAt),
  };
}

/** Fills may be listed this late and still find the mid of their time. */
const MID_MEMORY_MS = 90_000;

/** The size a position would have without the executions booked of after each moment of late. */
export function positionsLately(
  { pnl, booked }: Books,
  since: EpochMs,
  lot: Grid,
): readonly number[] {
  const sizes: number[] = [pnl.position.size];
  let position: number = pnl.position.size;
  for (const fill of booked.lately) {
    if (fill.at < since) break;
    position = onLot(lot, position - fill.size);
    sizes.push(position);
  }
  return sizes;
}
