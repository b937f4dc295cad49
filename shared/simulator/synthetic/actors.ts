import { atIndex, ceilIndex, floorIndex } from '../../domain/order/grid.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { FeedEvent } from '../feed/feed.ts';
import type { Random } from '../../math/random.ts';
import type { Arrivals } from './arrivals.ts';
import type { SyntheticCoin } from './coins.ts';
import type { EfficientPrice } from './efficient-price.ts';
import type { FundingEvent } from './funding-path.ts';
import type { Makers } from './makers.ts';
import type { TakerOrder, TakerView } from './takers.ts';

/** Somebody who makes things happen, each at his own times. */
export interface Actor {
  dueAt(): number;
  /** What the market sees of it, in order. Called once it is due. */
  act(at: EpochMs): readonly FeedEvent[];
}

/** What the market shows of the makers' quotes. */
interface Screen {
  touchIfChanged(at: EpochMs): readonly FeedEvent[];
  book(at: EpochMs): readonly FeedEvent[];
}

export function screen(quotes: Makers): Screen {
  let last: ReturnType<Makers['bbo']> | undefined;
  return {
    touchIfChanged(at) {
      const now = quotes.bbo(at);
      const same =
        last?.bid === now.bid &&
        last.ask === now.ask &&
        last.bidSize === now.bidSize &&
        last.askSize === now.askSize;
      if (same) return [];
      last = now;
      return [now];
    },
    book: (at) => [quotes.book(at)],
  };
}

export function fundingForecaster(forecast: () => FundingEvent): Actor {
  let next = forecast();
  return {
    dueAt: () => next.at,
    act() {
      const due = next;
      next = forecast();
      return [due];
    },
  };
}

/** A jump of the price is news, and excites as much as this many trades. */
const JUMP_EXCITEMENT = 10;

interface TakingSetting {
  readonly coin: SyntheticCoin;
  readonly startsAt: EpochMs;
  readonly truth: EfficientPrice;
  readonly quotes: Makers;
  readonly shows: Screen;
  readonly arrivals: Arrivals;
  readonly decide: (view: TakerView) => TakerOrder | undefined;
}

/** `hearNews`: the efficient price has jumped. */
export function taking(setting: TakingSetting): Actor & { hearNews(at: EpochMs): void } {
  const { coin, startsAt, truth, quotes, shows, arrivals, decide } = setting;
  const arrivalAfter = (at: number): number =>
    startsAt + arrivals.nextAfter(at - startsAt, truth.regime().activity);
  let arrivalAt = arrivalAfter(startsAt);
  return {
    // The next whole millisecond: the quotes of this one have been shown, and they contain all of
    // its trades.
    dueAt: () => Math.floor(arrivalAt) + 1,
    act(at) {
      const order = decide({ ...touchOf(quotes, coin), efficientPrice: truth.price() });
      const trades = order === undefined ? [] : executed(order, quotes, coin, at);
      if (trades.length > 0) arrivals.excite(at - startsAt, 1);
      arrivalAt = arrivalAfter(at);
      return [...trades, ...shows.touchIfChanged(at)];
    },
    hearNews(at) {
      arrivals.excite(at - startsAt, JUMP_EXCITEMENT);
      arrivalAt = arrivalAfter(at);
    },
  };
}

const touchOf = (quotes: Makers, { tick }: SyntheticCoin): { bid: number; ask: number } => ({
  bid: atIndex(tick, quotes.bestBid()),
  ask: atIndex(tick, quotes.bestAsk()),
});

/** One trade per price, as a venue prints an order that walks the book. */
function executed(
  order: TakerOrder,
  quotes: Makers,
  { tick, lot }: SyntheticCoin,
  at: EpochMs,
): FeedEvent[] {
  const { side, limitPrice, sizeUsd } = order;
  const limit = side === 'buy' ? floorIndex(tick, limitPrice) : ceilIndex(tick, limitPrice);
  const lots = Math.max(1, Math.round(sizeUsd / (limitPrice * lot.step)));
  return quotes.trade(side, limit, lots).map((taken) => ({
    type: 'trade',
    at,
    price: atIndex(tick, taken.index),
    size: atIndex(lot, taken.lots),
    side,
  }));
}

/** Makers requote after this pause at least, and on average after this much more. */
const REQUOTE_PAUSE_MS = 50;
const REQUOTE_WAIT_MS = 200;

export function requoting(
  startsAt: EpochMs,
  truth: EfficientPrice,
  quotes: Makers,
  shows: Screen,
  random: Random,
): Actor {
  let dueAt: number = startsAt;
  return {
    dueAt: () => dueAt,
    act(at) {
      quotes.requote(truth.price(), truth.regime());
      dueAt = at + REQUOTE_PAUSE_MS + Math.ceil(random.exponential(REQUOTE_WAIT_MS));
      return shows.touchIfChanged(at);
    },
  };
}

/** Time between two full snapshots. */
const SNAPSHOT_MS = { least: 460, most: 540 };

export function snapshots(startsAt: EpochMs, shows: Screen, random: Random): Actor {
  let dueAt: number = startsAt;
  return {
    dueAt: () => dueAt,
    act(at) {
      dueAt =
        at +
        Math.round(SNAPSHOT_MS.least + random.uniform() * (SNAPSHOT_MS.most - SNAPSHOT_MS.least));
      return shows.book(at);
    },
  };
}
