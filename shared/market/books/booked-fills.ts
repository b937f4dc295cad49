import { byTimeThenId, type Fill } from '../../domain/books/fill.ts';
import { signOf } from '../../domain/order/side.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import { MARKET_BOUNDS } from '../rules.ts';

/** Which executions are booked: by id for as long as a venue may list them, and those of lately. */
export interface BookedFills {
  /** The last few: what is copied when one is added. */
  readonly newer: ReadonlyMap<string, EpochMs>;
  readonly older: ReadonlyMap<string, EpochMs>;
  /** Of the last minutes, newest first. */
  readonly lately: readonly BookedFill[];
}

interface BookedFill {
  readonly at: EpochMs;
  /** Signed base units. */
  readonly size: number;
}

export const NO_FILLS: BookedFills = { newer: new Map(), older: new Map(), lately: [] };

export const isBooked = ({ newer, older }: BookedFills, id: string): boolean =>
  newer.has(id) || older.has(id);

/** With these, none of which is booked yet; ids older than a venue may list are forgotten. */
export function withBooked(fills: BookedFills, fresh: readonly Fill[], now: EpochMs): BookedFills {
  const newer = new Map(fills.newer);
  for (const { id, at } of fresh) newer.set(id, at);
  const trades = fresh.map(({ at, side, size }) => ({ at, size: signOf(side) * size }));
  const lately = [...trades, ...fills.lately]
    .filter(({ at }) => at >= now - LATELY_MS)
    .sort((a, b) => b.at - a.at);
  if (newer.size < MOST_NEWER) return { ...fills, newer, lately };
  const oldest = epochMs(Math.max(0, now - MARKET_BOUNDS.oldestFillMs - MARKET_BOUNDS.deepFillsMs));
  const all = [...fills.older, ...newer].filter(([, at]) => at >= oldest);
  return { newer: new Map(), older: new Map(all), lately };
}

/** Each once, those that are not booked, in the order they traded. */
export function notBooked(fills: BookedFills, listed: readonly Fill[]): readonly Fill[] {
  const byId = new Map(listed.map((fill) => [fill.id, fill]));
  return [...byId.values()].filter(({ id }) => !isBooked(fills, id)).sort(byTimeThenId);
}

/** When the newest of them traded, if that is later. */
export const latest = (before: EpochMs, fills: readonly Fill[]): EpochMs =>
  epochMs(fills.reduce((most: number, { at }) => Math.max(most, at), before));

/** Longer than any venue's lists lag and clocks are apart. */
const LATELY_MS = 5 * MINUTE_MS;

const MOST_NEWER = 512;
