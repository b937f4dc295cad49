import { atIndex, ceilIndex, sizeDown } from '../../domain/order/grid.ts';
import type { MarketSpec } from '../../domain/venue/market.ts';
import { reason } from '../../domain/reason.ts';
import { reducingSide } from '../../domain/order/side.ts';
import { type DraftQuote, withReason } from './draft.ts';
import type { RoundedDraft } from './round-quotes.ts';
import { isNearCap, type NearCapContext } from '../guardrails/inventory-cap.ts';

/**
 * Near the cap the nearest quote that reduces is at least the smallest order the venue takes, if
 * the position is as large (C1): what shrinks sizes is there to take less risk, and must not
 * silence the side that takes it off.
 */
export function keepReducing(
  draft: RoundedDraft,
  context: NearCapContext,
  spec: MarketSpec,
  position: number,
): RoundedDraft {
  if (!isNearCap(context)) return draft;
  const side = reducingSide(position);
  const nearest = draft.quotes.find((quote) => quote.side === side && quote.level === 0);
  if (nearest === undefined) return draft;
  const least = smallestOrder(nearest, spec);
  if (sizeDown(spec.lot, nearest.size) >= least || least > Math.abs(position)) return draft;
  const quotes = draft.quotes.map((quote) =>
    quote === nearest ? { ...nearest, size: least } : quote,
  );
  return withReason(
    { ...draft, quotes },
    reason(
      'reducing-kept',
      `the ${side} side stays with the venue's smallest order, ${least}, to reduce`,
    ),
  );
}

function smallestOrder({ price }: DraftQuote, { lot, minNotionalUsd }: MarketSpec): number {
  const lots = Math.max(1, ceilIndex(lot, minNotionalUsd / price));
  // A rounding counts two values as one that are a millionth of a lot apart; the venue does not.
  return atIndex(lot, atIndex(lot, lots) * price >= minNotionalUsd ? lots : lots + 1);
}
