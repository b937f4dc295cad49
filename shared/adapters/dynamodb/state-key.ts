import type { MarketSymbol } from '../../domain/market.ts';

/** The key of an item in the State table: partition `market`, sort `item`. */
export interface StateKey {
  readonly key: { readonly market: MarketSymbol; readonly item: string };
  /** How errors name it: `State BTC-PERP/LEASE`. */
  readonly where: string;
}

export const stateKey = (market: MarketSymbol, item: string): StateKey => ({
  key: { market, item },
  where: `State ${market}/${item}`,
});
