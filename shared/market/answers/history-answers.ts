import { describeFailure, type VenueFailure } from '../../domain/failure.ts';
import type { Fill } from '../../domain/books/fill.ts';
import type { MarketEvent } from '../../domain/trading/market-event.ts';
import { CLOCKS_APART_MS } from '../../domain/time.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { QuoteFill } from '../../domain/venue/view.ts';
import type { Orders } from '../../domain/order/working-order.ts';
import { ordersFilled } from '../../orders/filled-orders.ts';
import { type Booked, type Booking, withFills, withPayments } from '../books/books.ts';
import { withTaken } from '../hedges/breach.ts';
import { isAfter } from '../books/fill-clock.ts';
import { isDoubtful } from './doubt.ts';
import { isFull } from '../due.ts';
import { lookFailed } from './look-failed.ts';
import { newest } from './newest.ts';
import { orderFilled } from '../books/order-filled.ts';
import { count, type Output, say, type Turn, turn } from '../output.ts';
import { explainedAgain } from '../books/position.ts';
import { MARKET_BOUNDS, type Rules } from '../rules.ts';
import type { MarketState } from '../state.ts';

type Event<Kind extends MarketEvent['kind']> = Extract<MarketEvent, { kind: Kind }>;

/** Asks for our executions, as far back as the venue's lists may lag, unless that is being done. */
export function askFills(state: MarketState, at: EpochMs, { abilities }: Rules): Turn {
  const { sight, books } = state;
  if (sight.fillsAsked || isFull(state)) return turn(state);
  const backMs = abilities.listsLagMs + MARKET_BOUNDS.fillOverlapMs;
  const isDeep = at >= sight.deepFillsAt;
  const from = Math.min(
    Math.min(at, books.newestFillAt) - backMs,
    isDeep ? at - MARKET_BOUNDS.deepFillsMs : at,
    needsAll(sight) ? at - MARKET_BOUNDS.oldestFillMs : at,
    sight.fillsWanted ?? at,
  );
  const since = epochMs(Math.max(earliestFill(state), from));
  const deepFillsAt = isDeep ? epochMs(at + MARKET_BOUNDS.deepFillsEveryMs) : sight.deepFillsAt;
  return turn(
    { ...state, sight: { ...sight, fillsAsked: true, deepFillsAt } },
    { kind: 'ask-fills', since },
  );
}

const needsAll = ({ position }: MarketState['sight']): boolean =>
  position.kind === 'disputed' && position.readAt === undefined;

const earliestFill = ({ books }: MarketState): number =>
  Math.max(0, books.startedAt - CLOCKS_APART_MS);

/**
 * Executions as the venue lists them. They are booked when the mid of their look is in; what could
 * not be read stays wanted.
 */
export function onFills(
  state: MarketState,
  { askedAt, since, answer }: Event<'fills'>,
  at: EpochMs,
  rules: Rules,
): Turn {
  const { sight } = state;
  const asked = { ...state, sight: { ...sight, fillsAsked: false } };
  if (!answer.ok) {
    const fillsWanted = epochMs(Math.min(sight.fillsWanted ?? since, since));
    const wanted = { ...asked, sight: { ...asked.sight, fillsWanted } };
    return historyFailed(wanted, answer.failure, at, rules);
  }
  const { fillsWanted, fillsHeld, position } = sight;
  const { fills, doubtful, clockSkewMs } = answer.value;
  const isAll = since <= Math.max(earliestFill(state), askedAt - MARKET_BOUNDS.oldestFillMs);
  const outputs = doubtful.map((row) => say('warn', 'an execution was doubted', { row }));
  return {
    state: {
      ...asked,
      sight: {
        ...asked.sight,
        fillsWanted: fillsWanted !== undefined && since > fillsWanted ? fillsWanted : undefined,
        fillsHeld: [...fillsHeld, ...fills.filter((fill) => isOurs(state, fill, clockSkewMs))],
        clockSkewMs,
        position:
          position.kind === 'disputed' && position.readAt === undefined && isAll
            ? { ...position, readAt: askedAt }
            : position,
      },
    },
    outputs,
  };
}

