import type { HedgeRecord } from '../domain/trading/hedge.ts';
import type { FundingRate } from '../domain/venue/market.ts';
import type { Markouts } from '../domain/books/markouts.ts';
import type { ParameterReading } from '../domain/parameters/parameter-reading.ts';
import type { ParameterVersion } from '../domain/parameters/parameters.ts';
import type { Position } from '../domain/books/position.ts';
import type { Session } from '../domain/trading/session.ts';
import type { FundingTilt } from '../domain/trading/tilt.ts';
import { SECOND_MS } from '../domain/time.ts';
import { type EpochMs, epochMs, type Price } from '../domain/units.ts';
import { NO_ORDERS, type Orders, type WorkingOrder } from '../domain/order/working-order.ts';
import { asGivenUp } from '../orders/lifecycle.ts';
import type { BrainState } from '../strategy/brain-state.ts';
import { type Books, withOpening } from './books/books.ts';
import { stopped } from './answers/control-answers.ts';
import { placesShownFrom } from './due.ts';
import { hedgesOf, hedgesPast, positionDoubted, sightOf, waitsOf } from './handed-over.ts';
import { recorded } from './answers/history-answers.ts';
import { loadBooks, type Loaded } from './books/load-books.ts';
import { newTally } from './new-state.ts';
import { onward, type Turn, turn } from './output.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import type { MarketState, Tally } from './state.ts';

/** What a start has read before it may trade. */
export interface Known extends Loaded {
  readonly brain: BrainState;
  readonly parameters: ParameterVersion;
  /** What people wrote: it is in force, or what is in force is the last good version before it. */
  readonly written: ParameterReading;
  readonly tilt: FundingTilt | undefined;
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
  const books = loadBooks(known, at, rules);
  const isFirst = known.saved === undefined && known.facts.length === 0;
  const mid = known.mid ?? books.pnl.markPrice;
  const state = stateOf(known, books, at, rules);
  if (!isFirst || known.held.size === 0 || mid === undefined) return turn(state);
  const { market, fence, spec } = rules;
  const booking = { market, fence, at, lot: spec.lot };
  const opening = withOpening(books, known.held.size, mid, booking);
  return turn({ ...state, books: opening.books }, ...recorded(opening));
}

function stateOf(known: Known, books: Books, at: EpochMs, rules: Rules): MarketState {
  const { saved, funding, parameters, tilt, halt } = known;
  const orders = ordersOf(saved, at);
  const state: MarketState = {
    orders,
    books,
    brain: known.brain,
    sight: sightOf(known, at),
    control: {
      parameters,
      readAt: at,
      unread: false,
      refused: undefined,
      tilt,
      halt,
      peers: {},
    },
    hedge: hedgesOf(known, { books, orders }, at, rules.abilities),
    funding: {
      rate: funding,
      rateAt: epochMs(at + MARKET_BOUNDS.fundingRateEveryMs),
      asked: false,
      nextAskAt: at,
    },
    sending: undefined,
    leaving: undefined,
    tally: tallyOf(known, at, rules.fence),
  };
  return positionDoubted(state, known.held, at, rules);
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

/** Who has left sends no more; what he began with may still arrive, and be listed late. */
const isDrained = ({ leaving, tally }: MarketState, at: EpochMs, { abilities }: Rules): boolean =>
  leaving?.done === true && at >= placesShownFrom(tally, abilities);

/** Somebody else's may be any number, and the next list shows them again. */
const isOurs = ({ state }: WorkingOrder): boolean => state !== 'foreign';

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
    markouts: savedMarkouts(books.markouts),
    newestFillAt: books.newestFillAt,
    fundingPaid: books.fundingPaid,
    adjustments: books.adjustments,
    equity: books.equity,
    orders: { ...state.orders, working: state.orders.working.filter(isOurs) },
    drained: isDrained(state, at, rules),
    hedges: hedgesPast(state.hedge),
    waits: waitsOf(state.sight),
    parametersVersion: control.parameters.version,
    quotesPlaced: tally.quotesPlaced,
    decisions: tally.decisions,
    decisionsHash: tally.decisionsHash,
    nextCounter: tally.nextCounter,
  };
}

/** When the first of them is due follows from the rest. */
const savedMarkouts = ({ pending, cells }: Markouts): Markouts => ({ pending, cells });
