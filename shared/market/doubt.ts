import type { EpochMs } from '../domain/units.ts';
import { MARKET_BOUNDS } from './rules.ts';
import type { MarketState } from './state.ts';

/** The mid is too far from the last one for two looks: one wrong price is no market (D4). */
export function isDoubtful({ sight }: MarketState, mid: number, at: EpochMs): boolean {
  if (sight.mid === undefined) return false;
  if (sight.doubted !== undefined && isNear(mid, sight.doubted, MARKET_BOUNDS.confirmRatio))
    return false;
  const tens = Math.max(1, (at - sight.mid.at) / TEN_SECONDS_MS);
  return !isNear(mid, sight.mid.mid, MARKET_BOUNDS.doubtRatio * Math.sqrt(tens));
}

const TEN_SECONDS_MS = 10_000;

const isNear = (a: number, b: number, ratio: number): boolean => Math.abs(a / b - 1) <= ratio;
