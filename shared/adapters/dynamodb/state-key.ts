import type { MarketId } from '../../domain/market-id.ts';

/** The key of an item in the State table: partition `market`, sort `item`. */
export interface StateKey {
  readonly key: { readonly market: MarketId; readonly item: string };
  /** How errors name it: `State BTC-PERP/LEASE`. */
  readonly where: string;
}

export const stateKey = (market: MarketId, item: string): StateKey => ({
  key: { market, item },
  where: `State ${market}/${item}`,
});
