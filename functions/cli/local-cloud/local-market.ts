import type { MarketSymbol } from '#shared/domain/market.ts';
import { type MarketId, marketId } from '#shared/domain/market-id.ts';
import type { VenueName } from '#shared/schema/venue.ts';

/** The venue whose face the simulated exchange wears. */
export const LOCAL_VENUE: VenueName = 'purple-flea';

export const localMarket = (symbol: MarketSymbol): MarketId => marketId(LOCAL_VENUE, symbol);