/**
 * Into books and orders, each once: against the mid of the look under way as soon as its book is
 * in, and at once where no look is under way (E10).
 */
export function bookHeld(state: MarketState, at: EpochMs, rules: Rules): Turn {
  const { look, fillsHeld } = state.sight;
  if (fillsHeld.length === 0 || (look !== undefined && look.book === undefined)) return turn(state);
  const booked = withFills(state.books, fillsHeld, bookingOf(state, at, rules));
  const next: MarketState = {
    ...state,
    books: booked.books,
    orders: ordersFilled(state.orders, booked.fills, rules.spec.lot),
    hedge: withTaken(state.hedge, booked.fills, state.orders),
    sight: {
      ...state.sight,
      fillsHeld: [],
      newFills: newest(state.sight.newFills, quoteFills(booked.fills, state.orders)),
    },
  };
  const position = explainedAgain(next, rules);
  return {
    state: { ...next, sight: { ...next.sight, position } },
    outputs: recorded(booked),
  };
}

/** Facts to be written, and what is said of them. */
export function recorded({ facts, fills }: Pick<Booked, 'facts' | 'fills'>): readonly Output[] {
  const records = facts.map((fact): Output => ({ kind: 'record', fact }));
  return fills.length === 0 ? records : [...records, count('FillCount', fills.length)];
}

/**
 * What may have been there before us is ours only if it is of an order we sent: it is in the
 * position that was taken over, and one that is not is missed there.
 */
const isOurs = (
  { books, orders }: MarketState,
  fill: Fill,
  clockSkewMs: number | undefined,
): boolean =>
  isAfter(fill.at, books.startedAt, clockSkewMs) || orderFilled(orders, fill.orderId) !== undefined;

/** Executions that cannot be read leave the picture incomplete: the look has failed. */
const historyFailed = (
  state: MarketState,
  failure: VenueFailure,
  at: EpochMs,
  rules: Rules,
): Turn =>
  state.sight.look === undefined
    ? turn(state, say('warn', 'executions not read', { failure: describeFailure(failure) }))
    : lookFailed(state, failure, at, rules);

export const bookingOf = (
  state: MarketState,
  at: EpochMs,
  { market, fence, spec }: Rules,
): Booking => ({
  market,
  fence,
  at,
  lot: spec.lot,
  clockSkewMs: state.sight.clockSkewMs,
  newest: lookMid(state, at),
  levelOf: (id) => orderFilled(state.orders, id)?.level,
});

/** The mid of the look under way, if it is believed: not marked yet, and newer than any that is. */
function lookMid(state: MarketState, at: EpochMs): Booking['newest'] {
  const book = state.sight.look?.book;
  if (book?.kind !== 'book' || isDoubtful(state, book.book, at)) return undefined;
  return { at: book.book.at, mid: book.book.mid };
}

const quoteFills = (fills: readonly Fill[], orders: Orders): readonly QuoteFill[] =>
  fills
    .filter(({ liquidity }) => liquidity === 'maker')
    .map((fill) => ({ ...fill, placedAt: orderFilled(orders, fill.orderId)?.since }));

/** Payments of boundaries that have passed; what is not listed yet is asked for again. */
export function onPayments(
  state: MarketState,
  { until, answer }: Event<'payments'>,
  at: EpochMs,
  rules: Rules,
): Turn {
  const asked = { ...state, funding: { ...state.funding, asked: false } };
  if (!answer.ok)
    return turn(
      asked,
      say('warn', 'funding not read', { failure: describeFailure(answer.failure) }),
    );
  const fresh = answer.value.filter((one) => one.at > asked.books.startedAt && one.at <= until);
  const booked = withPayments(asked.books, fresh, bookingOf(asked, at, rules));
  const oldest = at - MARKET_BOUNDS.fundingOpenMs - MARKET_BOUNDS.deepFillsMs;
  const fundingPaid = booked.books.fundingPaid.filter((boundary) => boundary >= oldest);
  return turn({ ...asked, books: { ...booked.books, fundingPaid } }, ...recorded(booked));
}
