import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { EpochMs } from '../../../domain/units.ts';
import type { Lease } from '../../../ports/stores/lease-store.ts';
import type { ShiftSignals } from './shift-signals.ts';

/** The lease of a shift, as far as it is surely held. */
export interface HeldLease {
  /** The lease as last confirmed; undefined once it is somebody else's. */
  lease(): Lease | undefined;
  /** Whether a quote sent at `now` arrives while the lease is surely ours. */
  covers(now: EpochMs): boolean;
  /** What the store answered at `now`: a lease that has run out meanwhile proves nothing. */
  renewed(lease: Lease, now: EpochMs): void;
  /**
   * Whether it has ended, at `now` or when it was asked before: somebody may have seen that, so no
   * renewal makes it cover anything again.
   */
  hasRunOut(now: EpochMs): boolean;
  /** The clock jumped: nothing leaves before the lease was read again. */
  doubt(): void;
  doubted(): boolean;
  /** Resolves at once without a doubt, else when the store has spoken or could not. */
  settled(): Promise<void>;
  /** The store did not answer: what is only cancelled need not wait for it. */
  unproven(): void;
  /** It is ours no more: everything ends at once. Without an heir nobody has adopted what rests. */
  lose(to: 'an heir' | 'nobody'): void;
  lostTo(): 'an heir' | 'nobody' | undefined;
  /** The lease answers for that market no more: it keeps nobody from letting go. */
  strike(market: MarketId): void;
  /** It does again, once the store has said so. */
  putBack(market: MarketId): void;
  /** Whether the store says that the lease answers for it. */
  isListed(market: MarketId): boolean;
  /** Whether a market is put back that the store does not list yet. */
  isPuttingBack(): boolean;
}

export interface HeldLeaseOptions {
  readonly first: Lease;
  readonly arrivesWithinMs: number;
  readonly signals: ShiftSignals;
  /** Whether the shift is over: nothing is doubted any more. */
  readonly over: () => boolean;
}

export function createHeldLease(options: HeldLeaseOptions): HeldLease {
  const { first, arrivesWithinMs, signals, over } = options;
  let lease: Lease | undefined = first;
  let listed = first.markets;
  let lostTo: ReturnType<HeldLease['lostTo']>;
  let doubted = false;
  let ranOut = false;
  return {
    lease: () => lease,
    covers: (now) =>
      lease !== undefined && !doubted && !ranOut && lease.expiresAt - now > arrivesWithinMs,
    hasRunOut: (now) => (ranOut ||= (lease?.expiresAt ?? now) < now),
    renewed(next, now) {
      if (lease === undefined) return;
      lease = { ...next, markets: lease.markets };
      const isNews = listed.length !== next.markets.length;
      listed = next.markets;
      if (isNews) signals.changed();
      if (next.expiresAt <= now) return;
      doubted = false;
      signals.settled();
    },
    doubt() {
      if (doubted || over()) return;
      doubted = true;
      signals.unsettled();
      signals.changed();
    },
    doubted: () => doubted,
    settled: signals.whenSettled,
    unproven: signals.settled,
    lose(to) {
      if (lease === undefined) return;
      lease = undefined;
      lostTo = to;
      signals.settled();
      signals.changed();
    },
    lostTo: () => lostTo,
    strike(market) {
      if (lease === undefined) return;
      lease = { ...lease, markets: lease.markets.filter((one) => one !== market) };
    },
    putBack(market) {
      if (lease === undefined || lease.markets.includes(market)) return;
      lease = { ...lease, markets: [...lease.markets, market] };
      signals.changed();
    },
    isListed: (market) => listed.includes(market),
    isPuttingBack: () => lease?.markets.some((market) => !listed.includes(market)) ?? false,
  };
}
