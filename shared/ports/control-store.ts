import type { Halt } from '../domain/halt.ts';
import type { MarketId } from '../domain/market-id.ts';
import type { ParameterReading } from '../domain/parameter-reading.ts';
import type { FundingTilt } from '../domain/tilt.ts';
export interface ControlReading {
  readonly parameters: ParameterReading;
  readonly tilt: FundingTilt | undefined;
  readonly halt: Halt | undefined;
  readonly unread: readonly string[];
}
export interface ControlStore {
  read(markets: readonly MarketId[]): Promise<ReadonlyMap<MarketId, ControlReading>>;
}
