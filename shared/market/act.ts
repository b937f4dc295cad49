import { nextBoundary } from '../domain/funding.ts';
import { HOUR_MS } from '../domain/time.ts';
import { type EpochMs, epochMs } from '../domain/units.ts';
import { withAdjustment, markedAt } from './books.ts';
import { watchThreshold } from './breach.ts';
import { askFills, bookHeld, bookingOf, recorded } from './history-answers.ts';
import { leave, leaveOn } from './leave.ts';
import { isDoubtful } from './doubt.ts';
import { count, say, onward, type Turn, turn } from './output.ts';
import { quote } from './quote.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import type { BookAnswer, MarketState } from './state.ts';

/** What is due now that something was heard: a look that is complete, timers, leaving. */
export function act(heard: Turn, at: EpochMs, rules: Rules): Turn {
  const stages = [bookHeld, lookSeen, cancelBlind, askDue, leaveOn];
  const acted = stages.reduce(
    (all, stage) => onward(all, (state) => stage(state, at, rules)),
    heard,
  );
  const wakeAt = nextWake(acted.state, at, rules);
  return wakeAt === undefined
    ? acted
    : { ...acted, outputs: [...acted.outputs, { kind: 'wake', at: wakeAt }] };
}

/** Once book, account and the executions they called for are in: mark, check, decide. */
function lookSeen(state: MarketState, at: EpochMs, rules: Rules): Turn {
  const { look, fillsAsked } = state.sight;
  if (look?.book === undefined || !look.account || fillsAsked) return turn(state);
  const { requoteIntervalMs } = state.control.parameters.values;
  const seen: MarketState = {
    ...state,
    sight: {
      ...state.sight,
      look: undefined,
      seenAt: look.askedAt,
      failuresInRow: 0,
      emptyFrom: at,
      nextLookAt: epochMs(look.askedAt + requoteIntervalMs),
    },
  };
  const { book } = look;
  return onward(believed(seen, book, at), (next) => settled(next, book, at, rules));
}

/** The mid becomes the mark, unless it is too far from the last to be believed at once (D4). */
function believed(state: MarketState, book: BookAnswer, at: EpochMs): Turn {
  if (book.kind === 'none') return turn(state);
  const { mid, at: venueAt } = book.book;
  if (isDoubtful(state, mid, at)) {
    const sight = { ...state.sight, doubted: mid, lookAgain: true };
    return turn({ ...state, sight }, say('warn', 'price doubted', { mid }), count('PriceDoubted'));
  }
  const sight = { ...state.sight, mid: { mid, at }, doubted: undefined };
  return turn({ ...state, sight, books: markedAt(state.books, mid, venueAt, at) });
}

function settled(state: MarketState, book: BookAnswer, at: EpochMs, rules: Rules): Turn {
  const checked = onward(turn(state), (next) => takeOver(next, at, rules));
  const watched = onward(checked, (next) => watchThreshold(next, at, rules));
  return onward(watched, (next) => {
    if (next.leaving !== undefined) return turn(next);
    // What was sent, or a cancel of everything, is not answered: another look follows the answer.
    if (next.sending !== undefined || next.sight.emptying)
      return turn({ ...next, sight: { ...next.sight, lookAgain: true } });
    const shown = next.sight.doubted === undefined ? book : DOUBTED;
    return stopOnHalt(quote(next, shown, at, rules), at);
  });
}

const DOUBTED: BookAnswer = { kind: 'none', why: 'the price is too far from the last one' };

/** A limit was passed: in force at once, whenever it becomes durable. */
function stopOnHalt(quoted: Turn, at: EpochMs): Turn {
  const halt = quoted.outputs.find((output) => output.kind === 'halt');
  if (halt?.kind !== 'halt') return quoted;
  return onward(quoted, (state) => {
    const why = `halted: ${halt.halt.text}`;
    const halted = {
      ...state,
      control: { ...state.control, halt: halt.halt },
      // What the limits measure begins anew: lifting the halt is enough to trade again.
      books: { ...state.books, equity: undefined },
    };
    return onward(turn(halted, count('Halted')), (next) => leave(next, { how: 'stop', why }, at));
  });
}

