import { atIndex, nearestIndex } from '../../../domain/grid.ts';
import type { MarketSpec } from '../../../domain/market.ts';
import { type Side, signOf } from '../../../domain/side.ts';
import type { FeedLevel } from '../../feed/feed.ts';

/** A price in whole ticks and what is there in whole lots. */
export interface LevelLots {
  readonly tick: number;
  readonly lots: number;
}

/** +1 or more when `a` is a better price than `b` to rest at on this side, below 0 when worse. */
export const betterness = (side: Side, a: number, b: number): number =>
  side === 'buy' ? a - b : b - a;

/** One side of everybody else's book: the newest touch, and behind it the last full snapshot. */
export interface DisplayedSide {
  touch(): LevelLots | undefined;
  touchTick(): number | undefined;
  snapshot(levels: readonly FeedLevel[]): void;
  best(price: number, size: number): void;
  /** Undefined where the picture does not reach that deep. */
  shownLots(tick: number): number | undefined;
  lotsAtOrBetter(tick: number): number;
  take(limitTick: number, lots: number): readonly LevelLots[];
  levels(): readonly FeedLevel[];
}

/**
 * Thousands of quotes come for each one that somebody looks into, so a quote is kept as the feed
 * gave it, and only what a question needs is put into ticks and lots.
 */
export function createDisplayedSide(side: Side, spec: MarketSpec): DisplayedSide {
  const taken = new Map<number, number>();
  let touchPrice: number | undefined;
  let touchSize = 0;
  let tickOfTouch: number | undefined;
  let depth: readonly FeedLevel[] = [];

  const moveTouch = (price: number, size: number): void => {
    touchPrice = price;
    touchSize = size;
    tickOfTouch = undefined;
    if (taken.size > 0) taken.clear();
  };
  const touchTick = (): number | undefined => {
    if (touchPrice === undefined) return undefined;
    tickOfTouch ??= nearestIndex(spec.tick, touchPrice);
    return tickOfTouch;
  };
  const available = (tick: number, size: number): number => {
    const lots = nearestIndex(spec.lot, size);
    return taken.size === 0 ? lots : Math.max(0, lots - (taken.get(tick) ?? 0));
  };
  /** The touch is the newest word; of the older snapshot only what lies behind it still counts. */
  const visible = (): readonly LevelLots[] => {
    const best = touchTick();
    if (best === undefined) return [];
    const levels = [{ tick: best, lots: available(best, touchSize) }];
    for (const [price, size] of depth) {
      const tick = nearestIndex(spec.tick, price);
      if (betterness(side, tick, best) < 0) levels.push({ tick, lots: available(tick, size) });
    }
    return levels;
  };
  const atOrBetter = (tick: number): readonly LevelLots[] => {
    const best = touchTick();
    if (best === undefined || betterness(side, best, tick) < 0) return [];
    return visible().filter((level) => betterness(side, level.tick, tick) >= 0);
  };

  return {
    touch() {
      const tick = touchTick();
      return tick === undefined ? undefined : { tick, lots: nearestIndex(spec.lot, touchSize) };
    },
    touchTick,
    snapshot(levels) {
      const [best] = levels;
      if (best === undefined) return;
      depth = levels;
      moveTouch(best[0], best[1]);
    },
    best: moveTouch,
    shownLots(tick) {
      const best = touchTick();
      if (best === undefined) return undefined;
      const behind = betterness(side, best, tick);
      if (behind < 0) return 0;
      if (behind === 0) return available(tick, touchSize);
      const size = sizeAt(depth, atIndex(spec.tick, tick), side, spec);
      return size === undefined ? undefined : available(tick, size);
    },
    lotsAtOrBetter: (tick) => atOrBetter(tick).reduce((sum, level) => sum + level.lots, 0),
    take(limitTick, lots) {
      const takes = bestFirst(atOrBetter(limitTick), lots);
      for (const { tick, lots: part } of takes) taken.set(tick, (taken.get(tick) ?? 0) + part);
      return takes;
    },
    levels: () =>
      visible().map(({ tick, lots }) => [atIndex(spec.tick, tick), atIndex(spec.lot, lots)]),
  };
}

/**
 * The size of the level at that price, 0 between levels, undefined behind the last. Prices are
 * compared, half a tick being the same: rounding every level to its tick would cost more than all
 * the rest.
 */
function sizeAt(
  levels: readonly FeedLevel[],
  price: number,
  side: Side,
  spec: MarketSpec,
): number | undefined {
  const sign = signOf(side);
  const half = spec.tick.step / 2;
  const last = levels.at(-1);
  if (last === undefined || sign * (price - last[0]) < -half) return undefined;
  for (const level of levels) {
    const better = sign * (level[0] - price);
    if (better < -half) return 0;
    if (better < half) return level[1];
  }
  return undefined;
}

function bestFirst(levels: readonly LevelLots[], lots: number): readonly LevelLots[] {
  const takes: LevelLots[] = [];
  let wanted = lots;
  for (const { tick, lots: there } of levels) {
    const part = Math.min(wanted, there);
    if (part <= 0) continue;
    takes.push({ tick, lots: part });
    wanted -= part;
  }
  return takes;
}
