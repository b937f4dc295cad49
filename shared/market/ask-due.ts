import { type EpochMs, epochMs } from '../domain/units.ts';
import { accountDue } from './account-due.ts';
import { isFull, lookDueAt } from './due.ts';
import { askFunding, askRate } from './books/funding-watch.ts';
import { askFills } from './answers/history-answers.ts';
import { count, onward, say, type Turn, turn } from './output.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import type { MarketState } from './state.ts';

/** Questions whose time has come. */
export function askDue(state: MarketState, at: EpochMs, rules: Rules): Turn {
  if (state.leaving?.done === true) return turn(state);
  // A decision waits for executions, so they are asked for last: it then has seen the rest.
  const asks = [askLook, askFunding, askVolatility, askRate, askDeepFills];
  return asks.reduce((all, ask) => onward(all, (next) => ask(next, at, rules)), turn(state));
}

function askLook(state: MarketState, at: EpochMs): Turn {
  if (isLookDue(state, at)) return isBarred(state) ? sayFull(state) : lookAsked(state, at);
  return turn(state);
}

function isLookDue(state: MarketState, at: EpochMs): boolean {
  const { sight, leaving } = state;
  if (leaving?.leaving.how === 'hand-over' && state.sending === undefined) return false;
  if (sight.look !== undefined || at < sight.pauseUntil) return false;
  const isPrompt = sight.lookAgain && sight.prompt < MARKET_BOUNDS.promptLooks;
  return isPrompt || at >= lookDueAt(state);
}

/** Nothing may be quoted; what a stop must see is still looked for. */
const isBarred = (state: MarketState): boolean =>
  isFull(state) && state.leaving?.leaving.how !== 'stop';

function lookAsked(state: MarketState, at: EpochMs): Turn {
  const { sight } = state;
  const prompt = at < lookDueAt(state) ? sight.prompt + 1 : 0;
  const asked = accountDue(state, at);
  const look = { askedAt: at, book: undefined, asked, account: false };
  const tally = state.tally.fullSaid ? { ...state.tally, fullSaid: false } : state.tally;
  return turn(
    { ...state, tally, sight: { ...sight, look, prompt, lookAgain: false } },
    { kind: 'ask', what: 'book' },
    { kind: 'ask', what: asked },
  );
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

/** Said once until the ledger takes facts again. */
function sayFull(state: MarketState): Turn {
  if (state.tally.fullSaid) return turn(state);
  return turn(
    { ...state, tally: { ...state.tally, fullSaid: true } },
    say('error', 'too many facts are not durable: nothing is looked at until they are', {
      pending: state.books.pending.length,
    }),
    count('FactsPending', state.books.pending.length),
  );
}
