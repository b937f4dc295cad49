import type { StoredFact } from '../domain/market-event.ts';
import type { MarketId } from '../domain/market-id.ts';
import type { EpochMs } from '../domain/units.ts';
export type Appended =
  | { readonly kind: 'written' }
  | { readonly kind: 'already-there'; readonly stored: StoredFact };
export interface Ledger {
  append(fact: StoredFact): Promise<Appended>;
  read(market: MarketId, from: EpochMs, to: EpochMs): Promise<readonly StoredFact[]>;
}
