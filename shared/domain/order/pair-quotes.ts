import type { PlaceQuote } from './order.ts';

export type QuoteGroup =
  | { readonly kind: 'pair'; readonly bid: PlaceQuote; readonly ask: PlaceQuote }
  | { readonly kind: 'single'; readonly quote: PlaceQuote };

/**
 * A bid and an ask of the same level of the same market go out together; what finds no partner goes
 * alone.
 */
export function pairQuotes(quotes: readonly PlaceQuote[]): readonly QuoteGroup[] {
  const asks = quotes.filter(({ side }) => side === 'sell');
  const groups: QuoteGroup[] = [];
  for (const bid of quotes.filter(({ side }) => side === 'buy')) {
    const partner = asks.findIndex(
      ({ market, level }) => market === bid.market && level === bid.level,
    );
    const [ask] = partner < 0 ? [] : asks.splice(partner, 1);
    groups.push(ask === undefined ? { kind: 'single', quote: bid } : { kind: 'pair', bid, ask });
  }
  return [...groups, ...asks.map((quote): QuoteGroup => ({ kind: 'single', quote }))];
}
