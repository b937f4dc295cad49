import type { Halt } from '../../domain/trading/halt.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { ParameterReading } from '../../domain/parameters/parameter-reading.ts';
import type { FundingTilt } from '../../domain/trading/tilt.ts';

/** Everything from outside that says how a market may be traded now. */
export interface Control {
  readonly parameters: ParameterReading;
  readonly tilt: FundingTilt | undefined;
  readonly halt: Halt | undefined;
  /**
   * What was left aside, named by key: a tilt that cannot be read, an item that no market reads.
   */
  readonly unread: readonly string[];
}

export interface ControlStore {
  /** Of all these markets at once, never stale. */
  read(markets: readonly MarketId[]): Promise<ReadonlyMap<MarketId, Control>>;
}
