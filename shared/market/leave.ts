import type { Leaving, MarketEvent } from '../domain/market-event.ts';
import { describeFailure } from '../domain/failure.ts';
import { type EpochMs, epochMs } from '../domain/units.ts';
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

/** The answer to a cancel of everything: only a yes counts, and only for lists heard after it. */
export function onEmptied(
  state: MarketState,
  { askedAt, failure }: Extract<MarketEvent, { kind: 'emptied' }>,
  at: EpochMs,
): Turn {
  const emptyFrom = epochMs(at + MARKET_BOUNDS.emptyRetryMaxMs);
  const sight = { ...state.sight, lookAgain: true, emptying: false, emptyFrom };
  const heard = { ...state, sight };
  const { leaving } = state;
  const next =
    leaving === undefined ? heard : tried(heard, leaving, failure === undefined, askedAt, at);
  return failure === undefined
    ? turn(next)
    : turn(next, say('warn', 'cancel of everything failed', { failure: describeFailure(failure) }));
}

/** A later yes proves no more than the first does, and a no takes nothing back. */
function tried(
  state: MarketState,
  leaving: LeavingState,
  worked: boolean,
  askedAt: EpochMs,
  at: EpochMs,
): MarketState {
  const tries = leaving.tries + 1;
  const waitMs = Math.min(MARKET_BOUNDS.emptyRetryMaxMs, MARKET_BOUNDS.emptyRetryMs * tries);
  const after = { ...leaving, emptying: false, tries, nextTryAt: epochMs(at + waitMs) };
  return worked && leaving.emptiedAt === undefined
    ? {
        ...state,
        leaving: { ...after, emptiedAt: askedAt },
        sight: { ...state.sight, listedAt: undefined },
      }
    : { ...state, leaving: after };
}

/**
 * One step towards leaving. Nothing ends while a send or a cancel of everything is unanswered: late,
 * it would hit a successor's quotes. A stop ends when a complete
 * list, asked for after a cancel of everything and after the last place could still arrive, shows
 * nothing of ours.
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
  const { lastUnknownAt } = state.tally;
  if (lastUnknownAt !== undefined && at < lastUnknownAt + rules.abilities.arrivesWithinMs)
    return turn(state);
  return left(state, leaving);
}

function stop(state: MarketState, leaving: LeavingState, at: EpochMs, rules: Rules): Turn {
  if (leaving.emptying || at < leaving.nextTryAt) return turn(state);
  if (isProvenEmpty(state, leaving, rules)) return left(state, leaving);
  const isOld = at - leaving.since > LONG_MS && leaving.tries % TRIES_A_WARNING === 0;
  const emptying: MarketState = { ...state, leaving: { ...leaving, emptying: true } };
  return turn(
    emptying,
    { kind: 'empty' },
    ...(isOld
      ? [
          say('error', 'orders may still rest', { orders: state.orders.working }),
          count('OrdersLeftBehind', state.orders.working.length),
        ]
      : []),
  );
}

const LONG_MS = 60_000;
const TRIES_A_WARNING = 10;

/** Ours were seen or sent since: another cancel of everything is needed, and a list after it. */
export const stillThere = (leaving: LeavingState | undefined): LeavingState | undefined =>
  leaving === undefined ? undefined : { ...leaving, emptiedAt: undefined };

/** Asked after the cancel and after any place could still arrive, complete, and nothing of ours. */
function isProvenEmpty(
  { orders, sight, tally }: MarketState,
  { emptiedAt }: LeavingState,
  { abilities }: Rules,
): boolean {
  if (emptiedAt === undefined || sight.listedAt === undefined) return false;
  const placesEnd =
    tally.lastUnknownAt === undefined ? 0 : tally.lastUnknownAt + abilities.arrivesWithinMs;
  if (sight.listedAt < emptiedAt || sight.listedAt < placesEnd) return false;
  if (sight.fillsAsked || sight.fillsHeld.length > 0) return false;
  return orders.working.every(({ state }) => state !== 'sending' && state !== 'modifying');
}

function left(state: MarketState, leaving: LeavingState): Turn {
  const { how, why } = leaving.leaving;
  const done: Output = { kind: 'left', how, why };
  return turn({ ...state, leaving: { ...leaving, done: true } }, done);
}
