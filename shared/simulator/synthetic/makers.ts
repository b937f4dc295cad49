import { atIndex } from '../../domain/order/grid.ts';
import type { Side } from '../../domain/order/side.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { FeedEvent } from '../feed/feed.ts';
import type { Random } from '../../math/random.ts';
import type { SyntheticCoin } from './coins.ts';
import { ladder, type Taken } from './ladder.ts';
import type { Regime } from './regime.ts';

/**
 * The other makers of the market: what they show, and how they follow the price they do not know.
 */
export interface Makers {
  /** Tick indices of the touch. */
  bestBid(): number;
  bestAsk(): number;
  /** They learn a part of where the price is and quote around what they now believe. */
  requote(efficientPrice: number, regime: Regime): void;
  /** A taker buys from the asks or sells to the bids, nothing worse than `limit` (tick index). */
  trade(side: Side, limit: number, lots: number): readonly Taken[];
  bbo(at: EpochMs): Extract<FeedEvent, { type: 'bbo' }>;
  book(at: EpochMs): FeedEvent;
}

/**
 * What makers learn per requote of how far they are off. With a requote every quarter of a second
 * they lag by a second.
 */
const LEARNING = 0.25;
/** Share of the move of the mid by a trade that makers take for news, and then have to unlearn. */
const BELIEVED_MOVE = 0.5;

export function makers(coin: SyntheticCoin, random: Random): Makers {
  const { tick, lot } = coin;
  const startIndex = Math.round(coin.startPrice / tick.step);
  const bids = ladder(-1, startIndex, coin, random.fork('bids'));
  const asks = ladder(1, startIndex + 1, coin, random.fork('asks'));
  const mid = (): number => (bids.best() + asks.best()) / 2;
  /** In ticks, with fractions. */
  let believed = mid();

  return {
    bestBid: bids.best,
    bestAsk: asks.best,
    requote(efficientPrice, regime) {
      believed += LEARNING * (efficientPrice / tick.step - believed);
      // A quote is rounded away from the mid, which by itself makes a spread of one tick.
      const spreadTicks = (regime.spreadBps / 10_000) * believed;
      const half = Math.max(0, spreadTicks - 1) / 2;
      const bid = Math.floor(believed - half);
      bids.requote(bid, regime.depth);
      asks.requote(Math.max(Math.ceil(believed + half), bid + 1), regime.depth);
    },
    trade(side, limit, lots) {
      const before = mid();
      const taken = (side === 'buy' ? asks : bids).take(limit, lots);
      believed += BELIEVED_MOVE * (mid() - before);
      return taken;
    },
    bbo: (at) => ({
      type: 'bbo',
      at,
      bid: atIndex(tick, bids.best()),
      bidSize: atIndex(lot, bids.bestLots()),
      ask: atIndex(tick, asks.best()),
      askSize: atIndex(lot, asks.bestLots()),
    }),
    book: (at) => ({ type: 'book', at, bids: bids.levels(), asks: asks.levels() }),
  };
}
