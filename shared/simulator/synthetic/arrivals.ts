import { SECOND_MS } from '../../domain/time.ts';
import type { Random } from '../../math/random.ts';

/** When takers come to the market. Times are milliseconds since the start, with fractions. */
export interface Arrivals {
  /** The first arrival after a time. `activity` scales those that nothing has excited. */
  nextAfter(elapsedMs: number, activity: number): number;
  /**
   * What a trade does to those after it; `trades` may be any weight. Asked for with times that
   * never fall.
   */
  excite(elapsedMs: number, trades: number): void;
}

/** Arrivals per second in a normal market that nothing has excited. */
const BASELINE_PER_SECOND = 1;

/**
 * `children` is the mean number of further arrivals one trade brings; together they must stay below
 * 1.
 */
const FAST = { children: 0.35, perSecond: 4 };
const SLOW = { children: 0.25, perSecond: 0.15 };

/**
 * A Hawkes process with two exponential kernels, lambda(t) = mu + sum over trades of sum children x
 * rate x exp(-rate x age), drawn by thinning: between trades the intensity only falls, so where one
 * stands is its bound. Sources: A. G. Hawkes (1971), Biometrika 58; Y. Ogata (1981), "On Lewis'
 * simulation method for point processes", IEEE Trans. Inf. Theory 27; E. Bacry, I. Mastromatteo,
 * J.-F. Muzy (2015), "Hawkes processes in finance", for two time scales and a branching ratio of
 * this size.
 */
export function hawkesArrivals(random: Random): Arrivals {
  let [fast, slow, asOf] = [0, 0, 0];
  return {
    nextAfter(elapsedMs, activity) {
      const baseline = BASELINE_PER_SECOND * activity;
      let at = elapsedMs;
      let [fastNow, slowNow] = [
        fast * decay(FAST.perSecond, at - asOf),
        slow * decay(SLOW.perSecond, at - asOf),
      ];
      for (;;) {
        const bound = baseline + fastNow + slowNow;
        const wait = random.exponential(SECOND_MS / bound);
        at += wait;
        fastNow *= decay(FAST.perSecond, wait);
        slowNow *= decay(SLOW.perSecond, wait);
        if (random.uniform() * bound < baseline + fastNow + slowNow) return at;
      }
    },
    excite(elapsedMs, trades) {
      fast =
        fast * decay(FAST.perSecond, elapsedMs - asOf) + trades * FAST.children * FAST.perSecond;
      slow =
        slow * decay(SLOW.perSecond, elapsedMs - asOf) + trades * SLOW.children * SLOW.perSecond;
      asOf = elapsedMs;
    },
  };
}

const decay = (perSecond: number, ms: number): number => Math.exp((-perSecond * ms) / SECOND_MS);
