import {
  NO_ROUND_TRIPS,
  roundTripOnEntry,
  type RoundTripState,
} from '#shared/accounting/round-trips.ts';
import type { LedgerEntry } from '#shared/domain/books/ledger-entry.ts';
import { LOT } from '#test/builders/arbitrary/arbitrary-ledger.ts';

/** What is open and closed after these entries. */
export const through = (entries: readonly LedgerEntry[], maxLots?: number): RoundTripState =>
  entries.reduce((state, entry) => roundTripOnEntry(state, entry, LOT, maxLots), NO_ROUND_TRIPS);
