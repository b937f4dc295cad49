import { bookEntry } from '../accounting/from-ledger.ts';
import type { Halt } from '../domain/halt.ts';
import type { HedgeRecord } from '../domain/hedge.ts';
import { type LedgerEntry, type StoredFact, timeOf } from '../domain/ledger-entry.ts';
import type { FundingRate } from '../domain/market.ts';
import type { ParameterReading } from '../domain/parameter-reading.ts';
import type { ParameterVersion } from '../domain/parameters.ts';
import type { Position } from '../domain/position.ts';
import type { Session } from '../domain/session.ts';
import type { VenueAbilities } from '../domain/venue-abilities.ts';
import { reducingSide } from '../domain/side.ts';
import type { FundingTilt } from '../domain/tilt.ts';
import { SECOND_MS } from '../domain/time.ts';
import { type EpochMs, epochMs, type Price, size } from '../domain/units.ts';
import { NO_ORDERS, type Orders, type WorkingOrder } from '../domain/working-order.ts';
import { asGivenUp } from '../orders/lifecycle.ts';
import type { BrainState } from '../strategy/brain-state.ts';
import { adjustmentsOf, notExpired } from './adjustments.ts';
import { identityOf } from './as-stored.ts';
import { latest, NO_FILLS, withBooked } from './booked-fills.ts';
import { type Books, withOpening } from './books.ts';
import { isContained, NO_FACTS, withFacts } from './contained-facts.ts';
import { stopped } from './control-answers.ts';
import { placesShownFrom } from './due.ts';
import { recorded } from './history-answers.ts';
import { onward, type Turn, turn } from './output.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import { newSight, newTally, NO_HEDGE, noBooks } from './new-state.ts';
import type { MarketState, Tally } from './state.ts';

/** What a start has read before it may trade. */
export interface Known {
  readonly saved: Session | undefined;
  /** Of the ledger: every fact that may be missing in the saved totals, and those of lately. */
  readonly facts: readonly StoredFact[];
  /** The last number given under this fence before, by whoever threw: what bears one may come late. */
  readonly lastFact: number;
  readonly brain: BrainState;
  readonly parameters: ParameterVersion;
  /** What people wrote: it is in force, or what is in force is the last good version before it. */
  readonly written: ParameterReading;
  readonly tilt: FundingTilt | undefined;
  readonly halt: Halt | undefined;
  readonly hedge: HedgeRecord | undefined;
  readonly funding: FundingRate;
  /** What the venue says is held, and the mid to take it over at where nothing was known before. */
  readonly held: Position;
  readonly mid: Price | undefined;
  /** A list asked for from then on shows whatever those before may have left. */
  readonly shownFrom: EpochMs;
}

/**
 * Start-up and recovery in one: what was saved, then what the ledger holds beyond it, then what the
 * venue says. A position held before a market's first session is taken over at the mid: nothing
 * before now is ours to explain. What may not be traded is left from the first moment on.
 */
export function begin(known: Known, at: EpochMs, rules: Rules): Turn {
  return onward(opened(known, at, rules), (state) => stopped(state, known.written, at, rules));
}

function opened(known: Known, at: EpochMs, rules: Rules): Turn {
  const books = booksOf(known, at, rules);
  const isFirst = known.saved === undefined && known.facts.length === 0;
  const mid = known.mid ?? books.pnl.markPrice;
  const state = stateOf(known, books, at, rules);
  if (!isFirst || known.held.size === 0 || mid === undefined) return turn(state);
  const { market, fence, spec } = rules;
  const booking = { market, fence, at, lot: spec.lot };
  const opening = withOpening(books, known.held.size, mid, booking);
  return turn({ ...state, books: opening.books }, ...recorded(opening));
}

function stateOf(
  known: Known,
  books: Books,
  at: EpochMs,
  { fence, abilities }: Rules,
): MarketState {
  const { saved, funding, parameters, tilt, halt } = known;
  const mid = saved?.pnl.markPrice;
  return {
    orders: ordersOf(saved, at),
    books,
    brain: known.brain,
    sight: {
      ...newSight(at),
      shownFrom: known.shownFrom,
      position: { kind: 'agreed', held: known.held },
      mid: saved === undefined || mid === undefined ? undefined : { mid, at: saved.savedAt },
    },
    control: {
      parameters,
      readAt: at,
      unread: false,
      refused: undefined,
      tilt,
      halt,
      peers: {},
    },
    hedge: {
      ...NO_HEDGE,
      open: openHedge(known.hedge, books, at),
      notBefore: shownAfter(known.hedge, abilities),
    },
    funding: {
      rate: funding,
      rateAt: epochMs(at + MARKET_BOUNDS.fundingRateEveryMs),
      asked: false,
      nextAskAt: at,
    },
    sending: undefined,
    leaving: undefined,
    tally: tallyOf(known, at, fence),
  };
}

