import { atIndex } from '../../domain/order/grid.ts';
import type { Random } from '../../math/random.ts';
import type { SyntheticCoin } from './coins.ts';

/**
 * What rests on one side of the book, from the best price on. Sizes are whole lots, places ticks
 * behind the best price.
 */
interface Depth {
  /** Tick index. */
  best(): number;
  lotsAt(ticks: number): number;
  setLots(ticks: number, lots: number): void;
  /**
   * Moves the best price. Behind it stays what stood there; what comes into sight is drawn, thin
   * where makers improve.
   */
  moveTo(index: number): void;
  /** What would rest there now if it were new: often nothing, but at the best price never. */
  draw(ticks: number): number;
  /** Size of everything drawn from now on, against a normal market. */
  setScale(scale: number): void;
}

/** Ticks behind the best price that are remembered. A power of two. */
export const WINDOW_TICKS = 256;
/** Share of ticks behind the best price at which anything rests. */
const OCCUPIED = 0.85;
/** Depth per tick grows by its value at the touch over this distance... */
const GROWTH_BPS = 2;
/** ...and no further than here. */
const GROWTH_END_BPS = 10;
/** Standard deviation of the logarithm of resting sizes. */
const DISPERSION = 1;
/** What stands at a price makers have just moved to, as a share of what will. */
const FRESH_SHARE = 0.4;

/** `away` is the step in ticks from better to worse: -1 for bids, 1 for asks. */
export function depth(
  away: 1 | -1,
  startIndex: number,
  coin: SyntheticCoin,
  random: Random,
): Depth {
  const tickBps = (coin.tick.step / coin.startPrice) * 10_000;
  // A ring: a price that leaves the window at one end makes room for the one that enters at the
  // other.
  const ring = new Float64Array(WINDOW_TICKS);
  let best = startIndex;
  let scale = 1;

  const slot = (ticks: number): number => (best + away * ticks) & (WINDOW_TICKS - 1);
  const lotsAt = (ticks: number): number => ring[slot(ticks)] ?? 0;
  const setLots = (ticks: number, lots: number): void => {
    ring[slot(ticks)] = lots;
  };
  const draw = (ticks: number): number => {
    if (ticks > 0 && random.uniform() > OCCUPIED) return 0;
    const growth = 1 + Math.min(ticks * tickBps, GROWTH_END_BPS) / GROWTH_BPS;
    const dispersion = Math.exp(DISPERSION * random.normal() - DISPERSION ** 2 / 2);
    const usd = coin.depthUsdPerBp * tickBps * scale * growth * dispersion;
    return Math.ceil(usd / (atIndex(coin.tick, best + away * ticks) * coin.lot.step));
  };
  const fill = (from: number, to: number, share: number): void => {
    for (let ticks = from; ticks < to; ticks += 1) setLots(ticks, Math.ceil(share * draw(ticks)));
  };
  fill(0, WINDOW_TICKS, 1);

  return {
    best: () => best,
    lotsAt,
    setLots,
    draw,
    setScale: (next) => {
      scale = next;
    },
    moveTo(index) {
      const ticksAway = (index - best) * away;
      best = index;
      if (ticksAway < 0) fill(0, Math.min(-ticksAway, WINDOW_TICKS), FRESH_SHARE);
      if (ticksAway > 0) fill(Math.max(0, WINDOW_TICKS - ticksAway), WINDOW_TICKS, 1);
      if (lotsAt(0) === 0) fill(0, 1, FRESH_SHARE);
    },
  };
}
