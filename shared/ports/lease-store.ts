import type { MarketId } from '../domain/market-id.ts';
import type { EpochMs } from '../domain/units.ts';

/**
 * The right to trade one market. `fence` grows with every taking-over and is in every write and
 * every order.
 */
export interface Lease {
  readonly market: MarketId;
  readonly owner: string;
  readonly fence: number;
  readonly acquiredAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** Somebody asks the holder to hand over. */
  readonly yieldTo: string | undefined;
}

/** Expiry is compared in the write's condition, never left to the store's own clean-up. */
export interface LeaseStore {
  read(market: MarketId): Promise<Lease | undefined>;
  /** Undefined when somebody else holds it unexpired at `now`. Taking it increments the fence. */
  acquire(market: MarketId, owner: string, now: EpochMs, ttlMs: number): Promise<Lease | undefined>;
  /**
   * Undefined when it is no longer ours. The answer carries a request to yield, if there is one.
   */
  renew(lease: Lease, now: EpochMs, ttlMs: number): Promise<Lease | undefined>;
  /** Does nothing when the lease has changed hands since it was read. */
  requestYield(lease: Lease, by: string): Promise<void>;
  /** Does nothing when it is no longer ours. The fence stays, so that the next one is higher. */
  release(lease: Lease): Promise<void>;
}
