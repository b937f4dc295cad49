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
  /** What the store answered at `now`: a lease that has run out meanwhile proves nothing. */
  renewed(lease: Lease, now: EpochMs): void;
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
  /** How a market is to be left, once it is: a stop outweighs a hand-over. */
  leaving(market: MarketId): Leaving | undefined;
  leave(leaving: Leaving, markets: readonly MarketId[]): void;
  /** That market needs nobody any more: it was left, and nothing rests that should not. */
  finish(market: MarketId): void;
  finished(market: MarketId): boolean;
  /** Calls back on every change of the above, until the shift is over. */
  onChange(listener: () => void): void;
  /** Resolves on the next change. */
  change(): Promise<void>;
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
  let lostTo: ReturnType<Shift['lostTo']>;
  let doubted = false;
  let ended = false;
  const leavings = new Map<MarketId, Leaving>();
  const finished = new Set<MarketId>();
  const signals = createSignals();
  return {
    group: first.group,
    fence: first.fence,
    giveUpAt,
    lease: () => lease,
    covers: (now) => lease !== undefined && !doubted && lease.expiresAt - now > arrivesWithinMs,
    renewed(next, now) {
      if (lease === undefined) return;
      lease = { ...next, markets: lease.markets };
      if (next.expiresAt <= now) return;
      doubted = false;
      signals.settled();
    },
    doubt() {
      if (doubted || ended) return;
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
    leaving: (market) => leavings.get(market),
    leave(leaving, markets) {
      const some = markets.filter((market) => outweighs(leaving, leavings.get(market)));
      for (const market of some) leavings.set(market, leaving);
      if (some.length > 0) signals.changed();
    },
    finish(market) {
      finished.add(market);
      signals.changed();
    },
    finished: (market) => finished.has(market),
    onChange: signals.onChange,
    change: signals.change,
    strike(market) {
      if (lease === undefined) return;
      lease = { ...lease, markets: lease.markets.filter((one) => one !== market) };
    },
    over: () => ended,
    end() {
      ended = true;
      signals.settled();
      signals.changed();
    },
  };
}

const outweighs = (next: Leaving, before: Leaving | undefined): boolean =>
  before === undefined || (before.how === 'hand-over' && next.how === 'stop');

/** Who waits for what of a shift. */
function createSignals() {
  let next = Promise.withResolvers<void>();
  let settled = Promise.withResolvers<void>();
  settled.resolve();
  const listeners: (() => void)[] = [];
  return {
    changed(): void {
      const before = next;
      next = Promise.withResolvers<void>();
      for (const listener of listeners) listener();
      before.resolve();
    },
    onChange: (listener: () => void): void => void listeners.push(listener),
    change: (): Promise<void> => next.promise,
    settled: (): void => settled.resolve(),
    unsettled: (): void => {
      settled = Promise.withResolvers<void>();
    },
    whenSettled: (): Promise<void> => settled.promise,
  };
}