const tallyOf = ({ saved, shownFrom }: Known, at: EpochMs, fence: number): Tally => ({
  ...newTally(),
  nextCounter: firstCounter(saved, at, fence),
  // What was sent after the save, or by whoever held the lease before, may still arrive.
  lastUnknownAt: shownFrom > at ? at : undefined,
  ...(saved === undefined
    ? {}
    : {
        decisions: saved.decisions,
        decisionsHash: saved.decisionsHash,
        quotesPlaced: saved.quotesPlaced,
      }),
});

/**
 * A start under the same lease uses no id again: fewer than one order a millisecond is sent, since
 * the fence, which is of the clock's seconds or ahead of them, and since the save.
 */
function firstCounter(saved: Session | undefined, at: EpochMs, fence: number): number {
  const byClock = Math.max(0, at - fence * SECOND_MS);
  return saved?.fence === fence
    ? Math.max(byClock, saved.nextCounter + Math.max(0, at - saved.savedAt))
    : byClock;
}

/** Nobody waits any more for the answer to what was on its way when it was saved. */
const ordersOf = (saved: Session | undefined, at: EpochMs): Orders =>
  saved === undefined
    ? NO_ORDERS
    : { ...saved.orders, working: saved.orders.working.map((order) => asGivenUp(order, at)) };

/** Totals as saved, and every later fact on top; without saved totals, of every fact that was read. */
function booksOf({ saved, facts, halt, lastFact }: Known, at: EpochMs, { spec }: Rules): Books {
  const contained = saved?.contained ?? NO_FACTS;
  const later = facts.filter((fact) => fact.number > 0 && !isContained(contained, fact));
  const base = noBooks(saved?.startedAt ?? firstTime(facts) ?? at);
  const fills = facts.flatMap(({ entry }) => (entry.kind === 'fill' ? [entry.fill] : []));
  const { pnl, newestFillAt, fundingPaid, adjustments } = saved ?? base;
  const paid = later.flatMap(({ entry }) => (entry.kind === 'funding' ? [entry.payment.at] : []));
  return {
    ...base,
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
    contained: withFacts(contained, later),
    loaded: new Map(facts.map(({ entry }) => [identityOf(entry), timeOf(entry)])),
  };
}

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

/** The row of a breach that is not done yet: nobody opens another beside it. */
function openHedge(
  record: HedgeRecord | undefined,
  { pnl }: Books,
  at: EpochMs,
): MarketState['hedge']['open'] {
  if (record === undefined || record.status.kind === 'done') return undefined;
  const { intent } = record;
  return {
    id: intent.id,
    intent,
    side: reducingSide(intent.inventoryUsd),
    atMost: size(Math.abs(pnl.position.size)),
    openedAt: intent.openedAt,
    announceAt: at,
  };
}

/** Who has left sends no more; what he began with may still arrive, and be listed late. */
const isDrained = ({ leaving, tally }: MarketState, at: EpochMs, { abilities }: Rules): boolean =>
  leaving?.done === true && at >= placesShownFrom(tally, abilities);

/** Somebody else's may be any number, and the next list shows them again. */
const isOurs = ({ state }: WorkingOrder): boolean => state !== 'foreign';

/** What the last hedge took off may be listed late: another before would take it off again. */
const shownAfter = (record: HedgeRecord | undefined, abilities: VenueAbilities): EpochMs =>
  record?.status.kind === 'done'
    ? epochMs(record.status.at + abilities.listsLagMs + abilities.arrivesWithinMs)
    : NO_HEDGE.notBefore;

/** What is saved of a state: everything that could not be read again. */
export function sessionOf(state: MarketState, group: string, at: EpochMs, rules: Rules): Session {
  const { books, tally, control } = state;
  return {
    market: rules.market,
    group,
    fence: rules.fence,
    savedAt: at,
    startedAt: books.startedAt,
    pnl: books.pnl,
    lastFact: books.nextFact - 1,
    contained: books.contained,
    newestFillAt: books.newestFillAt,
    fundingPaid: books.fundingPaid,
    adjustments: books.adjustments,
    equity: books.equity,
    orders: { ...state.orders, working: state.orders.working.filter(isOurs) },
    drained: isDrained(state, at, rules),
    parametersVersion: control.parameters.version,
    quotesPlaced: tally.quotesPlaced,
    decisions: tally.decisions,
    decisionsHash: tally.decisionsHash,
    nextCounter: tally.nextCounter,
  };
}
