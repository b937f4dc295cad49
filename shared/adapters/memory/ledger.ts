import {
  byTimeThenName,
  factName,
  marketOf,
  type StoredFact,
  timeOf,
} from '../../domain/books/ledger-entry.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { Ledger } from '../../ports/stores/ledger.ts';
import { plainCopy } from './plain-copy.ts';

export interface MemoryLedger extends Ledger {
  /** Everything appended, of all markets, in the order it was appended. */
  readonly all: () => readonly StoredFact[];
}

/** Facts without a database. */
export function createMemoryLedger(): MemoryLedger {
  const byMarket = new Map<MarketId, Map<string, StoredFact>>();
  const all: StoredFact[] = [];
  return {
    async append(fact) {
      const market = marketOf(fact.entry);
      const facts = byMarket.get(market) ?? new Map<string, StoredFact>();
      byMarket.set(market, facts);
      const name = `${Math.floor(timeOf(fact.entry))}#${factName(fact.entry)}`;
      const stored = facts.get(name);
      if (stored !== undefined) return { kind: 'already-there', stored };
      const kept = plainCopy(fact);
      facts.set(name, kept);
      all.push(kept);
      return { kind: 'written' };
    },
    read: async (market, from, to) =>
      [...(byMarket.get(market)?.values() ?? [])]
        .filter(({ entry }) => timeOf(entry) >= from && timeOf(entry) < to)
        .sort(byTimeThenName),
    all: () => all,
  };
}
