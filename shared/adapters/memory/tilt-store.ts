import type { MarketId } from '../../domain/venue/market-id.ts';
import type { FundingTilt } from '../../domain/trading/tilt.ts';
import type { TiltStore } from '../../ports/stores/tilt-store.ts';

/** Tilts without a database: the last of each market. */
export function createMemoryTiltStore(): TiltStore {
  const tilts = new Map<MarketId, FundingTilt>();
  return {
    read: async (market) => tilts.get(market),
    async set(tilt) {
      const current = tilts.get(tilt.market);
      if (current !== undefined && current.fundingTime >= tilt.fundingTime) return false;
      tilts.set(tilt.market, tilt);
      return true;
    },
    list: async () => [...tilts.values()],
  };
}
