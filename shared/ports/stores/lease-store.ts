import type { MarketId } from '../../domain/venue/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';

/**
 * The right to trade the markets of one quoting group. `fence` grows with every taking-over and is
 * in every write and every quote.
 */
export interface Lease {
  /** By default a group of one, named as its market. */
  readonly group: string;
  readonly owner: string;
  readonly fence: number;
  readonly acquiredAt: EpochMs;
  readonly expiresAt: EpochMs;
  /** Those it answers for. */
  readonly markets: readonly MarketId[];
  /** Somebody asks the holder to hand over. */
  readonly yieldTo: YieldRequest | undefined;
}

export interface YieldRequest {
  readonly by: string;
  /** Until when the asking counts: who asks and dies is forgotten. */
  readonly until: EpochMs;
  /** The markets he is ready for, and those he has named as ones he cannot trade. */
  readonly ready: readonly MarketId[];
  readonly cannot: readonly MarketId[];
}

export interface LeaseWanted {
  readonly group: string;
  readonly owner: string;
  readonly markets: readonly MarketId[];
  /**
   * The highest fence seen elsewhere, in a session or an order: the lease's is above the stored one
   * and never below this.
   */
  readonly leastFence: number;
}

/** Expiry is compared in the write's condition, never left to the store's own clean-up. */
export interface LeaseStore {
  /** @throws InputError naming key and attribute when what is stored cannot be read. */
  read(group: string): Promise<Lease | undefined>;
  /** All that are held, expired ones too. What cannot be read is left out, with a warning. */
  list(): Promise<readonly Lease[]>;
  /**
   * Undefined when somebody else holds it unexpired at `now`. The fence is the highest of: the one
   * stored and one more; the seconds since 1970 of `now`; `leastFence`. So it grows also over a
   * deleted item, a new table or a change of group.
   */
  acquire(want: LeaseWanted, now: EpochMs, ttlMs: number): Promise<Lease | undefined>;
  /**
   * Undefined when it is no longer ours. The answer carries a request to yield, if there is one;
   * `lease.markets` are those it answers for from now on: others are struck off, or put back.
   */
  renew(lease: Lease, now: EpochMs, ttlMs: number): Promise<Lease | undefined>;
  /** Does nothing when the lease has changed hands since it was read. */
  requestYield(lease: Lease, ask: YieldRequest): Promise<void>;
  /** Does nothing when it is no longer ours. The fence stays, so that the next one is higher. */
  release(lease: Lease): Promise<void>;
}
