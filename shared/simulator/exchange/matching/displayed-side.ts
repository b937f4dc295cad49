import { atIndex, nearestIndex } from '../../../domain/order/grid.ts';
import type { MarketSpec } from '../../../domain/venue/market.ts';
import { type Side, signOf } from '../../../domain/order/side.ts';
import { type FeedLevel, type FeedLevels, levelPairs } from '../../feed/feed.ts';
import { fewerLots, type Lots, lots, lotsLess, NO_LOTS } from './lots.ts';

/** A price in whole ticks and what is there in whole lots. */
export interface LevelLots {
  readonly tick: number;
  readonly lots: Lots;
}

/** +1 or more when `a` is a better price than `b` to rest at on this side, below 0 when worse. */
export const betterness = (side: Side, a: number, b: number): number =>
  side === 'buy' ? a - b : b - a;

/** One side of everybody else's book: the newest touch, and behind it the last full snapshot. */
export interface DisplayedSide {
  touch(): LevelLots | undefined;
  touchTick(): number | undefined;
  snapshot(levels: FeedLevels): void;
  best(price: number, size: number): void;
  /** Undefined where the picture does not reach that deep. */
  shownLots(tick: number): Lots | undefined;
  lotsAtOrBetter(tick: number): Lots;
  take(limitTick: number, wanted: Lots): readonly LevelLots[];
  levels(): readonly FeedLevel[];
}

/**
 * Thousands of quotes come for each one that somebody looks into, so a quote is kept as the feed
 * gave it, and only what a question needs is put into ticks and lots.
 */
export function createDisplayedSide(side: Side, spec: MarketSpec): DisplayedSide {
  const taken = new Map<number, Lots>();
  const best = createTouch(spec);
  let depth: FeedLevels = [];

  const moveTouch = (price: number, size: number): void => {
    best.move(price, size);
    if (taken.size > 0) taken.clear();
  };
  const available = (tick: number, size: number): Lots => {
    const there = lots(nearestIndex(spec.lot, size));
    const gone = taken.size === 0 ? undefined : taken.get(tick);
    return gone === undefined ? there : lotsLess(there, fewerLots(there, gone));
  };
  /** The touch is the newest word; of the older snapshot only what lies behind it still counts. */
  const visible = (): readonly LevelLots[] => {
    const first = best.tick();
    if (first === undefined) return [];
    const levels = [{ tick: first, lots: available(first, best.size()) }];
    for (const [price, size] of levelPairs(depth)) {
      const tick = nearestIndex(spec.tick, price);
      if (betterness(side, tick, first) < 0) levels.push({ tick, lots: available(tick, size) });
    }
    return levels;
  };
  const atOrBetter = (tick: number): readonly LevelLots[] => {
    const first = best.tick();
    if (first === undefined || betterness(side, first, tick) < 0) return [];
    return visible().filter((level) => betterness(side, level.tick, tick) >= 0);
  };

  return {
    touch() {
      const tick = best.tick();
      return tick === undefined
        ? undefined
        : { tick, lots: lots(nearestIndex(spec.lot, best.size())) };
    },
    touchTick: best.tick,
    snapshot(levels) {
      const [price, size] = [levels[0], levels[1]];
      if (price === undefined || size === undefined) return;
      depth = levels;
      moveTouch(price, size);
    },
    best: moveTouch,
    shownLots(tick) {
      const first = best.tick();
      if (first === undefined) return undefined;
      const behind = betterness(side, first, tick);
      if (behind < 0) return NO_LOTS;
      if (behind === 0) return available(tick, best.size());
      const size = sizeAt(depth, atIndex(spec.tick, tick), side, spec);
      return size === undefined ? undefined : available(tick, size);
    },
    lotsAtOrBetter: (tick) => lots(atOrBetter(tick).reduce((sum, level) => sum + level.lots, 0)),
    take(limitTick, wanted) {
      const takes = bestFirst(atOrBetter(limitTick), wanted);
      for (const { tick, lots: part } of takes)
        taken.set(tick, lots((taken.get(tick) ?? 0) + part));
      return takes;
    },
    levels: () =>
      visible().map((level) => [atIndex(spec.tick, level.tick), atIndex(spec.lot, level.lots)]),
  };
}

interface Touch {
  /** Undefined until the first quote. */
  tick(): number | undefined;
  size(): number;
  move(price: number, size: number): void;
}

/** The newest best price, put into ticks once, when first asked for. */
function createTouch(spec: MarketSpec): Touch {
  let quoted: number | undefined;
  let quotedSize = 0;
  let tick: number | undefined;
  return {
    tick() {
      if (quoted !== undefined) tick ??= nearestIndex(spec.tick, quoted);
      return tick;
    },
    size: () => quotedSize,
    move(price, size) {
      quoted = price;
      quotedSize = size;
      tick = undefined;
    },
  };
}

/**
 * The size of the level at that price, 0 between levels, undefined behind the last. Prices are
 * compared, half a tick being the same: rounding every level to its tick would cost more than all
 * the rest.
 */
function sizeAt(
  levels: FeedLevels,
  price: number,
  side: Side,
  spec: MarketSpec,
): number | undefined {
  const sign = signOf(side);
  const half = spec.tick.step / 2;
  const last = levels.at(-2);
  if (last === undefined || sign * (price - last) < -half) return undefined;
  for (let index = 0; index < levels.length; index += 2) {
    const better = sign * ((levels[index] ?? 0) - price);
    if (better < -half) return 0;
    if (better < half) return levels[index + 1];
  }
  return undefined;
}

function bestFirst(levels: readonly LevelLots[], wanted: Lots): readonly LevelLots[] {
  const takes: LevelLots[] = [];
  let left = wanted;
  for (const { tick, lots: there } of levels) {
    const part = fewerLots(left, there);
    if (part === 0) continue;
    takes.push({ tick, lots: part });
    left = lotsLess(left, part);
  }
  return takes;
}
