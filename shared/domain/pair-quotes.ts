import type { PlaceQuote } from '../../domain/order.ts';

/** A command and where it stood in the list, which is where its result goes. */
export interface Numbered<Command> {
  readonly index: number;
  readonly command: Command;
}

export type QuoteGroup =
  | {
      readonly kind: 'pair';
      readonly bid: Numbered<PlaceQuote>;
      readonly ask: Numbered<PlaceQuote>;
    }
  | { readonly kind: 'single'; readonly quote: Numbered<PlaceQuote> };

/**
 * A bid and an ask of the same level of the same market go out together; what finds no partner goes
 * alone.
 */
export function pairQuotes(quotes: readonly Numbered<PlaceQuote>[]): readonly QuoteGroup[] {
  const asks = quotes.filter(({ command }) => command.side === 'sell');
  const groups: QuoteGroup[] = [];
  for (const bid of quotes.filter(({ command }) => command.side === 'buy')) {
    const partner = asks.findIndex(
      ({ command }) => command.market === bid.command.market && command.level === bid.command.level,
    );
    const [ask] = partner < 0 ? [] : asks.splice(partner, 1);
    groups.push(ask === undefined ? { kind: 'single', quote: bid } : { kind: 'pair', bid, ask });
  }
  return [...groups, ...asks.map((quote): QuoteGroup => ({ kind: 'single', quote }))];
}
