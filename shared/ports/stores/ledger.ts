import type { StoredFact } from '../../domain/books/ledger-entry.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';

export interface Ledger {
  /**
   * Written once under a key made of the fact, whatever its number, fence or mid. `already-there`
   * brings the stored one: that is what the books hold.
   */
  append(fact: StoredFact): Promise<Appended>;
  /** Facts of [from, to) by the fact's time, oldest first. */
  read(market: MarketId, from: EpochMs, to: EpochMs): Promise<readonly StoredFact[]>;
}

type Appended =
  | { readonly kind: 'written' }
  | { readonly kind: 'already-there'; readonly stored: StoredFact };
