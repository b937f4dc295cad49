import { signOf } from '../../domain/order/side.ts';
import { type EpochMs, ratioToBps } from '../../domain/units.ts';
import type { MarketTrade } from '../../domain/venue/view.ts';
import { requirePositive } from '../../math/require.ts';
import type { LastLook, Learning } from '../memory.ts';
import { isAmount, isPositive, isTime, maybe, recordOf } from '../plain-data.ts';
import type { IntensityFit } from './calibrate-intensity.ts';
import { FILLS_HALF_LIFE_SECONDS } from './rested-quotes.ts';

/** How far takers reached, look by look and side by side; what is old counts less. Plain data. */
export interface ReachState {
  readonly at: EpochMs | undefined;
  /** Looks and sides on which a trade went beyond the mid of the look before, */
  readonly events: number;
  /** and how far the furthest of each went, added up, in the unit of distance. */
  readonly distance: number;
  /** Time watched, both sides together. */
  readonly seconds: number;
}

export const NO_REACH: ReachState = { at: undefined, events: 0, distance: 0, seconds: 0 };

/**
 * One more look; one at a time already seen changes nothing. O(1).
 * `reached`: per side the furthest trade beyond the mid of the look before, zero or below if none.
 * A side counts once a look, however many prints a sweep makes: a quote there would have been
 * filled once.
 * @throws InvariantError unless halfLifeSeconds is above zero.
 */
export function observeReach(
  state: ReachState,
  reached: readonly [number, number],
  now: EpochMs,
  halfLifeSeconds: number,
): ReachState {
  requirePositive('halfLifeSeconds', halfLifeSeconds);
  if (state.at === undefined) return { ...NO_REACH, at: now };
  const elapsed = (now - state.at) / 1000;
  if (elapsed <= 0) return state;
  const kept = 0.5 ** (elapsed / halfLifeSeconds);
  const beyond = reached.filter((distance) => distance > 0 && distance < Infinity);
  return {
    at: now,
    events: state.events * kept + beyond.length,
    distance: state.distance * kept + beyond.reduce((sum, distance) => sum + distance, 0),
    seconds: state.seconds * kept + 2 * elapsed,
  };
}

/** As for our own fills: twenty tell a rate to within a factor of 1.6. */
const LEAST_EVENTS = 20;
/** Of the standard normal: half of a 95 % interval, in standard errors. */
const Z95 = 1.959963984540054;

/**
 * k and arrivalRate from how far takers reached, by maximum likelihood. It takes every trade that
 * reaches a price for a fill there, which a queue would not give: an upper bound.
 * Source: J.-P. Bouchaud, M. Mezard, M. Potters, Quant. Finance 2 (2002); M. Avellaneda, S.
 * Stoikov (2008), section 2.5.
 */
export function calibrateReach({ events, distance, seconds }: ReachState): IntensityFit {
  if (events < LEAST_EVENTS)
    return {
      kind: 'thin',
      why: `takers went beyond the mid on ${events.toFixed(1)} looks, at least ${LEAST_EVENTS} are needed`,
    };
  const [k, arrivalRate] = [events / distance, events / seconds];
  // Distances reached are exponential: k is one over their mean, with this relative error for both.
  const error = Z95 / Math.sqrt(events);
  return {
    kind: 'fitted',
    k,
    arrivalRate,
    kInterval: { low: k * (1 - error), high: k * (1 + error) },
    arrivalRateInterval: {
      low: arrivalRate * Math.exp(-error),
      high: arrivalRate * Math.exp(error),
    },
    fills: events,
  };
}

const hasShape = recordOf<ReachState>({
  at: maybe(isTime),
  events: isAmount,
  distance: isAmount,
  seconds: isAmount,
});

/** How far takers reach, whoever they trade with (A4, A5); only where trades are shown. */
export const reach: Learning<ReachState> = {
  version: 1,
  initial: NO_REACH,
  // What was counted went some way and took some time.
  isState: (saved): saved is ReachState =>
    hasShape(saved) &&
    (saved.events === 0 || (isPositive(saved.distance) && isPositive(saved.seconds))),
  observe: (state, { view: { now, trades }, last }) =>
    last === undefined || trades === undefined
      ? state
      : observeReach(state, reachedSince(trades, last), now, FILLS_HALF_LIFE_SECONDS),
};

/** Per side, how far beyond the last mid the furthest taker went, in bps; below zero: none did. */
function reachedSince(trades: readonly MarketTrade[], last: LastLook): readonly [number, number] {
  let [up, down] = [-Infinity, -Infinity];
  for (const { side, price } of trades) {
    const beyond = ratioToBps((signOf(side) * (price - last.mid)) / last.mid);
    if (side === 'buy') up = Math.max(up, beyond);
    else down = Math.max(down, beyond);
  }
  return [up, down];
}
