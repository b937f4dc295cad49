import type {
  HedgeAttempt,
  HedgeIntent,
  HedgeOutcome,
  HedgeRecord,
} from '../../domain/trading/hedge.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';

/** One row per market: the hedge that is open, or the last one that was. */
export interface HedgeStore {
  /** False when one is open in the market: read it. */
  open(intent: HedgeIntent): Promise<boolean>;
  read(market: MarketId): Promise<HedgeRecord | undefined>;
  /**
   * Takes an open record of that id, or one whose claim has expired at `now`. False: another id,
   * done, or somebody else is at it.
   */
  claim(market: MarketId, id: string, by: string, now: EpochMs, ttlMs: number): Promise<boolean>;
  /**
   * Notes an order before it leaves. False when the claim is no longer ours, or it has noted that
   * order or a later one: it must not leave.
   */
  attempt(market: MarketId, id: string, by: string, attempt: HedgeAttempt): Promise<boolean>;
  /** False when the claim is no longer ours. */
  complete(
    market: MarketId,
    id: string,
    by: string,
    outcome: HedgeOutcome,
    at: EpochMs,
  ): Promise<boolean>;
  /** Of all markets. What cannot be read is left out, with a warning. */
  list(): Promise<readonly HedgeRecord[]>;
}
