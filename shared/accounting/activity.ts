import type { Grid } from '../domain/order/grid.ts';
import { type LedgerEntry, movesMoney, timeOf } from '../domain/books/ledger-entry.ts';
import type { ProfitAndLoss } from '../domain/books/profit-and-loss.ts';
import { DAY_MS } from '../domain/time.ts';
import { bookEntry } from './from-ledger.ts';
import { NO_PROFIT_YET } from './profit-and-loss.ts';

export interface ActivityFigures {
  readonly fills: number;
  readonly hedgeFills: number;
  /** Quotes that traded at all. */
  readonly quotesFilled: number;
  readonly volumeUsd: number;
  /** Largest |position| at the price of a fill, right after it. */
  readonly maxAbsInventoryUsd: number;
  readonly minInventoryUsd: number;
  readonly maxInventoryUsd: number;
  /** Position after each fill, weighted by how long it was held, in |USD|. */
  readonly averageAbsInventoryUsd: number;
  /** Volume over average inventory per day (E5); undefined when nothing was ever held. */
  readonly inventoryTurnoverPerDay: number | undefined;
}

/** What the fills of [from, to] say about activity and inventory. */
export function activityOf(
  entries: readonly LedgerEntry[],
  lot: Grid,
  from: number,
  to: number,
): ActivityFigures {
  let pnl: ProfitAndLoss = NO_PROFIT_YET;
  let lastAt = from;
  let heldUsdMs = 0;
  let lowest = 0;
  let highest = 0;
  const quotesFilled = new Set<string>();
  let hedgeFills = 0;
  for (const entry of entries) {
    if (!movesMoney(entry)) continue;
    const at = timeOf(entry);
    heldUsdMs += Math.abs(pnl.position.size * entry.mid) * (at - lastAt);
    lastAt = at;
    pnl = bookEntry(pnl, entry, lot);
    if (entry.kind !== 'fill') continue;
    const inventoryUsd = pnl.position.size * entry.fill.price;
    lowest = Math.min(lowest, inventoryUsd);
    highest = Math.max(highest, inventoryUsd);
    if (entry.fill.liquidity === 'maker') quotesFilled.add(entry.fill.orderId);
    else hedgeFills += 1;
  }
  heldUsdMs += Math.abs(pnl.position.size * (pnl.markPrice ?? 0)) * (to - lastAt);
  const averageAbsInventoryUsd = to > from ? heldUsdMs / (to - from) : 0;
  return {
    fills: pnl.fills,
    hedgeFills,
    quotesFilled: quotesFilled.size,
    volumeUsd: pnl.volumeUsd,
    minInventoryUsd: lowest,
    maxInventoryUsd: highest,
    maxAbsInventoryUsd: Math.max(-lowest, highest),
    averageAbsInventoryUsd,
    inventoryTurnoverPerDay:
      averageAbsInventoryUsd > 0
        ? pnl.volumeUsd / averageAbsInventoryUsd / ((to - from) / DAY_MS)
        : undefined,
  };
}
