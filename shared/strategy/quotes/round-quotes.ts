import type { Book } from '../../domain/venue/book.ts';
import { atIndex, ceilIndex, floorIndex, sizeDown } from '../../domain/order/grid.ts';
import type { MarketSpec } from '../../domain/venue/market.ts';
import type { DesiredQuote } from '../../domain/order/order.ts';
import { type Reason, reason } from '../../domain/reason.ts';
import type { Side } from '../../domain/order/side.ts';
import { price, size } from '../../domain/units.ts';
import { type Draft, type DraftQuote, withReason } from './draft.ts';

/** Known to `roundPrices` alone, so that nobody else can make a rounded draft. */
const ROUNDED = Symbol('rounded');

/** A draft whose prices are on the venue's tick and would not trade at once. */
export interface RoundedDraft extends Draft {
  readonly [ROUNDED]: true;
}

/**
 * Prices as the venue takes them (A16): bids down and asks up to the tick, and at least one tick
 * short of the other side's best, so that nothing trades at once. Rounding never makes a quote more
 * aggressive than the decision behind it.
 */
export function roundPrices(draft: Draft, spec: MarketSpec, book: Book): RoundedDraft {
  let rounded: RoundedDraft = { ...draft, [ROUNDED]: true, quotes: [] };
  for (const quote of draft.quotes) {
    const index = passiveIndex(quote, spec, book);
    if (index > 0)
      rounded = {
        ...rounded,
        quotes: [...rounded.quotes, { ...quote, price: atIndex(spec.tick, index) }],
      };
    else
      rounded = withReason(
        rounded,
        reason('no-price', `${quote.side} level ${quote.level} has no price above zero`),
      );
  }
  return rounded;
}

/**
 * Sizes as the venue takes them: down to the lot, and nothing below the minimum notional.
 * `slack`: the share by which a resting order of that side may be larger.
 */
export function roundSizes(
  draft: RoundedDraft,
  spec: MarketSpec,
  slack: Readonly<Record<Side, number>>,
): { readonly quotes: readonly DesiredQuote[]; readonly reasons: readonly Reason[] } {
  const quotes: DesiredQuote[] = [];
  const reasons = [...draft.reasons];
  for (const quote of draft.quotes) {
    const rounded = sizeDown(spec.lot, quote.size);
    if (rounded > 0 && rounded * quote.price >= spec.minNotionalUsd) {
      const largest = size(Math.max(rounded, quote.size * (1 + slack[quote.side])));
      quotes.push({
        side: quote.side,
        level: quote.level,
        price: price(quote.price),
        size: rounded,
        largest,
      });
    } else {
      reasons.push(
        reason(
          'below-minimum',
          `${quote.side} level ${quote.level} is below the venue's minimum of ${spec.minNotionalUsd} USD`,
        ),
      );
    }
  }
  return { quotes, reasons };
}

function passiveIndex(
  { side, price: wanted }: DraftQuote,
  { tick }: MarketSpec,
  book: Book,
): number {
  return side === 'buy'
    ? Math.min(floorIndex(tick, wanted), ceilIndex(tick, book.asks[0].price) - 1)
    : Math.max(ceilIndex(tick, wanted), floorIndex(tick, book.bids[0].price) + 1);
}
