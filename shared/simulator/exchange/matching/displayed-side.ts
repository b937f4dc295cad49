import { atIndex, nearestIndex } from '../../../domain/grid.ts';
import type { MarketSpec } from '../../../domain/market.ts';
import type { Side } from '../../../domain/side.ts';
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
  snapshot(levels: readonly FeedLevel[]): void;
  best(price: number, size: number): void;
  /** Undefined where the picture does not reach that deep. */
  shownLots(tick: number): number | undefined;
  lotsAtOrBetter(tick: number): number;
  take(limitTick: number, lots: number): readonly LevelLots[];
  levels(): readonly FeedLevel[];
}

export function createDisplayedSide(side: Side, spec: MarketSpec): DisplayedSide {
  const taken = new Map<number, number>();
  let touch: LevelLots | undefined;
  let rawDepth: readonly FeedLevel[] = [];
  /**
   * The depth in ticks and lots, made from the raw levels when somebody asks: most snapshots are
   * never looked into.
   */
  let depth: readonly LevelLots[] | undefined;

  const visible = (): readonly LevelLots[] => {
    depth ??= rawDepth.map((level) => inLots(level, spec));
    return touch === undefined ? [] : behindTouch(side, touch, depth);
  };
  const available = (level: LevelLots): number =>
    Math.max(0, level.lots - (taken.get(level.tick) ?? 0));
  const moveTouch = (best: LevelLots): void => {
    touch = best;
    taken.clear();
  };
  return {
    touch: () => touch,
    snapshot(levels) {
      const [best] = levels;
      if (best === undefined) return;
      rawDepth = levels;
      depth = undefined;
      moveTouch(inLots(best, spec));
    },
    best: (price, size) => moveTouch(inLots([price, size], spec)),
    shownLots(tick) {
      const levels = visible();
      const level = levels.find((candidate) => candidate.tick === tick);
      if (level !== undefined) return available(level);
      const last = levels.at(-1);
      return last !== undefined && betterness(side, tick, last.tick) > 0 ? 0 : undefined;
    },
    lotsAtOrBetter: (tick) =>
      visible().reduce(
        (sum, level) => (betterness(side, level.tick, tick) >= 0 ? sum + available(level) : sum),
        0,
      ),
    take(limitTick, lots) {
      const reachable = visible().filter((level) => betterness(side, level.tick, limitTick) >= 0);
      const takes = bestFirst(
        reachable.map((level) => ({ tick: level.tick, lots: available(level) })),
        lots,
      );
      for (const { tick, lots: part } of takes) taken.set(tick, (taken.get(tick) ?? 0) + part);
      return takes;
    },
    levels: () =>
      visible().map((level) => [
        atIndex(spec.tick, level.tick),
        atIndex(spec.lot, available(level)),
      ]),
  };
}

const inLots = ([price, size]: FeedLevel, spec: MarketSpec): LevelLots => ({
  tick: nearestIndex(spec.tick, price),
  lots: nearestIndex(spec.lot, size),
});

/** The touch is the newest word; of the older snapshot only what lies behind it still counts. */
const behindTouch = (
  side: Side,
  touch: LevelLots,
  depth: readonly LevelLots[],
): readonly LevelLots[] => [
  touch,
  ...depth.filter((level) => betterness(side, level.tick, touch.tick) < 0),
];

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
