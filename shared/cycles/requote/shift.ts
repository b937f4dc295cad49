import type { Leaving } from '../../domain/market-event.ts';
import type { MarketId } from '../../domain/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Lease } from '../../ports/lease-store.ts';

/** One invocation's right to trade a group, and who is told when it ends. */
export interface Shift {
  readonly group: string;
  readonly fence: number;
  readonly giveUpAt: EpochMs;
  /** The lease as last confirmed; undefined once it is somebody else's. */
  lease(): Lease | undefined;
  /** Whether a quote sent at `now` arrives while the lease is surely ours. */
  covers(now: EpochMs): boolean;
  renewed(lease: Lease): void;
  /** The clock jumped: nothing is placed before the lease was read again. */
  doubt(): void;
  /** Somebody else trades the group: everything ends at once. */
  lose(): void;
  /** How a market is to be left, once it is: a stop outweighs a hand-over. */
  leaving(market: MarketId): Leaving | undefined;
  leave(leaving: Leaving, markets: readonly MarketId[]): void;
  /** Calls back on every change of the above, until the shift is over. */
  onChange(listener: () => void): void;
  /** A market of the group that nobody here answers for any more. */
  strike(market: MarketId): void;
  over(): boolean;
  end(): void;
}

export interface ShiftOptions {
  readonly lease: Lease;
  readonly giveUpAt: EpochMs;
  readonly arrivesWithinMs: number;
}

export function createShift({ lease: first, giveUpAt, arrivesWithinMs }: ShiftOptions): Shift {
  let lease: Lease | undefined = first;
  let doubted = false;
  let ended = false;
  const leavings = new Map<MarketId, Leaving>();
  const listeners: (() => void)[] = [];
  const changed = (): void => listeners.forEach((listener) => listener());
  return {
    group: first.group,
    fence: first.fence,
    giveUpAt,
    lease: () => lease,
    covers: (now) => lease !== undefined && !doubted && lease.expiresAt - now > arrivesWithinMs,
    renewed(next) {
      if (lease === undefined) return;
      lease = next;
      doubted = false;
    },
    doubt() {
      doubted = true;
    },
    lose() {
      if (lease === undefined) return;
      lease = undefined;
      changed();
    },
    leaving: (market) => leavings.get(market),
    leave(leaving, markets) {
      for (const market of markets)
        if (leavings.get(market)?.how !== 'stop') leavings.set(market, leaving);
      changed();
    },
    onChange: (listener) => void listeners.push(listener),
    strike(market) {
      if (lease === undefined) return;
      lease = { ...lease, markets: lease.markets.filter((one) => one !== market) };
    },
    over: () => ended,
    end() {
      ended = true;
      changed();
    },
  };
}
