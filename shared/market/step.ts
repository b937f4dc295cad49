import type { MarketEvent } from '../domain/market-event.ts';
import type { EpochMs } from '../domain/units.ts';
import { act } from './act.ts';
import { withRecorded } from './as-stored.ts';
import { onControl, onHedge } from './control-answers.ts';
import { onFills, onPayments } from './history-answers.ts';
import { leave, onEmptied } from './leave.ts';
import { onAccount, onBook } from './look-answers.ts';
import { type Turn, turn } from './output.ts';
import type { Rules } from './rules.ts';
import { onSent } from './send-answers.ts';
import type { MarketState } from './state.ts';

/**
 * One market's trading as a function: what was heard, then what is due. Pure and synchronous;
 * whatever waits is outside. Outputs are done in order, and answered by later events.
 */
export function step(state: MarketState, event: MarketEvent, at: EpochMs, rules: Rules): Turn {
  return act(hear(state, event, at, rules), at, rules);
}

function hear(state: MarketState, event: MarketEvent, at: EpochMs, rules: Rules): Turn {
  switch (event.kind) {
    case 'time':
      return turn(state);
    case 'book':
      return onBook(state, event, at, rules);
    case 'account':
      return onAccount(state, event, at, rules);
    case 'fills':
      return onFills(state, event, at, rules);
    case 'payments':
      return onPayments(state, event, at, rules);
    case 'funding':
      return turn(
        event.answer.ok
          ? { ...state, funding: { ...state.funding, rate: event.answer.value } }
          : state,
      );
    case 'volatility': {
      // A figure the venue cannot give now is forgotten: an old one is worse than none.
      const venueHourlyVolatility = event.answer.ok ? event.answer.value : undefined;
      return turn({ ...state, sight: { ...state.sight, venueHourlyVolatility } });
    }
    case 'sent':
      return onSent(state, event, at, rules);
    case 'emptied':
      return onEmptied(state, event, at);
    case 'recorded':
      return turn({
        ...state,
        books: withRecorded(state.books, event.number, event.earlier, rules.spec.lot),
      });
    case 'control':
      return onControl(state, event, at, rules);
    case 'peers':
      return turn({ ...state, control: { ...state.control, peers: event.mids } });
    case 'hedge':
      return onHedge(state, event, at, rules);
    case 'leave':
      return leave(state, event.leaving, at);
  }
}
