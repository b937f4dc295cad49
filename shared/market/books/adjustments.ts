import type { Fill } from '../../domain/books/fill.ts';
import { type Grid, onLot } from '../../domain/order/grid.ts';
import type { LedgerEntry, StoredFact } from '../../domain/books/ledger-entry.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { Adjustment } from '../../domain/trading/session.ts';
import { signOf } from '../../domain/order/side.ts';
import { type EpochMs, type Price, signedSize } from '../../domain/units.ts';
import { mayExplain } from './fill-clock.ts';
import { MARKET_BOUNDS } from '../rules.ts';

type Entry = Extract<LedgerEntry, { kind: 'adjustment' }>;

/** A difference that executions will not explain: what was held before a market's first session. */
const OPENING = 'opening';
const BACK = '-back-';

/** What is held beyond our executions, at the mid, at no profit. */
export const adjustmentEntry = (
  id: string,
  missing: number,
  mid: Price,
  { market, at, lot }: { readonly market: MarketId; readonly at: EpochMs; readonly lot: Grid },
): Entry => ({ kind: 'adjustment', id, market, at, size: signedSize(onLot(lot, missing)), mid });

export const openingId = (fence: number): string => `${OPENING}-${fence}`;

/**
 * A late execution explains differences of its own sign: each is taken back, at its own mid, until
 * the execution is used up.
 */
export function takenBack(
  adjustments: readonly Adjustment[],
  fill: Fill,
  { lot, clockSkewMs }: { readonly lot: Grid; readonly clockSkewMs: number | undefined },
): { readonly left: readonly Adjustment[]; readonly entries: readonly Entry[] } {
  const sign = signOf(fill.side);
  const left: Adjustment[] = [];
  const entries: Entry[] = [];
  let unused: number = fill.size;
  for (const one of adjustments) {
    const explains =
      unused > 0 && Math.sign(one.size) === sign && mayExplain(fill.at, one.at, clockSkewMs);
    if (!explains) {
      left.push(one);
      continue;
    }
    const back = Math.min(Math.abs(one.size), unused);
    unused = onLot(lot, unused - back);
    const { mid, at } = one;
    const where = { market: fill.market, at, lot };
    entries.push(adjustmentEntry(`${one.id}${BACK}${fill.id}`, -sign * back, mid, where));
    const rest = onLot(lot, one.size - sign * back);
    if (rest !== 0) left.push({ ...one, size: rest });
  }
  return { left, entries };
}

/** Those an execution may still turn up for. */
export const notExpired = (
  adjustments: readonly Adjustment[],
  now: EpochMs,
): readonly Adjustment[] =>
  adjustments.some(({ at }) => isExpired(at, now))
    ? adjustments.filter(({ at }) => !isExpired(at, now))
    : adjustments;

const isExpired = (at: EpochMs, now: EpochMs): boolean => at < now - MARKET_BOUNDS.oldestFillMs;

/** Differences that are not taken back, from those saved and the facts written after (E3). */
export function adjustmentsOf(
  saved: readonly Adjustment[],
  later: readonly StoredFact[],
  lot: Grid,
): readonly Adjustment[] {
  return later.reduce((all: readonly Adjustment[], { entry }) => {
    if (entry.kind !== 'adjustment' || entry.id.startsWith(OPENING)) return all;
    const { id, at, mid, size: added } = entry;
    if (!id.includes(BACK)) return [...all, { id, at, mid, size: added }];
    return all.flatMap((one) => {
      if (!id.startsWith(`${one.id}${BACK}`)) return [one];
      const size = onLot(lot, one.size + added);
      return size === 0 ? [] : [{ ...one, size }];
    });
  }, saved);
}
