import { done, failed, type Outcome } from '../../domain/failure.ts';
import { atIndex, ceilIndex, floorIndex } from '../../domain/order/grid.ts';
import type { MarketSpec } from '../../domain/venue/market.ts';
import { opposite, type Side, SIDES } from '../../domain/order/side.ts';
import { betterness } from '../exchange/matching/displayed-side.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Placed, Rejection } from '../exchange/matching/order-entry.ts';
import type { SimulatedMarket } from '../exchange/simulated-market.ts';

/** One side of a pair as a client writes it: any price, a size in USD. */
export interface PairSide {
  readonly price: number;
  readonly sizeUsd: number;
  readonly clientId: string | undefined;
}

export type Pair = Partial<Readonly<Record<Side, PairSide | undefined>>>;

export type PlacedPair = Partial<Readonly<Record<Side, Placed>>>;

/**
 * Places one or two quotes so that either all of them are in force or nothing has happened. A side
 * that would trade at once goes last: what went before it rests untouched and can be taken back
 * when it is refused.
 */
export function placePair(
  exchange: Exchange,
  accountKey: string,
  market: SimulatedMarket,
  pair: Pair,
  postOnly: boolean,
): Outcome<PlacedPair, Rejection> {
  const { spec } = market.feed;
  const placed: Partial<Record<Side, Placed>> = {};
  for (const side of restingFirst(market, pair)) {
    const wanted = pair[side];
    if (wanted === undefined) continue;
    const price = outwardPrice(spec, side, wanted.price);
    const outcome = exchange.place(accountKey, {
      market: spec.symbol,
      side,
      price,
      size: wanted.sizeUsd / price,
      timeInForce: 'GTC',
      postOnly,
      reduceOnly: false,
      clientId: wanted.clientId,
    });
    if (!outcome.ok) {
      for (const { order } of Object.values(placed)) exchange.cancel(accountKey, order.id);
      return failed({
        ...outcome.failure,
        reason: `${side === 'buy' ? 'bid' : 'ask'}: ${outcome.failure.reason}`,
      });
    }
    placed[side] = outcome.value;
  }
  return done(placed);
}

/**
 * The tick at `price` or the next one away from the mid: rounding never makes a quote more
 * aggressive than it was asked for.
 */
export const outwardPrice = ({ tick }: MarketSpec, side: Side, price: number): number =>
  atIndex(tick, side === 'buy' ? floorIndex(tick, price) : ceilIndex(tick, price));

/** A bid is below its ask, so at most one of them can trade at once. */
function restingFirst(market: SimulatedMarket, pair: Pair): readonly Side[] {
  const buys = pair.buy !== undefined && wouldTrade(market, 'buy', pair.buy.price);
  return buys ? SIDES.toReversed() : SIDES;
}

function wouldTrade(market: SimulatedMarket, side: Side, price: number): boolean {
  const against = opposite(side);
  const tick = floorIndex(market.feed.spec.tick, price);
  const best = [market.book.touch(against)?.tick, market.resting(against).best()?.tick];
  return best.some((other) => other !== undefined && betterness(against, other, tick) >= 0);
}
