import type { EpochMs } from '../../domain/units.ts';
import { withAdjustment } from './books.ts';
import { askFills, bookingOf, recorded } from '../answers/history-answers.ts';
import { count, say, type Turn, turn } from '../output.ts';
import { MARKET_BOUNDS, type Rules } from '../rules.ts';
import type { MarketState } from '../state.ts';

/** A position that nothing explains for longer than lists lag is taken over, loudly. */
export function takeOver(state: MarketState, at: EpochMs, rules: Rules): Turn {
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
