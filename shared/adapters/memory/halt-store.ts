import type { Halt } from '../../domain/trading/halt.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { HaltStore, Lifting } from '../../ports/stores/halt-store.ts';

export interface MemoryHaltStore extends HaltStore {
  readonly lifted: () => readonly { readonly halt: Halt; readonly lifting: Lifting }[];
}

/** Halts without a database. */
export function createMemoryHaltStore(): MemoryHaltStore {
  const halts = new Map<MarketId, Halt>();
  const lifted: { halt: Halt; lifting: Lifting }[] = [];
  return {
    read: async (market) => halts.get(market),
    async put(halt) {
      if (halts.has(halt.market)) return false;
      halts.set(halt.market, structuredClone(halt));
      return true;
    },
    async lift(market, lifting) {
      const halt = halts.get(market);
      if (halt === undefined) return 'none';
      lifted.push({ halt, lifting });
      halts.delete(market);
      return 'lifted';
    },
    list: async () => [...halts.values()],
    lifted: () => lifted,
  };
}
