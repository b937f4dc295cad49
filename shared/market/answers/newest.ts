import { MARKET_BOUNDS } from '../rules.ts';

/** What waits for a decision, bounded while none is made: the newest of it. */
export function newest<T>(before: readonly T[], more: readonly T[]): readonly T[] {
  if (more.length === 0) return before;
  const all = [...before, ...more];
  return all.length > MARKET_BOUNDS.mostUndecided ? all.slice(-MARKET_BOUNDS.mostUndecided) : all;
}
