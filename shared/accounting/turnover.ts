import { type LedgerEntry, movesMoney, timeOf } from '../domain/ledger-entry.ts';
import type { Position } from '../domain/position.ts';
import { DAY_MS } from '../domain/time.ts';
import type { EpochMs } from '../domain/units.ts';

/** Volume, and inventory held over time, since `from`. Plain data. */
export interface Turnover {
  readonly from: EpochMs;
  readonly lastAt: EpochMs;
  /** |position| x mid x time held. */
  readonly heldUsdMs: number;
  readonly volumeUsd: number;
}

export const newTurnover = (from: EpochMs): Turnover => ({
  from,
  lastAt: from,
  heldUsdMs: 0,
  volumeUsd: 0,
});

/**
 * `held` since the last call is worth this at `mid`. A time before the last call adds nothing.
 * O(1).
 */
export const turnoverOnMid = (
  turnover: Turnover,
  held: Position,
  mid: number,
  at: EpochMs,
): Turnover =>
  at <= turnover.lastAt
    ? turnover
    : {
        ...turnover,
        lastAt: at,
        heldUsdMs: turnover.heldUsdMs + Math.abs(held.size * mid) * (at - turnover.lastAt),
      };

/** `heldBefore` is the position until the entry. Entries must come once each. */
export function turnoverOnEntry(
  turnover: Turnover,
  heldBefore: Position,
  entry: LedgerEntry,
): Turnover {
  if (!movesMoney(entry)) return turnover;
  const until = turnoverOnMid(turnover, heldBefore, entry.mid, timeOf(entry));
  return entry.kind === 'fill'
    ? { ...until, volumeUsd: until.volumeUsd + entry.fill.price * entry.fill.size }
    : until;
}

interface TurnoverFigures {
  readonly volumeUsd: number;
  /** |position| at mid, averaged over time; 0 before any has passed. */
  readonly averageAbsInventoryUsd: number;
  /** Volume / average inventory per day; undefined when nothing was held. */
  readonly inventoryTurnoverPerDay: number | undefined;
}

/**
 * Inventory turnover (E5; S2 aims above 5 a day): the same as `activityOf` gives for the same
 * entries, without keeping them.
 */
export function turnoverFigures({ from, lastAt, heldUsdMs, volumeUsd }: Turnover): TurnoverFigures {
  const averageAbsInventoryUsd = lastAt > from ? heldUsdMs / (lastAt - from) : 0;
  const inventoryTurnoverPerDay = heldUsdMs > 0 ? (volumeUsd / heldUsdMs) * DAY_MS : undefined;
  return { volumeUsd, averageAbsInventoryUsd, inventoryTurnoverPerDay };
}
