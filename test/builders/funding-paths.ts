import { HOUR_MS, MINUTE_MS } from '#shared/domain/time.ts';
import { seededRandom } from '#shared/math/random.ts';

export interface FundingPoint {
  /** Settlement time. */
  readonly at: number;
  /** Fraction per interval. */
  readonly rate: number;
  readonly stressed: boolean;
  /** Every five minutes of the hour before the settlement, and at it. */
  readonly mids: readonly number[];
}

export const FUNDING_INTERVAL_HOURS = 8;
const MID_STEP_MS = 5 * MINUTE_MS;
const START_MS = Date.UTC(2026, 0, 5);

/** A rate that reverts (bps per 8 h), and a price, in each regime. */
const REGIMES = {
  calm: { level: 1, deviation: 1, halfLifeHours: 24, hourlyVolatility: 0.004, meanHours: 150 },
  stressed: { level: 4, deviation: 12, halfLifeHours: 8, hourlyVolatility: 0.02, meanHours: 50 },
} as const;

/**
 * A seeded history of settlements that changes between calm and stressed markets: spikes of either
 * sign, reverting, with a wild price.
 */
export function fundingPath(seed: number, settlements: number): readonly FundingPoint[] {
  const random = seededRandom(`funding/${seed}`);
  let stressed = random.uniform() < 0.25;
  let rateBps: number = REGIMES.calm.level;
  let mid = 100 * Math.exp(random.normal());
  return Array.from({ length: settlements }, (_, index) => {
    const meanHours = stressed ? REGIMES.stressed.meanHours : REGIMES.calm.meanHours;
    if (random.uniform() < 1 - Math.exp(-FUNDING_INTERVAL_HOURS / meanHours)) stressed = !stressed;
    const regime = stressed ? REGIMES.stressed : REGIMES.calm;
    const phi = 0.5 ** (FUNDING_INTERVAL_HOURS / regime.halfLifeHours);
    rateBps =
      regime.level +
      phi * (rateBps - regime.level) +
      regime.deviation * Math.sqrt(1 - phi * phi) * random.normal();
    const mids = [mid];
    for (let ms = MID_STEP_MS; ms <= HOUR_MS; ms += MID_STEP_MS) {
      mid *= Math.exp(regime.hourlyVolatility * Math.sqrt(MID_STEP_MS / HOUR_MS) * random.normal());
      mids.push(mid);
    }
    return {
      at: START_MS + (index + 1) * FUNDING_INTERVAL_HOURS * HOUR_MS,
      rate: rateBps / 10_000,
      stressed,
      mids,
    };
  });
}
