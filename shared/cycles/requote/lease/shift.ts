import type { Leaving } from '../../../domain/trading/market-event.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { EpochMs } from '../../../domain/units.ts';
import type { Lease } from '../../../ports/stores/lease-store.ts';
import { createHeldLease, type HeldLease } from './held-lease.ts';
import { createShiftSignals } from './shift-signals.ts';

/** One invocation's right to trade a group, and who is told when it ends. */
export interface Shift extends HeldLease {
  readonly group: string;
  readonly fence: number;
  readonly giveUpAt: EpochMs;
  /** Whoever held the lease before did not let go of it. */
  readonly wasHeld: boolean;
  /** How a market is to be left, once it is: a stop outweighs a hand-over. */
  leaving(market: MarketId): Leaving | undefined;
  leave(leaving: Leaving, markets: readonly MarketId[]): void;
  /**
   * Somebody takes over these as they are: nothing else is begun any more, and what rests is his.
   */
  handOver(to: string, markets: readonly MarketId[]): void;
  handedOver(): boolean;
  /** That market needs nobody any more: it was left, and nothing rests that should not. */
  finish(market: MarketId): void;
  finished(market: MarketId): boolean;
  /** It does again. */
  resume(market: MarketId): void;
  /** Somebody else has it, with what rests: it is lost alone. */
  take(market: MarketId): void;
  isTaken(market: MarketId): boolean;
  /** Calls back on every change of the above, until the shift is over. */
  onChange(listener: () => void): void;
  /** Resolves on the next change. */
  change(): Promise<void>;
  over(): boolean;
  end(): void;
}

export interface ShiftOptions {
  readonly lease: Lease;
  readonly giveUpAt: EpochMs;
  readonly arrivesWithinMs: number;
  readonly wasHeld: boolean;
}

export function createShift(options: ShiftOptions): Shift {
  const { lease: first, giveUpAt, arrivesWithinMs, wasHeld } = options;
  let ended = false;
  let handedOver = false;
  const over = (): boolean => ended;
  const leavings = new Map<MarketId, Leaving>();
  const finished = new Set<MarketId>();
  const taken = new Set<MarketId>();
  const signals = createShiftSignals();
  const leave = (leaving: Leaving, markets: readonly MarketId[]): void => {
    const some = markets.filter((market) => outweighs(leaving, leavings.get(market)));
    for (const market of some) leavings.set(market, leaving);
    if (some.length > 0) signals.changed();
  };
  const held = createHeldLease({ first, arrivesWithinMs, signals, over });
  const finish = (market: MarketId): void => {
    finished.add(market);
    signals.changed();
  };
  return {
    ...held,
    group: first.group,
    fence: first.fence,
    giveUpAt,
    wasHeld,
    leaving: (market) => leavings.get(market),
    leave,
    handOver(to, markets) {
      if (handedOver) return;
      handedOver = true;
      const why = `handed over to ${to}`;
      leave({ how: 'hand-over', why }, markets);
      const others = first.markets.filter((market) => !markets.includes(market));
      leave({ how: 'stop', why }, others);
      signals.changed();
    },
    handedOver: () => handedOver,
    finish,
    finished: (market) => finished.has(market),
    resume(market) {
      finished.delete(market);
      signals.changed();
    },
    take(market) {
      taken.add(market);
      held.strike(market);
      finish(market);
    },
    isTaken: (market) => taken.has(market),
    onChange: signals.onChange,
    change: signals.change,
    over,
    end() {
      ended = true;
      signals.settled();
      signals.changed();
    },
  };
}

const outweighs = (next: Leaving, before: Leaving | undefined): boolean =>
  before === undefined || (before.how === 'hand-over' && next.how === 'stop');
