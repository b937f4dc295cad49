/** Who waits for what of a shift. */
export interface ShiftSignals {
  changed(): void;
  /** Calls back on every change. */
  onChange(listener: () => void): void;
  /** Resolves on the next change. */
  change(): Promise<void>;
  settled(): void;
  unsettled(): void;
  whenSettled(): Promise<void>;
}

export function createShiftSignals(): ShiftSignals {
  let next = Promise.withResolvers<void>();
  let settled = Promise.withResolvers<void>();
  settled.resolve();
  const listeners: (() => void)[] = [];
  return {
    changed() {
      const before = next;
      next = Promise.withResolvers<void>();
      for (const listener of listeners) listener();
      before.resolve();
    },
    onChange: (listener) => void listeners.push(listener),
    change: () => next.promise,
    settled: () => settled.resolve(),
    unsettled() {
      settled = Promise.withResolvers<void>();
    },
    whenSettled: () => settled.promise,
  };
}
