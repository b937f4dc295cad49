import { type Side, signOf } from '../../domain/order/side.ts';
import { type EpochMs, ratioToBps } from '../../domain/units.ts';
import type { MarketView } from '../../domain/venue/view.ts';
import { legsOf } from '../../domain/order/working-order.ts';
import { requireAtLeast, requireFinite, requirePositive } from '../../math/require.ts';
import type { LastLook, Learning } from '../memory.ts';
import { isAmount, isPositive, isTime, listOf, maybe, recordOf } from '../plain-data.ts';

/**
 * What was seen of our own quotes, by distance from the mid; what is old counts less. Plain data of
 * fixed size.
 */
export interface IntensityState {
  /** In the unit of distance. */
  readonly bucketWidth: number;
  readonly halfLifeSeconds: number;
  readonly lastAt: EpochMs | undefined;
  /** Per bucket: how long quotes rested there, */
  readonly seconds: readonly number[];
  /** the same times their distance, so that nothing is lost by the buckets' width, */
  readonly distanceSeconds: readonly number[];
  /** and how many whole quotes were filled; a part of one counts as that part. */
  readonly fills: readonly number[];
}

/** @throws InvariantError unless all are above zero. */
export function newIntensity({
  bucketWidth,
  bucketCount,
  halfLifeSeconds,
}: {
  readonly bucketWidth: number;
  readonly bucketCount: number;
  readonly halfLifeSeconds: number;
}): IntensityState {
  requirePositive('bucketWidth', bucketWidth);
  requirePositive('bucketCount', bucketCount);
  requirePositive('halfLifeSeconds', halfLifeSeconds);
  const zeros = Array.from({ length: Math.ceil(bucketCount) }, () => 0);
  return {
    bucketWidth,
    halfLifeSeconds,
    lastAt: undefined,
    seconds: zeros,
    distanceSeconds: zeros,
    fills: zeros,
  };
}

/** One quote of ours, since the last look. */
export interface RestedQuote {
  /**
   * From the mid it was decided on; below zero counts as zero, beyond the last bucket it is not
   * counted.
   */
  readonly distance: number;
  /**
   * How long it rested, until it was filled if it was; more than passed since the last look counts
   * as that.
   */
  readonly seconds: number;
  /** Filled, in whole quotes. */
  readonly fills: number;
}

/**
 * One more look. A look at a time already seen changes nothing, so that no fill is counted twice.
 * O(buckets + quotes).
 */
export function observeRested(
  state: IntensityState,
  quotes: readonly RestedQuote[],
  now: EpochMs,
): IntensityState {
  if (state.lastAt === undefined) return { ...state, lastAt: now };
  const elapsed = (now - state.lastAt) / 1000;
  if (elapsed <= 0) return state;
  const kept = 0.5 ** (elapsed / state.halfLifeSeconds);
  const fade = (values: readonly number[]): number[] => values.map((value) => value * kept);
  const [seconds, distanceSeconds, fills] = [
    fade(state.seconds),
    fade(state.distanceSeconds),
    fade(state.fills),
  ];
  for (const quote of quotes) {
    requireFinite('distance', quote.distance);
    requireAtLeast('seconds', quote.seconds, 0);
    requireAtLeast('fills', quote.fills, 0);
    const distance = Math.max(0, quote.distance);
    const bucket = Math.floor(distance / state.bucketWidth);
    if (bucket >= seconds.length) continue;
    const rested = Math.min(quote.seconds, elapsed);
    seconds[bucket] = Number(seconds[bucket]) + rested;
    distanceSeconds[bucket] = Number(distanceSeconds[bucket]) + rested * distance;
    fills[bucket] = Number(fills[bucket]) + quote.fills;
  }
  return { ...state, lastAt: now, seconds, distanceSeconds, fills };
}

/** Half-life of what is learned of fills by distance. */
export const FILLS_HALF_LIFE_SECONDS = 7200;
/** A bp to a bucket, up to 60 bps. */
const BUCKETS = { bucketWidth: 1, bucketCount: 60, halfLifeSeconds: FILLS_HALF_LIFE_SECONDS };

const isIntensity = recordOf<IntensityState>({
  bucketWidth: isPositive,
  halfLifeSeconds: isPositive,
  lastAt: maybe(isTime),
  seconds: listOf(isAmount),
  distanceSeconds: listOf(isAmount),
  fills: listOf(isAmount),
});

/** How often our own quotes are filled by distance from the mid (A4, A5). */
export const intensity: Learning<IntensityState> = {
  version: 1,
  initial: newIntensity(BUCKETS),
  isState: (saved): saved is IntensityState =>
    isIntensity(saved) &&
    [saved.seconds, saved.distanceSeconds, saved.fills].every(
      ({ length }) => length === BUCKETS.bucketCount,
    ),
  observe: (state, { view, last }) =>
    observeRested(state, last === undefined ? [] : restedSince(view, last), view.now),
};

/**
 * Quotes still resting, and those filled, at their distance from the mid they were left at, in bps.
 */
function restedSince({ now, orders, fills }: MarketView, last: LastLook): readonly RestedQuote[] {
  const distance = (side: Side, price: number): number =>
    ratioToBps((signOf(side) * (last.mid - price)) / last.mid);
  const resting = orders
    .filter((order) => order.state === 'open')
    .map(({ side, price, since }) => ({
      distance: distance(side, price),
      seconds: (now - Math.max(since, last.at)) / 1000,
      fills: 0,
    }));
  const legs = orders.flatMap(legsOf);
  const filled = fills.map(({ side, price, size, at, orderId }) => {
    const rest = legs.find((leg) => 'venueId' in leg && leg.venueId === orderId);
    return {
      distance: distance(side, price),
      // The time of what still rests is counted above.
      seconds: rest === undefined ? Math.max(0, at - last.at) / 1000 : 0,
      fills: size / (size + (rest?.remaining ?? 0)),
    };
  });
  return [...resting, ...filled];
}
