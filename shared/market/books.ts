import { onEquity } from '../accounting/equity-curve.ts';
import { bookEntry } from '../accounting/from-ledger.ts';
import { type MarkoutState, markoutOnFill, markoutOnMid } from '../accounting/markouts.ts';
import { markTo, netPnlUsd } from '../accounting/profit-and-loss.ts';
import type { EquityCurve } from '../domain/equity-curve.ts';
import { byTimeThenId, type Fill, type FundingPayment } from '../domain/fill.ts';
import { type Grid, onLot } from '../domain/grid.ts';
import { factName, type LedgerEntry, type StoredFact, timeOf } from '../domain/ledger-entry.ts';
import type { MarketId } from '../domain/market-id.ts';
import type { ProfitAndLoss } from '../domain/profit-and-loss.ts';
import type { Adjustment } from '../domain/session.ts';
import { signOf } from '../domain/side.ts';
import { type EpochMs, epochMs, type Price, signedSize, size, usd } from '../domain/units.ts';
import { MARKET_BOUNDS } from './rules.ts';

/** The money of one market: what the facts as stored add up to, and which facts there are. */
export interface Books {
  readonly startedAt: EpochMs;
  readonly pnl: ProfitAndLoss;
  /** Net P&L since the limits count (C4, C5); undefined before the first mark. */
  readonly equity: EquityCurve | undefined;
  readonly markouts: MarkoutState;
  /** Executions booked lately by id: when each traded, and its signed size. */
  readonly booked: ReadonlyMap<string, { readonly at: EpochMs; readonly size: number }>;
  /** When the newest execution booked traded. */
  readonly newestFillAt: EpochMs;
  /** Boundaries whose payment is booked, of the last day. */
  readonly fundingPaid: readonly EpochMs[];
  /** Differences taken over from the venue and not taken back. */
  readonly adjustments: readonly Adjustment[];
  readonly nextFact: number;
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

/** What booking needs to know. */
export interface Booking {
  readonly market: MarketId;
  readonly fence: number;
  readonly lot: Grid;
  readonly at: EpochMs;
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
  const byId = new Map(listed.map((fill) => [fill.id, fill]));
  const fresh = [...byId.values()].filter(({ id }) => !books.booked.has(id)).sort(byTimeThenId);
  if (fresh.length === 0) return { books, facts: [], fills: [] };
  const facts: StoredFact[] = [];
  let next = books;
  for (const fill of fresh) {
    const mid = midAt(next, fill);
    const back = takenBack(next, fill, booking);
    if (back !== undefined) {
      next = withEntry({ ...next, adjustments: back.adjustments }, back.entry, booking, facts);
    }
    next = withEntry(next, { kind: 'fill', fill, mid }, booking, facts);
    const level = booking.levelOf(fill.orderId);
    next = { ...next, markouts: markoutOnFill(next.markouts, fill, mid, level) };
  }
  const booked = new Map(books.booked);
  for (const { id, at, side, size: traded } of fresh)
    booked.set(id, { at, size: signOf(side) * traded });
  const newestFillAt = epochMs(Math.max(books.newestFillAt, ...fresh.map(({ at }) => at)));
  return {
    books: { ...next, booked: lately(booked, booking.at), newestFillAt },
    facts,
    fills: fresh,
  };
}

/** The first mid at or after the fill, by the venue's time; before there is one, the newest. */
function midAt({ mids, pnl }: Books, fill: Fill): Price {
  const after = mids.find(({ at }) => at >= fill.at);
  return after?.mid ?? mids.at(-1)?.mid ?? pnl.markPrice ?? fill.price;
}

/** Ids older than a venue may still list them are forgotten. */
function lately(booked: Map<string, { at: EpochMs; size: number }>, now: EpochMs): Books['booked'] {
  const oldest = now - MARKET_BOUNDS.oldestFillMs - MARKET_BOUNDS.deepFillsMs;
  for (const [id, { at }] of booked) if (at < oldest) booked.delete(id);
  return booked;
}

/** A late execution explains a difference of its own sign: so much of it is taken back, at its mid. */
function takenBack(
  { adjustments }: Books,
  fill: Fill,
  { market, lot }: Booking,
): { readonly adjustments: readonly Adjustment[]; readonly entry: LedgerEntry } | undefined {
  const sign = signOf(fill.side);
  const found = adjustments.find(
    (one) => Math.sign(one.size) === sign && fill.at <= one.at + MARKET_BOUNDS.clocksApartMs / 5,
  );
  if (found === undefined) return undefined;
  const back = sign * Math.min(Math.abs(found.size), fill.size);
  const left = onLot(lot, found.size - back);
  const rest = left === 0 ? [] : [{ ...found, size: left }];
  return {
    adjustments: adjustments.flatMap((one) => (one === found ? rest : [one])),
    entry: {
      kind: 'adjustment',
      id: `${found.id}-back-${fill.id}`,
      market,
      at: found.at,
      size: signedSize(-back),
      mid: found.mid,
    },
  };
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
  return { books: next, facts, fills: [] };
}

/** Takes over what the venue says beyond our executions, at the mid, at no profit. */
export function withAdjustment(
  books: Books,
  missing: number,
  mid: Price,
  booking: Booking,
): Booked {
  const facts: StoredFact[] = [];
  const { market, at, lot, fence } = booking;
  const taken = onLot(lot, missing);
  const id = `${fence}-${books.nextFact}`;
  const entry: LedgerEntry = { kind: 'adjustment', id, market, at, size: signedSize(taken), mid };
  const next = withEntry(books, entry, booking, facts);
  const adjustments = [...next.adjustments, { id, at, size: taken, mid }];
  return { books: { ...next, adjustments }, facts, fills: [] };
}

function withEntry(
  books: Books,
  entry: LedgerEntry,
  { lot, fence, at }: Booking,
  facts: StoredFact[],
): Books {
  const fact: StoredFact = { number: books.nextFact, fence, entry };
  facts.push(fact);
  return {
    ...books,
    pnl: bookEntry(books.pnl, entry, lot),
    nextFact: books.nextFact + 1,
    pending: [...books.pending, { fact, since: at }],
  };
}

/**
 * The ledger's answer. A fact that was there already is what the books hold: if the totals had it
 * when they were loaded, ours is taken out again; otherwise its mid replaces ours. Its number does
 * not tell: an earlier holder's, written late, may be lower than any of those loaded.
 */
export function withRecorded(
  books: Books,
  number: number,
  earlier: StoredFact | undefined,
  lot: Grid,
): Books {
  const found = books.pending.find(({ fact }) => fact.number === number);
  if (found === undefined) return books;
  const pending = books.pending.filter((one) => one !== found);
  if (earlier === undefined) return { ...books, pending };
  const { entry } = found.fact;
  if (books.loaded.has(identityOf(earlier.entry)))
    return { ...books, pending, pnl: unbooked(books.pnl, entry, lot) };
  return { ...books, pending, pnl: bookEntry(unbooked(books.pnl, entry, lot), earlier.entry, lot) };
}

/** Under what a fact of one market is stored, whoever wrote it. */
export const identityOf = (entry: LedgerEntry): string =>
  `${Math.floor(timeOf(entry))}#${factName(entry)}`;

/** The inverse of booking an entry: every part it added is taken out, the mark stays. */
function unbooked(pnl: ProfitAndLoss, entry: LedgerEntry, lot: Grid): ProfitAndLoss {
  const mark = pnl.markPrice;
  const opposite = inverse(entry);
  if (opposite === undefined) return pnl;
  const undone = bookEntry(pnl, opposite, lot);
  const back = mark === undefined ? undone : markTo(undone, mark);
  if (entry.kind !== 'fill') return back;
  return {
    ...back,
    fills: back.fills - 2,
    volumeUsd: usd(back.volumeUsd - 2 * entry.fill.price * entry.fill.size),
  };
}

function inverse(entry: LedgerEntry): LedgerEntry | undefined {
  switch (entry.kind) {
    case 'fill': {
      const { fill } = entry;
      const side = fill.side === 'buy' ? 'sell' : 'buy';
      return { ...entry, fill: { ...fill, side, feeUsd: usd(-fill.feeUsd) } };
    }
    case 'funding':
      return {
        ...entry,
        payment: { ...entry.payment, amountUsd: usd(-entry.payment.amountUsd) },
      };
    case 'adjustment':
      return { ...entry, size: signedSize(-entry.size) };
    case 'hedge':
    case 'halt':
      return undefined;
  }
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
  const recent = [...booked.values()].filter(({ at }) => at >= since).sort((a, b) => b.at - a.at);
  const sizes: number[] = [pnl.position.size];
  let position: number = pnl.position.size;
  for (const fill of recent) {
    position = onLot(lot, position - fill.size);
    sizes.push(position);
  }
  return sizes;
}

export const absolute = (held: number): ReturnType<typeof size> => size(Math.abs(held));
