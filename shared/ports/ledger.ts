import type { LedgerEntry } from '../domain/ledger-entry.ts';
import type { MarketId } from '../domain/market-id.ts';
import type { EpochMs } from '../domain/units.ts';

export interface Ledger {
  /** Written once: a second write of the same fact changes nothing. */
  append(entry: LedgerEntry): Promise<'written' | 'already-there'>;
  /** Entries in [from, to), oldest first. */
  read(market: MarketId, from: EpochMs, to: EpochMs): Promise<readonly LedgerEntry[]>;
}
