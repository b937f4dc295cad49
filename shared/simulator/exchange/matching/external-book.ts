import { atIndex } from '../../../domain/order/grid.ts';
import type { MarketSpec } from '../../../domain/venue/market.ts';
import type { Side } from '../../../domain/order/side.ts';
import type { EpochMs } from '../../../domain/units.ts';
import { createDisplayedSide, type DisplayedSide, type LevelLots } from './displayed-side.ts';
import type { FeedLevel, QuoteEvent } from '../../feed/feed.ts';
import type { Lots } from './lots.ts';

/** Liquidity of everybody else, as displayed, in whole ticks and lots; `buy` is the bid side. */
export interface ExternalBook {
  /** Undefined until the first quote. */
  quotedAt(): EpochMs | undefined;
  touch(side: Side): LevelLots | undefined;
  touchTick(side: Side): number | undefined;
  apply(event: QuoteEvent): void;
  /**
   * Lots displayed at a tick, less what was taken since; undefined where the picture does not reach
   * that deep.
   */
  shownLots(side: Side, tick: number): Lots | undefined;
  /** Lots displayed on `side` at `tick` or better, less what was taken since. */
  lotsAtOrBetter(side: Side, tick: number): Lots;
  /**
   * Takes up to `wanted` from `side`, best first, no worse than `limitTick`. What was taken is gone
   * until the next quote.
   */
  take(side: Side, limitTick: number, wanted: Lots): readonly LevelLots[];
  /** Displayed levels, best first, for people. */
  levels(side: Side): readonly FeedLevel[];
}

export function createExternalBook(spec: MarketSpec): ExternalBook {
  const sides: Record<Side, DisplayedSide> = {
    buy: createDisplayedSide('buy', spec),
    sell: createDisplayedSide('sell', spec),
  };
  let at: EpochMs | undefined;
  return {
    quotedAt: () => at,
    touch: (side) => sides[side].touch(),
    touchTick: (side) => sides[side].touchTick(),
    apply(event) {
      at = event.at;
      if (event.type === 'book') {
        sides.buy.snapshot(event.bids);
        sides.sell.snapshot(event.asks);
      } else {
        sides.buy.best(event.bid, event.bidSize);
        sides.sell.best(event.ask, event.askSize);
      }
    },
    shownLots: (side, tick) => sides[side].shownLots(tick),
    lotsAtOrBetter: (side, tick) => sides[side].lotsAtOrBetter(tick),
    take: (side, limitTick, wanted) => sides[side].take(limitTick, wanted),
    levels: (side) => sides[side].levels(),
  };
}

/** Mid of the displayed touch, or undefined before the first quote. */
export function externalMid(book: ExternalBook, spec: MarketSpec): number | undefined {
  const bid = book.touchTick('buy');
  const ask = book.touchTick('sell');
  return bid === undefined || ask === undefined
    ? undefined
    : (atIndex(spec.tick, bid) + atIndex(spec.tick, ask)) / 2;
}
