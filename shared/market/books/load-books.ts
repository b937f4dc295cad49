import { bookEntry } from '../../accounting/from-ledger.ts';
import { markoutOnFill, NEW_MARKOUTS, resumeMarkouts } from '../../accounting/markouts.ts';
import type { Fill } from '../../domain/books/fill.ts';
import type { Halt } from '../../domain/trading/halt.ts';
import { type LedgerEntry, type StoredFact, timeOf } from '../../domain/books/ledger-entry.ts';
import type { Session } from '../../domain/trading/session.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import { NO_ORDERS } from '../../domain/order/working-order.ts';
import { adjustmentsOf, notExpired } from './adjustments.ts';
import { identityOf } from './as-stored.ts';
import { latest, NO_FILLS, withBooked } from './booked-fills.ts';
import type { Books } from './books.ts';
import { isContained, NO_FACTS, withFacts } from './contained-facts.ts';
import { noBooks } from '../new-state.ts';
import { orderFilled } from './order-filled.ts';
import { MARKET_BOUNDS, type Rules } from '../rules.ts';

/** What totals are made of at a start. */
export interface Loaded {
  readonly saved: Session | undefined;
  /** Of the ledger: every fact that may be missing in the saved totals, and those of lately. */
  readonly facts: readonly StoredFact[];
  /**
   * The last number given under this fence before, by whoever threw: what bears one may come late.
   */
  readonly lastFact: number;
  readonly halt: Halt | undefined;
}

/**
 * Totals as saved, and every later fact on top; without saved totals, of every fact that was read.
 */
export function loadBooks(loaded: Loaded, at: EpochMs, { spec }: Pick<Rules, 'spec'>): Books {
  const { saved, facts, halt, lastFact } = loaded;
  const later = laterFacts(loaded);
  const base = noBooks(saved?.startedAt ?? firstTime(facts) ?? at);
  const fills = fillsOf(facts);
  const { pnl, newestFillAt, fundingPaid, adjustments } = saved ?? base;
  const paid = later.flatMap(({ entry }) => (entry.kind === 'funding' ? [entry.payment.at] : []));
  return {
    ...base,
    ...markoutsOf(loaded, later),
    pnl: later.reduce((sum, { entry }) => bookEntry(sum, entry, spec.lot), pnl),
    equity: hasHalted(saved, facts, halt) ? undefined : saved?.equity,
    booked: withBooked(NO_FILLS, fills, at),
    newestFillAt: latest(earliestAsked(saved, newestFillAt), fills),
    fundingPaid: [...new Set([...fundingPaid, ...paid])],
    adjustments: notExpired(adjustmentsOf(adjustments, later, spec.lot), at),
    nextFact:
      facts.reduce(
        (most, { number }) => Math.max(most, number),
        Math.max(lastFact, saved?.lastFact ?? 0),
      ) + 1,
    contained: withFacts(saved?.contained ?? NO_FACTS, later),
    loaded: new Map(facts.map(({ entry }) => [identityOf(entry), timeOf(entry)])),
  };
}

/** As saved, with what was filled since: it is measured if the next mid comes in time. */
function markoutsOf(
  { saved }: Loaded,
  later: readonly StoredFact[],
): Pick<Books, 'markouts' | 'markoutsBefore'> {
  const { markouts, orders } = saved ?? { markouts: NEW_MARKOUTS, orders: NO_ORDERS };
  const waiting = later.reduce((state, { entry }) => {
    if (entry.kind !== 'fill') return state;
    const level = orderFilled(orders, entry.fill.orderId)?.level;
    return markoutOnFill(state, entry.fill, entry.mid, level);
  }, resumeMarkouts(markouts));
  return { markouts: waiting, markoutsBefore: markouts.cells };
}

/** Of the ledger what the saved totals do not contain; what somebody else wrote is in no total. */
export function laterFacts({
  saved,
  facts,
}: Pick<Loaded, 'saved' | 'facts'>): readonly StoredFact[] {
  const contained = saved?.contained ?? NO_FACTS;
  return facts.filter((fact) => fact.number > 0 && !isContained(contained, fact));
}

export const fillsOf = (facts: readonly StoredFact[]): readonly Fill[] =>
  facts.flatMap(({ entry }) => (entry.kind === 'fill' ? [entry.fill] : []));

/** Executions are asked for only as far back as facts were read: what is older would look new. */
const earliestAsked = (saved: Session | undefined, newestFillAt: EpochMs): EpochMs =>
  saved === undefined
    ? newestFillAt
    : epochMs(Math.max(newestFillAt, saved.savedAt - MARKET_BOUNDS.oldestFillMs));

/** A halt since the limits count, in force or lifted: they count anew from its lifting (E8). */
function hasHalted(
  saved: Session | undefined,
  facts: readonly StoredFact[],
  halt: Halt | undefined,
): boolean {
  const since = saved?.equity?.firstAt ?? Infinity;
  return halt !== undefined || facts.some(({ entry }) => haltedAt(entry) >= since);
}

const haltedAt = (entry: LedgerEntry): number => (entry.kind === 'halt' ? entry.halt.at : 0);

function firstTime(facts: readonly StoredFact[]): EpochMs | undefined {
  const first = facts.reduce((least, { entry }) => Math.min(least, timeOf(entry)), Infinity);
  return facts.length === 0 ? undefined : epochMs(first);
}
