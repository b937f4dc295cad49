import type { Book } from '../domain/venue/book.ts';
import { type EpochMs, epochMs } from '../domain/units.ts';
import { allCancelling, idsOnBook } from '../orders/cancel-all.ts';
import { askDue } from './ask-due.ts';
import { markedAt } from './books/books.ts';
import { watchThreshold } from './hedges/breach.ts';
import { watchControl } from './answers/control-unread.ts';
import { confirmFrom, doubtOf, isDoubtful } from './answers/doubt.ts';
import { nextWake, sightEnds } from './due.ts';
import { bookHeld } from './answers/history-answers.ts';
import { leave, leaveOn } from './leave.ts';
import { count, onward, say, type Turn, turn } from './output.ts';
import { quote } from './quote.ts';
import type { Rules } from './rules.ts';
import type { BookAnswer, Look, MarketState } from './state.ts';
import { takeOver } from './books/take-over.ts';

/** What is due now that something was heard: a look that is complete, timers, leaving. */
export function act(heard: Turn, at: EpochMs, rules: Rules): Turn {
  const stages = [watchControl, bookHeld, lookSeen, cancelBlind, askDue, leaveOn];
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
  const { look, fillsAsked, position } = state.sight;
  if (look?.book === undefined || !look.account || fillsAsked) return turn(state);
  // What executions do not explain, the list of orders may.
  if (position.kind !== 'agreed' && look.asked === 'position') return withList(state, look);
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

/** The same look, not complete before the list of orders is in. */
const withList = (state: MarketState, look: Look): Turn =>
  turn(
    { ...state, sight: { ...state.sight, look: { ...look, asked: 'account', account: false } } },
    { kind: 'ask', what: 'orders' },
  );

/** The mid becomes the mark, unless it is too far from the last to be believed at once (D4). */
function believed(state: MarketState, book: BookAnswer, at: EpochMs): Turn {
  if (book.kind === 'none') return turn(state);
  const { mid, at: venueAt } = book.book;
  if (isDoubtful(state, book.book, at)) return doubted(state, book.book, at);
  const sight = { ...state.sight, mid: { mid, at }, doubted: undefined };
  const marked = markedAt(state.books, mid, venueAt, at);
  // The limits count from the lifting of a halt (E8).
  const books = state.control.halt === undefined ? marked : { ...marked, equity: undefined };
  return turn({ ...state, sight, books });
}

/** Said once, and looked at again as soon as another book may confirm it. */
function doubted(state: MarketState, book: Book, at: EpochMs): Turn {
  const { doubted: before, nextLookAt } = state.sight;
  const doubt = doubtOf(before, book, at);
  const again = confirmFrom(doubt);
  const sight = {
    ...state.sight,
    doubted: doubt,
    nextLookAt: again > at ? epochMs(Math.min(nextLookAt, again)) : nextLookAt,
  };
  const words = doubt === before ? [] : [say('warn', 'price doubted', { mid: doubt.mid })];
  return turn({ ...state, sight }, ...words, count('PriceDoubted'));
}

function settled(state: MarketState, book: BookAnswer, at: EpochMs, rules: Rules): Turn {
  const checked = onward(turn(state), (next) => takeOver(next, at, rules));
  const watched = onward(checked, (next) => watchThreshold(next, at, rules));
  return onward(watched, (next) => {
    if (next.leaving !== undefined) return turn(next);
    // What was sent, or a cancel of everything, is not answered: another look follows the answer.
    if (next.sending !== undefined || next.sight.emptying)
      return turn({ ...next, sight: { ...next.sight, lookAgain: true } });
    return stopOnHalt(quote(next, toQuoteOn(next, book), at, rules), at);
  });
}

function toQuoteOn({ control, sight }: MarketState, book: BookAnswer): BookAnswer {
  if (control.unread) return { kind: 'none', why: 'what people wrote cannot be read' };
  return sight.doubted === undefined ? book : DOUBTED;
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
    return onward(turn(halted), (next) => leave(next, { how: 'stop', why }, at));
  });
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
    { ...state, orders: allCancelling(orders), sight: { ...sight, emptying: true } },
    { kind: 'empty', venueIds: idsOnBook(orders) },
    say('warn', 'the market is not seen: everything is cancelled'),
  );
}
