import type { Book } from '../../domain/venue/book.ts';
import type { MarketSymbol } from '../../domain/venue/market.ts';
import type { MarketView, TimedMid } from '../../domain/venue/view.ts';
import { trueAt } from '../book-age.ts';
import type { Learning } from '../memory.ts';
import type { Guardrail } from './guardrail.ts';
import {
  isTailState,
  limitTailRisk,
  NO_TAIL_RISK,
  type TailState,
} from './tail-risk/tail-limiter.ts';
import { TAIL_SETTINGS } from './tail-risk/tail-settings.ts';

/**
 * Every size shrinks by what the cross-market limiter says (C8): it knows no position and no sizing
 * rule, and can only take away.
 */
export const tailRisk: Guardrail = (draft, { tail: known }) => {
  if (known.factor >= 1) return draft;
  const factor = Math.max(0, known.factor);
  return {
    ...draft,
    quotes: draft.quotes.map((quote) => ({ ...quote, size: quote.size * factor })),
    reasons: [...draft.reasons, ...known.reasons],
  };
};

/**
 * What is known of this market and all others that are quoted, as far as they are known; a
 * correlation cap of 1 can never be passed.
 */
export const tail: Learning<TailState, 'correlationCap'> = {
  version: 1,
  initial: NO_TAIL_RISK,
  isState: isTailState,
  observe: (state, { view, book, parameters: { correlationCap } }) =>
    limitTailRisk(state, allMids(view, book), view.now, {
      ...TAIL_SETTINGS,
      correlationFrom: correlationCap,
      correlationTo: Math.min(
        1,
        correlationCap + TAIL_SETTINGS.correlationTo - TAIL_SETTINGS.correlationFrom,
      ),
    }),
};

const allMids = (view: MarketView, book: Book): Readonly<Record<MarketSymbol, TimedMid>> => ({
  ...view.peers,
  [view.spec.symbol]: { mid: book.mid, at: trueAt(book, view) },
});
