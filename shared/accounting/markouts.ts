import type { Fill } from '../domain/fill.ts';
import { signOf } from '../domain/side.ts';
import { type EpochMs, type Price, ratioToBps } from '../domain/units.ts';
import {
  addCell,
  MARKOUT_HORIZONS_MS,
  type MarkoutCell,
  type MarkoutGroup,
  type MarkoutSums,
  NO_MARKOUTS,
} from './markout-cells.ts';

/**
 * What is measured and what waits to be, of one market. Plain data: it is saved with the session
 * and handed over.
 */
export interface MarkoutState {
  /** In the order they became known; at most `maxPending`. */
  readonly pending: readonly PendingMarkout[];
  /** When the first of their horizons ends; undefined when nothing waits. */
  readonly nextDueAt: number | undefined;
  readonly cells: readonly MarkoutCell[];
}

interface PendingMarkout extends MarkoutGroup {
  readonly fillId: string;
  readonly at: EpochMs;
  readonly price: Price;
  readonly size: number;
  readonly edgeUsd: number;
  /** When the first horizon ends that is not done with. */
  readonly dueAt: number;
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
export const MARKOUT_POLICY: MarkoutPolicy = { toleranceMs: 5000, maxPending: 1000 };

export const NEW_MARKOUTS: MarkoutState = { pending: [], nextDueAt: undefined, cells: [] };

/** Highest level told apart, so that a foreign order id cannot make ever more groups. */
const MAX_LEVEL = 63;

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
  return stateOf(all.slice(givenUp.length), cells);
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
  return stateOf(pending, cells);
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

const stateOf = (
  pending: readonly PendingMarkout[],
  cells: readonly MarkoutCell[],
): MarkoutState => ({
  pending,
  nextDueAt: pending.length === 0 ? undefined : Math.min(...pending.map(({ dueAt }) => dueAt)),
  cells,
});
