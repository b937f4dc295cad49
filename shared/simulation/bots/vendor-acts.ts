import { type LineToExchange, notQuotedYet } from '../../adapters/simulated/line-to-exchange.ts';
import { done, failed, type Outcome, type VenueOutcome } from '../../domain/failure.ts';
import { reducingSide, type Side } from '../../domain/order/side.ts';
import type { NewOrder, Placed, Rejection } from '../../simulator/exchange/matching/order-entry.ts';
import type { SimulatedMarket } from '../../simulator/exchange/simulated-market.ts';
import { shareOf } from '../../simulator/purple-flea/hedge-share.ts';
import { outwardPrice, placePair } from '../../simulator/purple-flea/quote-pair.ts';

/** A pair of quotes at any prices: the exchange rounds them outwards to the tick. */
export interface QuotedPair {
  readonly bid: number;
  readonly ask: number;
  /** Of each side. */
  readonly sizeUsd: number;
}

/** One order until it is cancelled, at any price likewise. */
export interface LimitOrder {
  readonly side: Side;
  readonly price: number;
  readonly sizeUsd: number;
  readonly postOnly: boolean;
}

/** What an order at any price did. */
export interface Traded {
  readonly usd: number;
  /** Held after it, at the mid; long is positive. */
  readonly inventoryUsd: number;
}

export const inventoryUsd = (line: LineToExchange, market: SimulatedMarket): number =>
  heldSize(line, market) * (market.mid() ?? 0);

const heldSize = ({ exchange, accountKey }: LineToExchange, { feed }: SimulatedMarket): number =>
  exchange.account(accountKey).holding(feed.spec.symbol).position.size;

/** Post-only, both sides or neither. A crossed pair is refused before the market is looked at. */
export function placeBoth(
  { exchange, accountKey }: LineToExchange,
  market: SimulatedMarket,
  { bid, ask, sizeUsd }: QuotedPair,
): VenueOutcome<'placed'> {
  if (bid >= ask) return refused('INVALID_REQUEST', `bid is ${bid}, ask is ${ask}`);
  const at = (price: number) => ({ price, sizeUsd, clientId: undefined });
  const pair = { buy: at(bid), sell: at(ask) };
  const placed = answered(placePair(exchange, accountKey, market, pair, true));
  return placed.ok ? done('placed') : placed;
}

/** The order's id, whether it rests or has traded at once. */
export function placeLimit(
  { exchange, accountKey }: LineToExchange,
  { feed: { spec } }: SimulatedMarket,
  { side, price, sizeUsd, postOnly }: LimitOrder,
): VenueOutcome<string> {
  const placed = answered(
    exchange.place(accountKey, {
      market: spec.symbol,
      side,
      price: outwardPrice(spec, side, price),
      size: sizeUsd / price,
      timeInForce: 'GTC',
      postOnly,
      reduceOnly: false,
    }),
  );
  return placed.ok ? done(placed.value.order.id) : placed;
}

/** Takes a share of the position off, at any price. */
export function hedgeShare(
  line: LineToExchange,
  market: SimulatedMarket,
  share: number,
): VenueOutcome<Traded> {
  const { spec } = market.feed;
  const held = heldSize(line, market);
  if (held === 0) return refused('NOTHING_TO_HEDGE', `there is no position in ${spec.symbol}`);
  const size = shareOf(spec, held, share);
  return takeAtOnce(line, market, { side: reducingSide(held), size, reduceOnly: true });
}

/** At any price and for any size: what was meant to reduce a position may turn it round. */
export function tradeAtOnce(
  line: LineToExchange,
  market: SimulatedMarket,
  side: Side,
  sizeUsd: number,
): VenueOutcome<Traded> {
  const mid = market.mid();
  return mid === undefined
    ? notQuotedYet(market.feed.spec.symbol)
    : takeAtOnce(line, market, { side, size: sizeUsd / mid, reduceOnly: false });
}

function takeAtOnce(
  line: LineToExchange,
  market: SimulatedMarket,
  taker: Pick<NewOrder, 'side' | 'size' | 'reduceOnly'>,
): VenueOutcome<Traded> {
  const placed = answered<Placed>(
    line.exchange.place(line.accountKey, {
      ...taker,
      market: market.feed.spec.symbol,
      price: undefined,
      timeInForce: 'IOC',
      postOnly: false,
    }),
  );
  if (!placed.ok) return placed;
  const { averagePrice, filledSize } = placed.value;
  return averagePrice === undefined
    ? refused('NO_LIQUIDITY', 'nobody would trade at any price')
    : done({ usd: filledSize * averagePrice, inventoryUsd: inventoryUsd(line, market) });
}

const answered = <T>(outcome: Outcome<T, Rejection>): VenueOutcome<T> =>
  outcome.ok ? outcome : failed({ kind: 'rejected', ...outcome.failure });

export const refused = (code: string, reason: string): VenueOutcome<never> =>
  failed({ kind: 'rejected', code, reason });
