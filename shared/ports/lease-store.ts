import type { MarketId } from '../domain/market-id.ts';
import type { EpochMs } from '../domain/units.ts';
export interface Lease {
  readonly group: string;
  readonly owner: string;
  readonly fence: number;
  readonly acquiredAt: EpochMs;
  readonly expiresAt: EpochMs;
  readonly markets: readonly MarketId[];
  readonly yieldTo: YieldRequest | undefined;
}
export interface YieldRequest {
  readonly by: string;
  readonly until: EpochMs;
  readonly ready: readonly MarketId[];
  readonly cannot: readonly MarketId[];
}
export interface LeaseWanted {
  readonly group: string;
  readonly owner: string;
  readonly markets: readonly MarketId[];
  readonly leastFence: number;
}
export interface LeaseStore {
  read(group: string): Promise<Lease | undefined>;
  list(): Promise<readonly Lease[]>;
  acquire(want: LeaseWanted, now: EpochMs, ttlMs: number): Promise<Lease | undefined>;
  renew(lease: Lease, now: EpochMs, ttlMs: number): Promise<Lease | undefined>;
  requestYield(lease: Lease, ask: YieldRequest): Promise<void>;
  release(lease: Lease): Promise<void>;
}
