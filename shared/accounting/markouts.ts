import type { Fill } from '../domain/books/fill.ts';
import {
  MARKOUT_HORIZONS_MS,
  type MarkoutCell,
  type Markouts,
  type MarkoutSums,
  type PendingMarkout,
} from '../domain/books/markouts.ts';
import { signOf } from '../domain/order/side.ts';
import { type EpochMs, type Price, ratioToBps } from '../domain/units.ts';
import { addCell, NO_MARKOUTS } from './markout-cells.ts';

/** What is measured, what waits, and when the first of it is due. */
export interface MarkoutState extends Markouts {
  /** When the first of their horizons ends; undefined when nothing waits. */
  readonly nextDueAt: number | undefined;
}

export interface MarkoutPolicy {
  /** A mid that comes later than this after a horizon is not the mid at that horizon. */
  readonly toleranceMs: number;
  /**
   * Fills waiting at once; beyond, the one that waited longest is given up and counted as dropped.
   */
  readonly maxPending: number;
}

/**
 * Five seconds bridge a pause between two looks (3 s by default); how late the mids used really
 * were is in the figures.
 */
export const MARKOUT_POLICY: MarkoutPolicy = { toleranceMs: 5000, maxPending: 200 };

export const NEW_MARKOUTS: MarkoutState = { pending: [], nextDueAt: undefined, cells: [] };

/** Highest level told apart, so that a foreign order id cannot make ever more groups. */
const MAX_LEVEL = 19;

/**
 * A fill to be measured at 1, 5, 30 and 60 s (E4). To be told before the mid of the same look, so
 * that the first mid at or after a horizon is not missed; a fill that still waits is not counted
 * twice, an older one must not be told again.
 * @param mid the mid at the fill, as booked. @param level of the quote it filled; undefined for a
 * hedge or an order not known.
 */
export function markoutOnFill(
  state: MarkoutState,
  fill: Omit<Fill, 'market'>,
  mid: Price,
  level: number | undefined,
  policy: MarkoutPolicy = MARKOUT_POLICY,
): MarkoutState {
  if (state.pending.some(({ fillId }) => fillId === fill.id)) return state;
  const waiting: PendingMarkout = {
    fillId: fill.id,
    at: fill.at,
    side: fill.side,
    level:
      level !== undefined && Number.isInteger(level) && level >= 0 && level <= MAX_LEVEL
        ? level
        : 'none',
    liquidity: fill.liquidity,
    price: fill.price,
    size: fill.size,
    edgeUsd: signOf(fill.side) * (mid - fill.price) * fill.size,
    dueAt: fill.at + MARKOUT_HORIZONS_MS[0],
  };
  const all = [...state.pending, waiting];
  const givenUp = all.slice(0, Math.max(0, all.length - policy.maxPending));
  const cells = givenUp.reduce(
    (sum, lost) => settle(lost, sum, () => DROPPED, Infinity).cells,
    state.cells,
  );
  return resumeMarkouts({ pending: all.slice(givenUp.length), cells });
}

/**
 * The mid has moved, or was looked at again: whatever horizon has ended is measured by it, if it
 * comes within the tolerance, else dropped and counted. O(1) and the same state while no horizon
 * has ended, else O(fills waiting). `at` is venue time, as that of the fills.
 */
export function markoutOnMid(
  state: MarkoutState,
  mid: Price,
  at: EpochMs,
  policy: MarkoutPolicy = MARKOUT_POLICY,
): MarkoutState {
  if (state.nextDueAt === undefined || at < state.nextDueAt) return state;
  let { cells } = state;
  const pending: PendingMarkout[] = [];
  for (const waiting of state.pending) {
    const settled = settle(
      waiting,
      cells,
      (lateMs) => (lateMs > policy.toleranceMs ? DROPPED : measured(waiting, mid, lateMs)),
      at,
    );
    cells = settled.cells;
    if (settled.rest !== undefined) pending.push(settled.rest);
  }
  return resumeMarkouts({ pending, cells });
}

/**
 * Closes a span: its cells to keep (say, one item an hour), and the state that measures on, its
 * fills still waiting.
 */
export const cutMarkouts = (
  state: MarkoutState,
): { readonly cells: readonly MarkoutCell[]; readonly state: MarkoutState } => ({
  cells: state.cells,
  state: { ...state, cells: [] },
});

const DROPPED: MarkoutSums = { ...NO_MARKOUTS, dropped: 1 };

/** Books every horizon of a fill that has ended by `at`; `rest` is what still waits. */
function settle(
  waiting: PendingMarkout,
  known: readonly MarkoutCell[],
  outcome: (lateMs: number) => MarkoutSums,
  at: number,
): { readonly cells: readonly MarkoutCell[]; readonly rest: PendingMarkout | undefined } {
  let cells = known;
  const { side, level, liquidity } = waiting;
  for (const horizonMs of MARKOUT_HORIZONS_MS) {
    const dueAt = waiting.at + horizonMs;
    if (dueAt < waiting.dueAt) continue;
    if (dueAt > at)
      return { cells, rest: dueAt === waiting.dueAt ? waiting : { ...waiting, dueAt } };
    cells = addCell(cells, { side, level, liquidity, horizonMs, ...outcome(at - dueAt) });
  }
  return { cells, rest: undefined };
}

function measured(
  { side, price, size, edgeUsd }: PendingMarkout,
  mid: Price,
  lateMs: number,
): MarkoutSums {
  const gain = signOf(side) * (mid - price);
  const markoutBps = ratioToBps(gain / price);
  return {
    fills: 1,
    dropped: 0,
    bps: markoutBps,
    squaredBps: markoutBps ** 2,
    losing: gain < 0 ? 1 : 0,
    volumeUsd: price * size,
    usd: gain * size,
    edgeUsd,
    lateMs,
  };
}

/** What was saved goes on where it stood: what has ended meanwhile is dropped by the next mid. */
export const resumeMarkouts = ({ pending, cells }: Markouts): MarkoutState => ({
  pending,
  nextDueAt: pending.reduce(
    (first: number | undefined, { dueAt }) => Math.min(first ?? dueAt, dueAt),
    undefined,
  ),
  cells,
});
