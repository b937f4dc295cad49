import type { HedgeIntent, HedgeOutcome, HedgeRecord } from '../domain/hedge.ts';
import type { MarketId } from '../domain/market-id.ts';
import type { EpochMs } from '../domain/units.ts';

export interface HedgeStore {
  /** False when the id is already there. */
  open(intent: HedgeIntent): Promise<boolean>;
  read(market: MarketId, id: string): Promise<HedgeRecord | undefined>;
  /**
   * Takes an open record, or one whose claim has expired at `now`. False: done, or somebody else is
   * at it.
   */
  claim(market: MarketId, id: string, by: string, now: EpochMs, ttlMs: number): Promise<boolean>;
  /** False when the claim is no longer ours. */
  complete(
    market: MarketId,
    id: string,
    by: string,
    outcome: HedgeOutcome,
    at: EpochMs,
  ): Promise<boolean>;
}
