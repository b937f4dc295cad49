import type { MarketId } from '../../domain/venue/market-id.ts';
import type { FundingTilt } from '../../domain/trading/tilt.ts';

export interface TiltStore {
  /** @throws InputError naming key and attribute when what is stored cannot be read. */
  read(market: MarketId): Promise<FundingTilt | undefined>;
  /** Once per funding time: false when a tilt for that time or a later one is there already. */
  set(tilt: FundingTilt): Promise<boolean>;
  /** Of all markets. What cannot be read is left out, with a warning. */
  list(): Promise<readonly FundingTilt[]>;
}
