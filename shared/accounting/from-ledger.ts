import type { Grid } from '../domain/order/grid.ts';
import type { LedgerEntry } from '../domain/books/ledger-entry.ts';
import { afterTrade, FLAT } from '../domain/books/position.ts';
import type { ProfitAndLoss } from '../domain/books/profit-and-loss.ts';
import { price, size } from '../domain/units.ts';
import {
  bookAdjustment,
  bookFill,
  bookFunding,
  markTo,
  openingProfitAndLoss,
} from './profit-and-loss.ts';

/** One entry into a running P&L. */
export function bookEntry(pnl: ProfitAndLoss, entry: LedgerEntry, lot: Grid): ProfitAndLoss {
  switch (entry.kind) {
    case 'fill':
      return bookFill(pnl, entry.fill, entry.mid, lot);
    case 'funding':
      return bookFunding(markTo(pnl, entry.mid), entry.payment);
    case 'adjustment': {
      const { position } = afterTrade(
        pnl.position,
        entry.size > 0 ? 'buy' : 'sell',
        size(Math.abs(entry.size)),
        entry.mid,
        lot,
      );
      return bookAdjustment(pnl, position, entry.mid);
    }
    // Told for the record: what they did to the account are fills of their own.
    case 'hedge':
    case 'halt':
      return pnl;
  }
}

/** P&L of a run from flat, recomputed from its ledger alone and marked at `finalMid`. */
export function profitAndLossOf(
  entries: readonly LedgerEntry[],
  lot: Grid,
  finalMid: number | undefined,
): ProfitAndLoss {
  const booked = entries.reduce(
    (pnl, entry) => bookEntry(pnl, entry, lot),
    openingProfitAndLoss(FLAT, undefined),
  );
  return finalMid === undefined ? booked : markTo(booked, price(finalMid));
}