/** A position that nothing explains for longer than lists lag is taken over, loudly. */
function takeOver(state: MarketState, at: EpochMs, rules: Rules): Turn {
  const { position, mid } = state.sight;
  if (position.kind === 'agreed' || mid === undefined) return turn(state);
  const patienceMs = rules.abilities.listsLagMs + MARKET_BOUNDS.disputeMs;
  if (at - position.since < patienceMs) return turn(state);
  if (position.kind === 'asking') {
    const disputed = { ...position, kind: 'disputed' as const, readAt: undefined };
    return askFills({ ...state, sight: { ...state.sight, position: disputed } }, at, rules);
  }
  // Only what is held after all that could be read of it was asked for is a difference.
  if (position.readAt === undefined || position.askedAt <= position.readAt) return turn(state);
  const missing = position.held.size - state.books.pnl.position.size;
  const booked = withAdjustment(state.books, missing, mid.mid, bookingOf(state, at, rules));
  const sight = { ...state.sight, position: { kind: 'agreed' as const, held: position.held } };
  return turn(
    { ...state, books: booked.books, sight },
    ...recorded(booked),
    say('error', 'position mismatch: the venue is taken over', {
      ours: state.books.pnl.position.size,
      venue: position.held.size,
    }),
    count('PositionMismatch'),
  );
}

/**
 * Until when quotes may rest on the last look: as old as a book may be, and where looks are further
 * apart than that, until the next one is answered.
 */
function sightEnds({ sight, control }: MarketState): number {
  const { maxBookAgeMs } = control.parameters.values;
  if (sight.failuresInRow > 0) return sight.seenAt + maxBookAgeMs;
  const untilNext = sight.nextLookAt - sight.seenAt + MARKET_BOUNDS.lookGraceMs;
  return sight.seenAt + Math.max(maxBookAgeMs, untilNext);
}

/** What rests on a market that is not seen any more is cancelled, until it is seen again (C11). */
function cancelBlind(state: MarketState, at: EpochMs): Turn {
  const { sight, orders, leaving } = state;
  const idle = leaving !== undefined || sight.emptying || at < sight.emptyFrom;
  if (idle || orders.working.length === 0) return turn(state);
  const ends = sightEnds(state);
  const isBlind = sight.failuresInRow > 0 ? Math.max(sight.nextLookAt, at) > ends : at >= ends;
  if (!isBlind) return turn(state);
  return turn(
    { ...state, sight: { ...sight, emptying: true } },
    { kind: 'empty' },
    say('warn', 'the market is not seen: everything is cancelled'),
  );
}

/** Questions whose time has come. */
function askDue(state: MarketState, at: EpochMs, rules: Rules): Turn {
  if (state.leaving?.done === true) return turn(state);
  // A decision waits for executions, so they are asked for last: it then has seen the rest.
  const asks = [askLook, askFunding, askVolatility, askRate, askDeepFills];
  return asks.reduce((all, ask) => onward(all, (next) => ask(next, at, rules)), turn(state));
}

/** By the interval; a stop is proven by looks, whatever the interval. */
function lookDueAt({ sight, leaving }: MarketState): number {
  if (leaving?.leaving.how !== 'stop') return sight.nextLookAt;
  return Math.min(sight.nextLookAt, sight.seenAt + MARKET_BOUNDS.stopLookMs);
}

function askLook(state: MarketState, at: EpochMs): Turn {
  const { sight, leaving } = state;
  if (leaving?.leaving.how === 'hand-over' && state.sending === undefined) return turn(state);
  if (sight.look !== undefined || at < sight.pauseUntil) return turn(state);
  const isPrompt = sight.lookAgain && sight.prompt < MARKET_BOUNDS.promptLooks;
  const dueAt = lookDueAt(state);
  if (!isPrompt && at < dueAt) return turn(state);
  const prompt = at < dueAt ? sight.prompt + 1 : 0;
  const look = { askedAt: at, book: undefined, account: false };
  return turn(
    { ...state, sight: { ...sight, look, prompt, lookAgain: false } },
    { kind: 'ask', what: 'book' },
    { kind: 'ask', what: 'account' },
  );
}

