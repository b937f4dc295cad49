import { type MarketId, marketId } from '#shared/domain/venue/market-id.ts';

/** Stands in a template until it is given a market of its own. */
export const ANY_MARKET: MarketId = marketId('purple-flea', 'ANY-PERP');

let last = 0;

/** A market no other test of this file uses, so that tests share a database but no item. */
export function freshMarket(): MarketId {
  last += 1;
  return marketId('purple-flea', `M${last}-PERP`);
}
