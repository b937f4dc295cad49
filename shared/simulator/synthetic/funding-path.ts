import { nextBoundary } from '../../domain/venue/funding.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import { epochMs, type EpochMs } from '../../domain/units.ts';
import type { FeedEvent } from '../feed/feed.ts';
import type { Random } from '../../math/random.ts';

export type FundingEvent = Extract<FeedEvent, { type: 'funding' }>;

/** One mood of those who pay for leverage. Rates are fractions per 8 hours. */
interface Crowding {
  readonly mean: number;
  readonly deviation: number;
  readonly stayMs: number;
}

const CALM: Crowding = { mean: 0.0001, deviation: 0.00006, stayMs: 36 * HOUR_MS };
const CROWDED_LONG: Crowding = { mean: 0.0006, deviation: 0.00012, stayMs: 14 * HOUR_MS };
const CROWDED_SHORT: Crowding = { mean: -0.0005, deviation: 0.00012, stayMs: 14 * HOUR_MS };
/** Out of calm the crowd is this often long, else short; out of a crowd it always calms down. */
const LONG_SHARE = 0.65;

/** How fast the rate goes back to the mean of the mood. */
const REVERSION_MS = 3 * HOUR_MS;
const RATE_INTERVAL_HOURS = 8;

/**
 * A new forecast comes this long after the hour, never at a boundary, where it would be unclear
 * which interval it is for.
 */
const AFTER_HOUR_MS = SECOND_MS;
/** The last one before a boundary, which it then settles at. */
const BEFORE_BOUNDARY_MS = 15 * MINUTE_MS;

/**
 * The funding rate of the coming boundary, forecast hourly: an Ornstein-Uhlenbeck process (G. E.
 * Uhlenbeck, L. S. Ornstein (1930), Phys. Rev. 36) around a mean that switches between calm and
 * crowded. About a quarter of all boundaries settle beyond 3 bps per 8 hours.
 * @returns the next forecast each time it is called; the first is for `startsAt`
 */
export function fundingPath(
  random: Random,
  startsAt: EpochMs,
  intervalHours: number,
): () => FundingEvent {
  let crowding = longRunDraw(random);
  let until = startsAt + random.exponential(crowding.stayMs);
  let rate = crowding.mean + crowding.deviation * random.normal();
  let [reached, next] = [startsAt, startsAt];

  return () => {
    while (next >= until) {
      crowding = crowding === CALM ? crowd(random) : CALM;
      until += random.exponential(crowding.stayMs);
    }
    const kept = Math.exp((reached - next) / REVERSION_MS);
    rate =
      crowding.mean +
      (rate - crowding.mean) * kept +
      crowding.deviation * Math.sqrt(1 - kept * kept) * random.normal();
    reached = next;
    next = forecastAfter(reached, intervalHours);
    return {
      type: 'funding',
      at: reached,
      rate: (rate * intervalHours) / RATE_INTERVAL_HOURS,
      intervalHours,
    };
  };
}

const crowd = (random: Random): Crowding =>
  random.uniform() < LONG_SHARE ? CROWDED_LONG : CROWDED_SHORT;

/** Calm and crowded take turns, so each has the share of the time of its mean stay. */
function longRunDraw(random: Random): Crowding {
  const calmShare = CALM.stayMs / (CALM.stayMs + CROWDED_LONG.stayMs);
  return random.uniform() < calmShare ? CALM : crowd(random);
}

function forecastAfter(at: EpochMs, intervalHours: number): EpochMs {
  const hourly = epochMs(nextBoundary(epochMs(Math.max(0, at - AFTER_HOUR_MS)), 1) + AFTER_HOUR_MS);
  const last = epochMs(
    nextBoundary(epochMs(at + BEFORE_BOUNDARY_MS), intervalHours) - BEFORE_BOUNDARY_MS,
  );
  return last < hourly ? last : hourly;
}
