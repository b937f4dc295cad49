import type { Leaving, MarketEvent } from '../domain/trading/market-event.ts';
import { describeFailure } from '../domain/failure.ts';
import { type EpochMs, epochMs } from '../domain/units.ts';
import { toldToWaitMs } from '../domain/venue/venue-answers.ts';
import { allCancelling, idsOnBook, isOffBook } from '../orders/cancel-all.ts';
import { cancelsAnswered } from '../orders/lifecycle.ts';
import { placesArrivedBy, placesShownFrom } from './due.ts';
import { count, type Output, say, type Turn, turn } from './output.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import type { LeavingState, MarketState } from './state.ts';

/**
 * Begins to leave; a stop outweighs a hand-over, and the first reason to stop is the one said. Who
 * has left does not leave again.
 */
export function leave(state: MarketState, leaving: Leaving, at: EpochMs): Turn {
  const before = state.leaving;
  const isOver = before?.done === true || before?.leaving.how === 'stop';
  if (isOver || (before !== undefined && leaving.how === 'hand-over')) return turn(state);
  const next: LeavingState = {
    leaving,
    since: at,
    emptiedAt: undefined,
    emptying: false,
    tries: 0,
    nextTryAt: at,
    done: false,
  };
  return turn({ ...state, leaving: next }, say('info', 'leaving', { ...leaving }));
}

/**
 * The answer to a cancel of everything: for each order that was cancelled by its id the venue's
 * word; of what rests besides, only a yes counts, and only for lists heard after it.
 */
export function onEmptied(
  state: MarketState,
  { askedAt, cancelled }: Extract<MarketEvent, { kind: 'emptied' }>,
  at: EpochMs,
  { spec }: Rules,
): Turn {
  const { results, failure } = cancelled;
  const patienceMs = toldToWaitMs(cancelled);
  const emptyFrom = epochMs(at + Math.max(MARKET_BOUNDS.emptyRetryMaxMs, patienceMs));
  const orders = cancelsAnswered(state.orders, results, spec.lot, at);
  // Something may have traded of what was cancelled: executions are read before it counts as left.
  const fillsWanted = orders === state.orders ? state.sight.fillsWanted : wanted(state, at);
  const sight = { ...state.sight, lookAgain: true, emptying: false, emptyFrom, fillsWanted };
  const heard = { ...state, orders, sight };
  const { leaving } = state;
  const yesAt = failure === undefined ? askedAt : undefined;
  const next = leaving === undefined ? heard : tried(heard, leaving, yesAt, at, patienceMs);
  return failure === undefined
    ? turn(next)
    : turn(next, say('warn', 'cancel of everything failed', { failure: describeFailure(failure) }));
}

const wanted = ({ sight }: MarketState, at: EpochMs): EpochMs => sight.fillsWanted ?? at;

/** A later yes proves no more than the first does, and a no takes nothing back. */
function tried(
  state: MarketState,
  leaving: LeavingState,
  yesAt: EpochMs | undefined,
  at: EpochMs,
  patienceMs: number,
): MarketState {
  const tries = leaving.tries + 1;
  const retryMs = Math.min(MARKET_BOUNDS.emptyRetryMaxMs, MARKET_BOUNDS.emptyRetryMs * tries);
  const waitMs = Math.max(retryMs, patienceMs);
  const after = { ...leaving, emptying: false, tries, nextTryAt: epochMs(at + waitMs) };
  return yesAt !== undefined && leaving.emptiedAt === undefined
    ? {
        ...state,
        leaving: { ...after, emptiedAt: yesAt },
        sight: { ...state.sight, listedAt: undefined },
      }
    : { ...state, leaving: after };
}

/**
 * One step towards leaving. Nothing ends while a send or a cancel of everything is unanswered:
 * late, it would hit a successor's quotes. A stop ends when nothing of ours rests, and that is
 * proven.
 */
export function leaveOn(state: MarketState, at: EpochMs, rules: Rules): Turn {
  const { leaving } = state;
  const isBusy = state.sending !== undefined || state.sight.emptying;
  if (leaving === undefined || leaving.done || isBusy) return turn(state);
  return leaving.leaving.how === 'hand-over'
    ? handOver(state, leaving, at, rules)
    : stop(state, leaving, at, rules);
}

/** Quotes stay; a place that may still arrive keeps the lease until it has, or no longer can. */
function handOver(state: MarketState, leaving: LeavingState, at: EpochMs, rules: Rules): Turn {
  return at < placesArrivedBy(state.tally, rules.abilities) ? turn(state) : left(state, leaving);
}

function stop(state: MarketState, leaving: LeavingState, at: EpochMs, rules: Rules): Turn {
  if (leaving.emptying) return turn(state);
  if (isProvenEmpty(state, leaving, rules)) return left(state, leaving);
  if (at < leaving.nextTryAt) return turn(state);
  const { arrivesWithinMs, listsLagMs } = rules.abilities;
  const longMs = LONG_MS + arrivesWithinMs + listsLagMs;
  const isOld = at - leaving.since > longMs && leaving.tries % TRIES_A_WARNING === 0;
  const emptying: MarketState = {
    ...state,
    orders: allCancelling(state.orders),
    leaving: { ...leaving, emptying: true },
  };
  return turn(
    emptying,
    { kind: 'empty', venueIds: idsOnBook(state.orders) },
    ...(isOld
      ? [
          say('error', 'orders may still rest', { orders: state.orders.working }),
          count('OrdersLeftBehind', state.orders.working.length),
        ]
      : []),
  );
}

/** Beyond what a place without an answer takes to be listed. */
const LONG_MS = 60_000;
const TRIES_A_WARNING = 10;

/** Ours were seen or sent since: another cancel of everything is needed, and a list after it. */
export const stillThere = (leaving: LeavingState | undefined): LeavingState | undefined =>
  leaving === undefined ? undefined : { ...leaving, emptiedAt: undefined };

/**
 * Of each order of ours its end is known, by its own cancel or by lists after their lag; and a
 * complete list, asked after the cancel of everything and when it had to show any place that
 * nobody answered for, shows nothing of ours.
 */
function isProvenEmpty(
  { orders, sight, tally }: MarketState,
  { emptiedAt }: LeavingState,
  { abilities }: Rules,
): boolean {
  if (emptiedAt === undefined || sight.listedAt === undefined || !isOffBook(orders)) return false;
  const shownFrom = placesShownFrom(tally, abilities);
  if (sight.listedAt < emptiedAt || sight.listedAt < shownFrom) return false;
  return !sight.fillsAsked && sight.fillsHeld.length === 0;
}

function left(state: MarketState, leaving: LeavingState): Turn {
  const { how, why } = leaving.leaving;
  const done: Output = { kind: 'left', how, why };
  return turn({ ...state, leaving: { ...leaving, done: true } }, done);
}
