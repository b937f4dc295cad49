import type { HedgeIntent, HedgeOutcome, HedgeRecord } from '../domain/hedge.ts';
import type { MarketId } from '../domain/market-id.ts';
import type { EpochMs } from '../domain/units.ts';
export interface HedgeStore {
  open(intent: HedgeIntent): Promise<boolean>;
  read(market: MarketId): Promise<HedgeRecord | undefined>;
  claim(market: MarketId, id: string, by: string, now: EpochMs, ttlMs: number): Promise<boolean>;
  complete(
    market: MarketId,
    id: string,
    by: string,
    outcome: HedgeOutcome,
    at: EpochMs,
  ): Promise<boolean>;
  list(): Promise<readonly HedgeRecord[]>;
}
