import { checkedBook, type RawLevel } from '../../domain/venue/book.ts';
import { done, type VenueOutcome } from '../../domain/failure.ts';
import { nextBoundary } from '../../domain/venue/funding.ts';
import { atIndex } from '../../domain/order/grid.ts';
import { symbolOf } from '../../domain/venue/market-id.ts';
import type { Side } from '../../domain/order/side.ts';
import { HOUR_MS } from '../../domain/time.ts';
import { type EpochMs, price, size } from '../../domain/units.ts';
import type { BookPicture } from '../../domain/venue/venue-answers.ts';
import type { MarketTrade } from '../../domain/venue/view.ts';
import type { MarketData } from '../../ports/market-data.ts';
import type { SimulatedMarket } from '../../simulator/exchange/simulated-market.ts';
import type { TradeEvent } from '../../simulator/feed/feed.ts';
import { type LineToExchange, notQuotedYet } from './line-to-exchange.ts';
import type { VenueProfile } from './venue-profile.ts';

/** The exchange's markets, as far as the profile shows them. */
export function createMarketData(
  line: LineToExchange,
  profile: Pick<VenueProfile, 'bookLevels' | 'trades'>,
): MarketData {
  const { exchange } = line;
  const newTrades = createNewTrades(exchange.now);
  return {
    spec: (market) => line.read(1, symbolOf(market), ({ feed }) => done(feed.spec)),
    funding: (market) =>
      line.read(1, symbolOf(market), ({ feed, fundingRate, mid }) =>
        mid() === undefined
          ? notQuotedYet(symbolOf(market))
          : done({
              rate: fundingRate(),
              intervalHours: feed.fundingIntervalHours,
              nextAt: nextBoundary(exchange.now(), feed.fundingIntervalHours),
            }),
      ),
    hourlyVolatility: (market) =>
      line.read(1, symbolOf(market), ({ mids }) =>
        done(mids.realisedVolatility(exchange.now(), HOUR_MS)),
      ),
    book: (market) =>
      line.read(1, symbolOf(market), (found, requestsLeftRatio) =>
        picture(
          found,
          profile.bookLevels,
          profile.trades ? newTrades(found) : undefined,
          requestsLeftRatio,
        ),
      ),
  };
}

/** Everybody else's touch or depth as last seen: during a gap it grows old. */
function picture(
  market: SimulatedMarket,
  levels: number,
  trades: readonly MarketTrade[] | undefined,
  requestsLeftRatio: number,
): VenueOutcome<BookPicture> {
  const at = market.book.quotedAt();
  const [bids, asks] = [shownLevels(market, 'buy', levels), shownLevels(market, 'sell', levels)];
  if (at === undefined || bids.length === 0 || asks.length === 0)
    return notQuotedYet(market.feed.spec.symbol);
  return done({ book: checkedBook(at, bids, asks), trades, requestsLeftRatio, clockSkewMs: 0 });
}

function shownLevels(
  { book, feed: { spec } }: SimulatedMarket,
  side: Side,
  most: number,
): readonly RawLevel[] {
  if (most > 1)
    return book
      .levels(side)
      .slice(0, most)
      .map(([at, amount]) => ({ price: at, size: amount }));
  const touch = book.touch(side);
  return touch === undefined
    ? []
    : [{ price: atIndex(spec.tick, touch.tick), size: atIndex(spec.lot, touch.lots) }];
}

/** Everybody's trades since the picture before, per market; none in the first. */
function createNewTrades(now: () => EpochMs): (market: SimulatedMarket) => readonly MarketTrade[] {
  const shownUpTo = new Map<string, EpochMs>();
  return (market) => {
    const { symbol } = market.feed.spec;
    const after = shownUpTo.get(symbol);
    shownUpTo.set(symbol, now());
    return after === undefined ? [] : market.tradesAfter(after).map(asMarketTrade);
  };
}

const asMarketTrade = ({ at, side, price: paid, size: amount }: TradeEvent): MarketTrade => ({
  at,
  side,
  price: price(paid),
  size: size(amount),
});
