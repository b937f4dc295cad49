import { atIndex } from '../../domain/order/grid.ts';
import type { FeedLevels } from '../feed/feed.ts';
import type { Random } from '../../math/random.ts';
import type { SyntheticCoin } from './coins.ts';
import { depth, WINDOW_TICKS } from './depth.ts';

/** What one order took at one price: tick index and lots. */
export interface Taken {
  readonly index: number;
  readonly lots: number;
}

/** One side of the displayed book. Prices are tick indices, sizes whole lots. */
interface Ladder {
  best(): number;
  bestLots(): number;
  /**
   * Makers move their best price and some of them come, leave or change their size. `scale`:
   * against a normal market.
   */
  requote(index: number, scale: number): void;
  /** Takes best price first, nothing worse than `limit`, at most `lots`. */
  take(limit: number, lots: number): readonly Taken[];
  /** The first 20 prices at which something rests, best first. */
  levels(): FeedLevels;
}

const SHOWN_LEVELS = 20;
/**
 * Of the ticks this near, so many change at a time, each this much of the way to what it tends to.
 * The best price as often as not.
 */
const CHURN = { ticks: 24, places: 2, share: 0.5 };

/** `away` is the step in ticks from better to worse: -1 for bids, 1 for asks. */
export function ladder(
  away: 1 | -1,
  startIndex: number,
  coin: SyntheticCoin,
  random: Random,
): Ladder {
  const resting = depth(away, startIndex, coin, random.fork('depth'));
  const churn = random.fork('churn');
  const churnAt = (ticks: number): void => {
    const [target, now] = [resting.draw(ticks), resting.lotsAt(ticks)];
    resting.setLots(ticks, target === 0 ? 0 : Math.ceil(now + CHURN.share * (target - now)));
  };

  return {
    best: resting.best,
    bestLots: () => resting.lotsAt(0),
    requote(index, scale) {
      resting.setScale(scale);
      resting.moveTo(index);
      if (churn.uniform() < 0.5) churnAt(0);
      for (let place = 0; place < CHURN.places; place += 1)
        churnAt(1 + Math.floor(churn.uniform() * CHURN.ticks));
    },
    take(limit, lots) {
      const taken: Taken[] = [];
      const end = Math.min(WINDOW_TICKS - 1, (limit - resting.best()) * away);
      let left = lots;
      for (let ticks = 0; ticks <= end && left > 0; ticks += 1) {
        const here = Math.min(left, resting.lotsAt(ticks));
        if (here === 0) continue;
        taken.push({ index: resting.best() + away * ticks, lots: here });
        resting.setLots(ticks, resting.lotsAt(ticks) - here);
        left -= here;
      }
      let behind = 0;
      while (behind < WINDOW_TICKS && resting.lotsAt(behind) === 0) behind += 1;
      resting.moveTo(resting.best() + away * behind);
      return taken;
    },
    levels() {
      const shown: number[] = [];
      for (let ticks = 0; ticks < WINDOW_TICKS && shown.length < 2 * SHOWN_LEVELS; ticks += 1) {
        const lots = resting.lotsAt(ticks);
        if (lots > 0)
          shown.push(atIndex(coin.tick, resting.best() + away * ticks), atIndex(coin.lot, lots));
      }
      return shown;
    },
  };
}
