import { signOf, type Side } from '../../domain/order/side.ts';
import type { Random } from '../../math/random.ts';
import type { SyntheticCoin } from './coins.ts';

/** What a taker sees. Prices in quote currency. */
export interface TakerView {
  readonly bid: number;
  readonly ask: number;
  /** Only the informed look at it. */
  readonly efficientPrice: number;
}

/** An immediate order: nothing worse than `limitPrice`. */
export interface TakerOrder {
  readonly side: Side;
  readonly limitPrice: number;
  readonly sizeUsd: number;
}

/** What an informed trader must gain over the displayed price, to pay for speed and fees. */
const INFORMED_EDGE = 0.3 / 10_000;
/** Standard deviation of the logarithm of the size they want. */
const INFORMED_DISPERSION = 1.2;

/** Parents at work at the same time; a child order belongs to any of them. */
const PARENTS = 4;
/** Tail exponent of the number of children of a parent, and its bound. */
const PARENT_TAIL = 1.5;
const MAX_CHILDREN = 200;

/** Tail exponent of the size of a noise order, and its bound. */
const SIZE_TAIL = 1.3;
const MAX_NOISE_USD = 3_000_000;
/** How far past the touch an ordinary order may walk. */
const PATIENT_REACH_BPS = 5;

/**
 * Share of noise orders that must be done at any price (stops, liquidations), and how far they
 * reach.
 */
const URGENT_SHARE = 0.006;
const URGENT_REACH_BPS = 3;
const MAX_URGENT_REACH_BPS = 15;

/**
 * Who comes to trade. An informed trader knows the efficient price and buys (sells) all he wants
 * that is cheaper (dearer) than it, else he goes away: L. R. Glosten, P. R. Milgrom (1985), J.
 * Financial Economics 14. Everybody else trades for reasons of his own: with sides that come in
 * long runs because large orders are worked in pieces (F. Lillo, S. Mike, J. D. Farmer (2005),
 * Phys. Rev. E 71), and sizes with a heavy tail (X. Gabaix et al. (2003), Nature 423).
 * @returns undefined when the one who came does not trade
 */
export function takers(
  coin: SyntheticCoin,
  informedShare: number,
  random: Random,
): (view: TakerView) => TakerOrder | undefined {
  const noise = noiseTrader(coin, random.fork('noise'));
  const informed = random.fork('informed');
  const kind = random.fork('kind');
  return (view) =>
    kind.uniform() < informedShare
      ? informedOrder(
          view,
          coin.informedOrderUsd * Math.exp(INFORMED_DISPERSION * informed.normal()),
        )
      : noise(view);
}

function informedOrder(
  { bid, ask, efficientPrice }: TakerView,
  sizeUsd: number,
): TakerOrder | undefined {
  const [buysUpTo, sellsDownTo] = [
    efficientPrice * (1 - INFORMED_EDGE),
    efficientPrice * (1 + INFORMED_EDGE),
  ];
  if (ask <= buysUpTo) return { side: 'buy', limitPrice: buysUpTo, sizeUsd };
  if (bid >= sellsDownTo) return { side: 'sell', limitPrice: sellsDownTo, sizeUsd };
  return undefined;
}

function noiseTrader(coin: SyntheticCoin, random: Random): (view: TakerView) => TakerOrder {
  const parents = Array.from({ length: PARENTS }, () => parentOrder(random));
  return (view) => {
    const side = parents[Math.floor(random.uniform() * PARENTS)]?.() ?? 'buy';
    const urgent = random.uniform() < URGENT_SHARE;
    const reachBps = urgent
      ? Math.min(MAX_URGENT_REACH_BPS, random.exponential(URGENT_REACH_BPS))
      : PATIENT_REACH_BPS;
    const touch = side === 'buy' ? view.ask : view.bid;
    return {
      side,
      limitPrice: touch * (1 + (signOf(side) * reachBps) / 10_000),
      sizeUsd: urgent
        ? Infinity
        : Math.min(MAX_NOISE_USD, coin.noiseOrderUsd * pareto(SIZE_TAIL, random)),
    };
  };
}

/** The sides of the children of one parent after the other. */
function parentOrder(random: Random): () => Side {
  let [side, left]: [Side, number] = ['buy', 0];
  return () => {
    if (left === 0) {
      side = random.uniform() < 0.5 ? 'buy' : 'sell';
      left = Math.min(MAX_CHILDREN, Math.ceil(pareto(PARENT_TAIL, random)));
    }
    left -= 1;
    return side;
  };
}

/** At least 1. */
const pareto = (tail: number, random: Random): number => (1 - random.uniform()) ** (-1 / tail);
