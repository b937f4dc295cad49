import { nearestIndex } from '../../domain/order/grid.ts';
import type { Side } from '../../domain/order/side.ts';
import type { EpochMs } from '../../domain/units.ts';
import { createExternalBook, type ExternalBook, externalMid } from './matching/external-book.ts';
import type { FeedEvent, MarketFeed, QuoteEvent, TradeEvent } from '../feed/feed.ts';
import { createMidHistory, type MidHistory } from './mid-history.ts';
import { lots } from './matching/lots.ts';
import type { FillResting } from './matching/passive-fills.ts';
import type { FillModel } from './matching/queue-position.ts';
import { createRecentTrades } from './recent-trades.ts';
import { createRestingBook } from './matching/resting-book.ts';
import type { RestingOrders, SimulatedOrder } from './matching/resting-orders.ts';

/**
 * One market inside the exchange: everybody else's liquidity, our resting orders, and what happens
 * when they meet.
 */
export interface SimulatedMarket {
  readonly feed: MarketFeed;
  readonly book: ExternalBook;
  readonly mids: MidHistory;
  /** Quotes are being seen: false before the first and during a gap. */
  isOpen(): boolean;
  mid(): number | undefined;
  lastTrade(): number | undefined;
  /** Everybody else's trades after that time, oldest first, as far back as they are kept. */
  tradesAfter(at: EpochMs): readonly TradeEvent[];
  /** Fraction per interval that the next boundary settles at. */
  fundingRate(): number;
  apply(event: FeedEvent): void;
  resting(side: Side): RestingOrders;
  /**
   * Puts an order's remainder behind everything displayed at its price, or where a cancelled one
   * stood.
   */
  rest(order: SimulatedOrder, inPlaceOf?: SimulatedOrder): void;
}

export function createSimulatedMarket(
  feed: MarketFeed,
  model: FillModel,
  fillMaker: FillResting,
): SimulatedMarket {
  const { spec } = feed;
  const book = createExternalBook(spec);
  const mids = createMidHistory();
  const resting = createRestingBook(book, model, fillMaker);
  let open = false;
  let rate = 0;
  const trades = createRecentTrades();
  const onQuote = (event: QuoteEvent): void => {
    book.apply(event);
    open = true;
    if (mids.isDue(event.at)) {
      const mid = externalMid(book, spec);
      if (mid !== undefined) mids.add(event.at, mid);
    }
    resting.onQuote();
  };
  return {
    feed,
    book,
    mids,
    isOpen: () => open,
    mid: () => externalMid(book, spec),
    lastTrade: trades.lastPrice,
    tradesAfter: trades.after,
    fundingRate: () => rate,
    apply(event) {
      switch (event.type) {
        case 'bbo':
        case 'book':
          onQuote(event);
          break;
        case 'trade':
          trades.add(event);
          // A print inside a gap is real, but nobody could have quoted into it.
          if (open)
            resting.onTrade(
              nearestIndex(spec.tick, event.price),
              lots(nearestIndex(spec.lot, event.size)),
              event.side,
            );
          break;
        case 'funding':
          rate = event.rate;
          break;
        case 'gap':
          open = false;
          resting.closeAll('gap');
          break;
      }
    },
    resting: resting.side,
    rest: resting.rest,
  };
}
