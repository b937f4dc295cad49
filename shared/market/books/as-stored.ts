import { bookEntry } from '../../accounting/from-ledger.ts';
import { markTo } from '../../accounting/profit-and-loss.ts';
import type { Grid } from '../../domain/order/grid.ts';
import {
  factName,
  type LedgerEntry,
  type StoredFact,
  timeOf,
} from '../../domain/books/ledger-entry.ts';
import type { ProfitAndLoss } from '../../domain/books/profit-and-loss.ts';
import { signedSize, usd } from '../../domain/units.ts';
import type { Books } from './books.ts';
import { withFact } from './contained-facts.ts';

/**
 * The ledger's answer. A fact that was there already is what the books hold: if the totals had it
 * when they were loaded, ours is taken out again; otherwise its mid replaces ours. Its number does
 * not tell: an earlier holder's, written late, may be lower than any of those loaded.
 */
export function withRecorded(
  books: Books,
  number: number,
  earlier: StoredFact | undefined,
  lot: Grid,
): Books {
  const found = books.pending.find(({ fact }) => fact.number === number);
  if (found === undefined) return books;
  const pending = books.pending.filter((one) => one !== found);
  if (earlier === undefined) return { ...books, pending };
  const { entry } = found.fact;
  if (books.loaded.has(identityOf(earlier.entry)))
    return { ...books, pending, pnl: unbooked(books.pnl, entry, lot) };
  return {
    ...books,
    pending,
    pnl: bookEntry(unbooked(books.pnl, entry, lot), earlier.entry, lot),
    contained: withFact(books.contained, earlier),
  };
}

/** Under what a fact of one market is stored, whoever wrote it. */
export const identityOf = (entry: LedgerEntry): string =>
  `${Math.floor(timeOf(entry))}#${factName(entry)}`;

/** The inverse of booking an entry: every part it added is taken out, the mark stays. */
function unbooked(pnl: ProfitAndLoss, entry: LedgerEntry, lot: Grid): ProfitAndLoss {
  const mark = pnl.markPrice;
  const opposite = inverse(entry);
  if (opposite === undefined) return pnl;
  const undone = bookEntry(pnl, opposite, lot);
  const back = mark === undefined ? undone : markTo(undone, mark);
  if (entry.kind !== 'fill') return back;
  return {
    ...back,
    fills: back.fills - 2,
    volumeUsd: usd(back.volumeUsd - 2 * entry.fill.price * entry.fill.size),
  };
}

function inverse(entry: LedgerEntry): LedgerEntry | undefined {
  switch (entry.kind) {
    case 'fill': {
      const { fill } = entry;
      const side = fill.side === 'buy' ? 'sell' : 'buy';
      return { ...entry, fill: { ...fill, side, feeUsd: usd(-fill.feeUsd) } };
    }
    case 'funding':
      return {
        ...entry,
        payment: { ...entry.payment, amountUsd: usd(-entry.payment.amountUsd) },
      };
    case 'adjustment':
      return { ...entry, size: signedSize(-entry.size) };
    case 'hedge':
    case 'halt':
      return undefined;
  }
}
