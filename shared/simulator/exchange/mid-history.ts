import { SECOND_MS } from '../../domain/time.ts';
import type { EpochMs } from '../../domain/units.ts';

/**
 * Mids of the past, at most one a second, for the venue's own volatility figure and windows of P&L.
 */
export interface MidHistory {
  /** False while a sample is less than a second old. */
  isDue(at: EpochMs): boolean;
  /** Only when due. */
  add(at: EpochMs, mid: number): void;
  /** The mid in force at `at`; the oldest one kept where `at` lies before it. */
  at(at: EpochMs): number | undefined;
  /**
   * Realised volatility over [now - periodMs, now] as a fraction of price over that period;
   * undefined with fewer than 2 samples.
   */
  realisedVolatility(now: EpochMs, periodMs: number): number | undefined;
}

/** A week of seconds; the older half is dropped when it is full. */
const CAPACITY = 7 * 24 * 3600;

export function createMidHistory(): MidHistory {
  let times: number[] = [];
  let mids: number[] = [];
  /** Index of the last sample at or before `at`, or -1. */
  const indexAt = (at: number): number => {
    let low = 0;
    let high = times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  let newest = Number.NEGATIVE_INFINITY;
  return {
    isDue: (at) => at - newest >= SECOND_MS,
    add(at, mid) {
      newest = at;
      if (times.length >= CAPACITY) {
        times = times.slice(CAPACITY / 2);
        mids = mids.slice(CAPACITY / 2);
      }
      times.push(at);
      mids.push(mid);
    },
    at: (at) => mids[Math.max(0, indexAt(at))],
    realisedVolatility(now, periodMs) {
      const from = Math.max(0, indexAt(now - periodMs));
      const to = indexAt(now);
      const observedMs = (times[to] ?? 0) - (times[from] ?? 0);
      if (observedMs <= 0) return undefined;
      let squares = 0;
      for (let index = from + 1; index <= to; index += 1)
        squares += Math.log((mids[index] ?? 1) / (mids[index - 1] ?? 1)) ** 2;
      return Math.sqrt((squares / observedMs) * periodMs);
    },
  };
}
