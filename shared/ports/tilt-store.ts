import type { MarketId } from '../domain/market-id.ts';
import type { FundingTilt } from '../domain/tilt.ts';

export interface TiltStore {
  read(market: MarketId): Promise<FundingTilt | undefined>;
  /** Once per funding time: false when a tilt for that time or a later one is there already. */
  set(tilt: FundingTilt): Promise<boolean>;
}
