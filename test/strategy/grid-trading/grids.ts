import {
  gridQuotes,
  type GridFill,
  type GridQuote,
  type GridState,
} from '#shared/strategy/grid-trading/grid.ts';

/**
 * S2's: BTC between 62,000 and 68,000 in 10 steps, about 20 USD a time; its base fee is 1.5 bps.
 */
export const S2 = { lowerPrice: 62_000, upperPrice: 68_000, count: 10 };
export const SIZE = 20 / 65_000;
export const FEE = 1.5 / 10_000;

let fills = 0;
export function fillOf(
  quote: Pick<GridQuote, 'side' | 'level' | 'price' | 'size'>,
  share = 1,
): GridFill {
  fills += 1;
  const { side, level, price } = quote;
  return {
    id: `fill-${fills}`,
    side,
    level,
    price,
    size: quote.size * share,
    feeUsd: -FEE * price * quote.size * share,
  };
}

export const at = (state: GridState, mid: number, level: number): GridQuote => {
  const quote = gridQuotes(state, mid).find((one) => one.level === level);
  if (quote === undefined) throw new Error(`nothing rests at level ${level}`);
  return quote;
};
