/** What several estimators say together. */
export interface CombinedVolatility {
  /**
   * The cautious value, in the unit of the opinions; undefined while fewer than two are known:
   * nothing is sized by a single one.
   */
  readonly volatility: number | undefined;
  /**
   * Highest over lowest, 1 to 1000: a jump makes bipower and squares differ, a broken input differs
   * from all. Undefined like the value.
   */
  readonly disagreement: number | undefined;
}

const UNKNOWN: CombinedVolatility = { volatility: undefined, disagreement: undefined };
const MOST_DISAGREEMENT = 1000;

/**
 * The highest of all known opinions, and how far they are apart (A10, S4: never from a single
 * estimator). All in one unit, such as a fraction per hour; undefined, negative or not finite
 * counts as not known. O(opinions).
 */
export function combineVolatility(opinions: readonly (number | undefined)[]): CombinedVolatility {
  let [known, highest, lowest] = [0, 0, Infinity];
  for (const opinion of opinions) {
    if (opinion === undefined || !(opinion >= 0 && opinion < Infinity)) continue;
    known += 1;
    highest = Math.max(highest, opinion);
    lowest = Math.min(lowest, opinion);
  }
  if (known < 2) return UNKNOWN;
  return {
    volatility: highest,
    disagreement: highest === 0 ? 1 : Math.min(MOST_DISAGREEMENT, highest / lowest),
  };
}
