import type { MarketEvent } from '../domain/trading/market-event.ts';
import type { EpochMs } from '../domain/units.ts';
import { act } from './act.ts';
import { withRecorded } from './books/as-stored.ts';
import { onControl, onHedge } from './answers/control-answers.ts';
import { onRate } from './books/funding-watch.ts';
import { onFills, onPayments } from './answers/history-answers.ts';
import { leave, onEmptied } from './leave.ts';
import { onAccount, onBook } from './answers/look-answers.ts';
import { type Turn, turn } from './output.ts';
import type { Rules } from './rules.ts';
import { onSent } from './answers/send-answers.ts';
import type { MarketState } from './state.ts';

/**
 * One market's trading as a function: what was heard, then what is due. Pure and synchronous;
 * whatever waits is outside. Outputs are done in order, and answered by later events.
 */
export function step(state: MarketState, event: MarketEvent, at: EpochMs, rules: Rules): Turn {
  return act(hear(state, event, at, rules), at, rules);
}

function hear(state: MarketState, event: MarketEvent, at: EpochMs, rules: Rules): Turn {
  if (isNoted(event)) return turn(noted(state, event, at, rules));
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
    case 'sent':
      return onSent(state, event, at, rules);
    case 'control':
      return onControl(state, event, at, rules);
    case 'hedge':
      return onHedge(state, event, at, rules);
    case 'leave':
      return leave(state, event.leaving, at);
    case 'emptied':
      return onEmptied(state, event, at, rules);
  }
}

type Noted = Extract<
  MarketEvent,
  { readonly kind: 'funding' | 'volatility' | 'recorded' | 'peers' }
>;

const isNoted = (event: MarketEvent): event is Noted =>
  event.kind === 'funding' ||
  event.kind === 'volatility' ||
  event.kind === 'recorded' ||
  event.kind === 'peers';

/** What only changes what is known. */
function noted(state: MarketState, event: Noted, at: EpochMs, { spec }: Rules): MarketState {
  switch (event.kind) {
    case 'funding':
      return onRate(state, event, at);
    case 'volatility': {
      // A figure the venue cannot give now is forgotten: an old one is worse than none.
      const venueHourlyVolatility = event.answer.ok ? event.answer.value : undefined;
      return { ...state, sight: { ...state.sight, venueHourlyVolatility } };
    }
    case 'recorded': {
      const books = withRecorded(state.books, event.number, event.earlier, spec.lot);
      return { ...state, books };
    }
    case 'peers':
      return { ...state, control: { ...state.control, peers: event.mids } };
  }
}
