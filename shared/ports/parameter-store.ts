import type { MarketId } from '../domain/market-id.ts';
import type { ParameterReading } from '../domain/parameter-reading.ts';
import type { Parameters } from '../domain/parameters.ts';
import type { EpochMs } from '../domain/units.ts';
export interface ParameterStore {
  read(market: MarketId): Promise<ParameterReading>;
  recorded(market: MarketId, version: string): Promise<Parameters | undefined>;
  record(
    market: MarketId,
    reading: ParameterReading,
    at: EpochMs,
    changes: readonly string[],
  ): Promise<void>;
}
