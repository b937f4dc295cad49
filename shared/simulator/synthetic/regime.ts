import { HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import type { Random } from '../../math/random.ts';

/** The mood of the whole market: every coin of a seed is in it at the same time. */
export interface Regime {
  readonly name: 'calm' | 'normal' | 'stressed';
  /** Of BTC, annualised. */
  readonly volatility: number;
  /** Arrivals of takers, against a normal market. */
  readonly activity: number;
  /** Resting size, against a normal market. */
  readonly depth: number;
  /** What the spread at the touch tends to. */
  readonly spreadBps: number;
  readonly jumpsPerHour: number;
  /** Mean stay. */
  readonly stayMs: number;
}

const CALM: Regime = {
  name: 'calm',
  volatility: 0.3,
  activity: 0.7,
  depth: 1.3,
  spreadBps: 0.1,
  jumpsPerHour: 0.2,
  stayMs: 40 * MINUTE_MS,
};
const NORMAL: Regime = {
  name: 'normal',
  volatility: 0.6,
  activity: 1,
  depth: 1,
  spreadBps: 0.25,
  jumpsPerHour: 1,
  stayMs: 30 * MINUTE_MS,
};
const STRESSED: Regime = {
  name: 'stressed',
  volatility: 1.5,
  activity: 2,
  depth: 0.5,
  spreadBps: 0.8,
  jumpsPerHour: 8,
  stayMs: 12 * MINUTE_MS,
};

/**
 * From a normal market it goes this often to calm; else to stressed. From both of them it goes back
 * to normal.
 */
const CALMS_DOWN = 0.6;

/**
 * A Markov chain in continuous time. Source: J. D. Hamilton (1989), "A new approach to the economic
 * analysis of nonstationary time series", Econometrica 57; Markov-switching volatility.
 * @returns the regime at an elapsed time; asked for with times that never fall
 */
export function regimePath(random: Random): (elapsedMs: number) => Regime {
  let regime = longRunDraw(random.uniform());
  let until = random.exponential(regime.stayMs);
  return (elapsedMs) => {
    while (elapsedMs >= until) {
      regime = regime === NORMAL ? (random.uniform() < CALMS_DOWN ? CALM : STRESSED) : NORMAL;
      until += random.exponential(regime.stayMs);
    }
    return regime;
  };
}

/**
 * The chain is as likely to start in a regime as it is to be there in the long run: weight = visits
 * x mean stay.
 */
function longRunDraw(uniform: number): Regime {
  const normal = NORMAL.stayMs;
  const calm = CALMS_DOWN * CALM.stayMs;
  const stressed = (1 - CALMS_DOWN) * STRESSED.stayMs;
  const drawn = uniform * (normal + calm + stressed);
  if (drawn < normal) return NORMAL;
  return drawn < normal + calm ? CALM : STRESSED;
}

/** Chance per millisecond of a jump. */
export const jumpHazardPerMs = (regime: Regime): number => regime.jumpsPerHour / HOUR_MS;
