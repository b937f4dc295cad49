import { InvariantError } from '../domain/failure.ts';
import type { Grid } from '../domain/order/grid.ts';
import { type LedgerEntry, timeOf } from '../domain/books/ledger-entry.ts';
import { FLAT, type Position } from '../domain/books/position.ts';
import type { ProfitAndLoss } from '../domain/books/profit-and-loss.ts';
import { type EpochMs, type Price, usd } from '../domain/units.ts';
import { bookEntry } from './from-ledger.ts';
import { markTo, openingProfitAndLoss } from './profit-and-loss.ts';

interface Window {
  /** Of one market, oldest first; may begin before the window and end after it. */
  readonly entries: readonly LedgerEntry[];
  /** What was held before the first of `entries`. */
  readonly held?: Position;
  readonly lot: Grid;
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** The mid at both ends; undefined only where the position is flat. */
  readonly midAtFrom: Price | undefined;
  readonly midAtTo: Price | undefined;
}

/**
 * P&L of [from, to) (E1): what was held at `from` is taken over at the mid there, what is held at
 * `to` is marked at the mid there. So the parts sum to the change of equity over the window, and
 * windows that follow one another, cut at the same mids, sum to the whole.
 * @throws InvariantError when the window is reversed or a mid is missing where something is held.
 */
export function windowProfitAndLoss({
  entries,
  held = FLAT,
  lot,
  from,
  to,
  midAtFrom,
  midAtTo,
}: Window): ProfitAndLoss {
  if (from > to)
    throw new InvariantError(`a window must not end before it begins, was ${from} to ${to}`);
  const before = openingProfitAndLoss(held, undefined);
  const { position } = entries.reduce(
    (pnl, entry) => (timeOf(entry) < from ? bookEntry(pnl, entry, lot) : pnl),
    before,
  );
  requireMid('midAtFrom', midAtFrom, position);
  const within = entries.filter((entry) => timeOf(entry) >= from && timeOf(entry) < to);
  const booked = within.reduce(
    (pnl, entry) => bookEntry(pnl, entry, lot),
    openingProfitAndLoss(position, midAtFrom),
  );
  requireMid('midAtTo', midAtTo, booked.position);
  return midAtTo === undefined ? booked : markTo(booked, midAtTo);
}

/**
 * The window between two looks at one running P&L, both marked at the mid of their time: the same
 * as from the ledger, without reading it. Holds the later position and mark.
 */
export const profitAndLossBetween = (
  earlier: ProfitAndLoss,
  later: ProfitAndLoss,
): ProfitAndLoss => ({
  position: later.position,
  markPrice: later.markPrice,
  spreadIncomeUsd: usd(later.spreadIncomeUsd - earlier.spreadIncomeUsd),
  makerFeesUsd: usd(later.makerFeesUsd - earlier.makerFeesUsd),
  takerFeesUsd: usd(later.takerFeesUsd - earlier.takerFeesUsd),
  inventoryPnlUsd: usd(later.inventoryPnlUsd - earlier.inventoryPnlUsd),
  hedgeCostUsd: usd(later.hedgeCostUsd - earlier.hedgeCostUsd),
  fundingUsd: usd(later.fundingUsd - earlier.fundingUsd),
  volumeUsd: usd(later.volumeUsd - earlier.volumeUsd),
  fills: later.fills - earlier.fills,
});

function requireMid(name: string, mid: Price | undefined, position: Position): void {
  if (mid === undefined && position.size !== 0)
    throw new InvariantError(`${name} is needed, for ${position.size} is held there`);
}
