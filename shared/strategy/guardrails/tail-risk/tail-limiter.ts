import type { MarketSymbol } from '../../../domain/venue/market.ts';
import { reason, type Reason } from '../../../domain/reason.ts';
import type { TimedMid } from '../../../domain/venue/view.ts';
import {
  type CrossMarket,
  isCrossMarket,
  type JointReading,
  NO_MARKETS,
  observeMids,
} from './cross-market.ts';
import {
  type Check,
  isAmount,
  isText,
  listOf,
  maybe,
  oneOf,
  isNumber,
  isPositive,
  recordOf,
} from '../../plain-data.ts';
import { checkTailSettings, TAIL_SETTINGS, type TailSettings } from './tail-settings.ts';

/**
 * Plain data: kept between looks, by whoever sees all markets. A decision only reads `factor` and
 * `reasons`.
 */
export interface TailState {
  readonly markets: CrossMarket;
  readonly reading: JointReading | undefined;
  /** Multiplies every size: above 0 and never above 1. */
  readonly factor: number;
  /**
   * Since when neither figure has been near its limit; undefined while one is, or while nothing can
   * be told.
   */
  readonly calmSince: number | undefined;
  /** Empty when the factor is 1. */
  readonly reasons: readonly Reason[];
}

export const NO_TAIL_RISK: TailState = {
  markets: NO_MARKETS,
  reading: undefined,
  factor: 1,
  calmSince: undefined,
  reasons: [],
};

export const isTailState: Check<TailState> = recordOf<TailState>({
  markets: isCrossMarket,
  reading: maybe(
    recordOf<JointReading>({
      measured: isAmount,
      believed: isAmount,
      averageCorrelation: maybe(isNumber),
      jointShare: isAmount,
      direction: oneOf('up', 'down'),
    }),
  ),
  factor: isPositive,
  calmSince: maybe(isAmount),
  reasons: listOf(recordOf<Reason>({ code: isText, text: isText })),
});

/**
 * The tail-risk limiter (C8): sizes shrink at once when markets correlate or move together, and
 * come back slowly, after `holdMs` of calm, over `recoverMs`.
 * While most markets are silent the factor stays; fewer than `leastMarkets` have no tail to limit.
 * Safe to call too often, twice or late. O(markets) per grid point, O(1) between.
 */
export function limitTailRisk(
  state: TailState,
  mids: Readonly<Record<MarketSymbol, TimedMid>>,
  now: number,
  settings: TailSettings = TAIL_SETTINGS,
): TailState {
  checkTailSettings(settings);
  const elapsed = now - state.markets.at;
  if (!(elapsed >= settings.gridMs)) return state;
  const { state: markets, reading } = observeMids(state.markets, mids, now, settings);
  const target = targetFactor(reading, settings);
  // Nobody watched during a gap, so nobody knows that it was calm.
  const calmBefore = elapsed > settings.maxGapMs ? undefined : state.calmSince;
  const calmSince = isCalm(reading, settings) ? (calmBefore ?? now) : undefined;
  const hasRested = calmSince !== undefined && now - calmSince >= settings.holdMs;
  const regained = hasRested ? (elapsed / settings.recoverMs) * (1 - settings.leastFactor) : 0;
  const factor = Math.min(target, state.factor + regained, 1);
  return {
    markets,
    reading,
    factor,
    calmSince,
    reasons: factor < 1 ? reasonsFor(reading, factor, settings) : [],
  };
}

/** What the figures of this moment ask for, without memory: falls as either of them grows. */
export function targetFactor(
  reading: Pick<JointReading, 'averageCorrelation' | 'jointShare'>,
  settings: TailSettings,
): number {
  const { averageCorrelation = 0, jointShare } = reading;
  const excess = Math.max(
    ramp(averageCorrelation, settings.correlationFrom, settings.correlationTo),
    ramp(jointShare, settings.shareFrom, settings.shareTo),
  );
  return settings.leastFactor + (1 - excess) * (1 - settings.leastFactor);
}

/** 0 up to `from`, 1 from `to` on. */
const ramp = (value: number, from: number, to: number): number =>
  value <= from ? 0 : value >= to ? 1 : (value - from) / (to - from);

function isCalm(
  { measured, believed, averageCorrelation = 0, jointShare }: JointReading,
  settings: TailSettings,
): boolean {
  if (believed < settings.leastMarkets) return true;
  // Half of the markets silent is what an outage or a crash looks like from here.
  if (measured < settings.leastMarkets || measured * 2 < believed) return false;
  const { correlationFrom, shareFrom, releaseMargin } = settings;
  return (
    averageCorrelation <= correlationFrom - releaseMargin && jointShare <= shareFrom - releaseMargin
  );
}

function reasonsFor(
  { averageCorrelation = 0, jointShare, direction, measured }: JointReading,
  factor: number,
  settings: TailSettings,
): readonly Reason[] {
  const sized = `size x${factor.toFixed(2)}`;
  const found: Reason[] = [];
  if (averageCorrelation > settings.correlationFrom) {
    found.push(
      reason(
        'tail-correlation',
        `${measured} markets correlate ${averageCorrelation.toFixed(2)} on average, above ${settings.correlationFrom}: ${sized}`,
      ),
    );
  }
  if (jointShare > settings.shareFrom) {
    const share = `${Math.round(jointShare * measured)} of ${measured} markets`;
    found.push(
      reason(
        'tail-joint-move',
        `${share} went ${direction} by more than ${settings.sigmas} sigma within ${settings.windowMs / 1000} s: ${sized}`,
      ),
    );
  }
  return found.length > 0
    ? found
    : [reason('tail-recovering', `coming back from a joint move or high correlation: ${sized}`)];
}