/** Every boundary of the last day whose payment is not booked stays open. */
function askFunding(state: MarketState, at: EpochMs): Turn {
  const { funding, books } = state;
  if (funding.asked || at < funding.nextAskAt) return turn(state);
  const after = epochMs(Math.max(funding.closedTo, at - MARKET_BOUNDS.fundingOpenMs));
  const open = openBoundary(state, after, at);
  if (open === undefined) {
    const next = nextBoundary(at, funding.rate.intervalHours) + MARKET_BOUNDS.fundingDelayMs;
    const nextRate = Math.min(next, at + HOUR_MS);
    return turn({ ...state, funding: { ...funding, nextAskAt: epochMs(nextRate) } });
  }
  const since = at - open;
  const wait = Math.max(MARKET_BOUNDS.fundingPollMs, since / 10);
  return turn(
    { ...state, funding: { ...funding, asked: true, nextAskAt: epochMs(at + wait) } },
    { kind: 'ask-payments', after: epochMs(Math.max(after, books.startedAt)), until: at },
  );
}

function openBoundary(
  { funding, books }: MarketState,
  after: EpochMs,
  at: EpochMs,
): EpochMs | undefined {
  const { intervalHours } = funding.rate;
  let boundary = nextBoundary(epochMs(Math.max(after, books.startedAt)), intervalHours);
  while (boundary + MARKET_BOUNDS.fundingDelayMs <= at) {
    if (!books.fundingPaid.includes(boundary)) return boundary;
    boundary = nextBoundary(boundary, intervalHours);
  }
  return undefined;
}

function askDeepFills(state: MarketState, at: EpochMs, rules: Rules): Turn {
  return at >= state.sight.deepFillsAt ? askFills(state, at, rules) : turn(state);
}

function askVolatility(state: MarketState, at: EpochMs): Turn {
  if (at < state.sight.volatilityAt) return turn(state);
  const volatilityAt = epochMs(at + MARKET_BOUNDS.volatilityEveryMs);
  const sight = { ...state.sight, volatilityAt };
  return turn({ ...state, sight }, { kind: 'ask', what: 'volatility' });
}

function askRate(state: MarketState, at: EpochMs): Turn {
  if (at < state.funding.rateAt) return turn(state);
  const rateAt = epochMs(at + MARKET_BOUNDS.fundingRateEveryMs);
  return turn(
    { ...state, funding: { ...state.funding, rateAt } },
    { kind: 'ask', what: 'funding' },
  );
}

/** When something is next due by itself. */
function nextWake(state: MarketState, at: EpochMs, rules: Rules): EpochMs | undefined {
  const { sight, funding, leaving, hedge, tally } = state;
  if (leaving?.done === true) return undefined;
  const times = [
    sight.look === undefined ? Math.max(lookDueAt(state), sight.pauseUntil) : Infinity,
    sight.emptying || state.orders.working.length === 0
      ? Infinity
      : Math.max(sight.emptyFrom, sightEnds(state)),
    funding.asked ? Infinity : funding.nextAskAt,
    funding.rateAt,
    sight.volatilityAt,
    sight.deepFillsAt,
    hedge.open?.announceAt ?? Infinity,
    leaving === undefined || leaving.emptying ? Infinity : leaving.nextTryAt,
    tally.lastUnknownAt === undefined || leaving === undefined
      ? Infinity
      : tally.lastUnknownAt + rules.abilities.arrivesWithinMs,
  ];
  const next = Math.min(...times.filter((time) => time > at));
  return Number.isFinite(next) ? epochMs(next) : undefined;
}
