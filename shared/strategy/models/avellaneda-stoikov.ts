import { InvariantError } from '../../domain/failure.ts';
import { arrivalPremium } from './arrival-premium.ts';
import { requireAtLeast, requireFinite, requirePositive } from '../../math/require.ts';

/**
 * What both horizons look at. One unit system: prices in any one unit p (dollars, or bps of the mid
 * with `mid` 0).
 */
interface MarketAndRisk {
  /** In p. */
  readonly mid: number;
  /** Signed, in units of one quote. */
  readonly inventory: number;
  /** Volatility in p per square root of the time unit. */
  readonly sigma: number;
  /** Risk aversion in 1/p, per unit of inventory. */
  readonly gamma: number;
  /** Decay of the arrival rate with distance, in 1/p. */
  readonly k: number;
}

export interface AvellanedaStoikovInput extends MarketAndRisk {
  /** In the time unit of sigma; below zero it counts as zero. */
  readonly timeLeft: number;
}

export interface AvellanedaStoikovQuotes {
  readonly reservationPrice: number;
  /** Whole, ask minus bid. */
  readonly spread: number;
  readonly bid: number;
  readonly ask: number;
}

/**
 * Finite horizon: reservation price s - q gamma sigma^2 (T-t), spread gamma sigma^2 (T-t) +
 * (2/gamma) ln(1 + gamma/k) around it.
 * Units: p of the inputs. Rounding is the caller's.
 * Source: Avellaneda, Stoikov, Quant. Finance 8 (2008), section 2, eqs. 2.8, 3.17-3.18.
 * @throws InvariantError when an argument is not finite or out of range.
 */
export function avellanedaStoikov({
  mid,
  inventory,
  sigma,
  gamma,
  k,
  timeLeft,
}: AvellanedaStoikovInput): AvellanedaStoikovQuotes {
  requireFinite('mid', mid);
  requireFinite('inventory', inventory);
  requireAtLeast('sigma', sigma, 0);
  requireAtLeast('gamma', gamma, 0);
  requirePositive('k', k);
  requireFinite('timeLeft', timeLeft);
  const risk = gamma * sigma ** 2 * Math.max(0, timeLeft);
  const reservationPrice = mid - inventory * risk;
  const spread = risk + 2 * arrivalPremium(gamma, k);
  const [bid, ask] = [reservationPrice - spread / 2, reservationPrice + spread / 2];
  requireFinite('ask - bid', ask - bid);
  return { reservationPrice, spread, bid, ask };
}

export interface InfiniteHorizonInput extends MarketAndRisk {
  /** The bound on |inventory|, in units of one quote, at least 1. */
  readonly maxInventory: number;
  /**
   * Discount rate per time unit: 1/omega is the horizon in effect. Default: the paper's choice,
   * gamma^2 sigma^2 (maxInventory + 1)^2 / 2.
   */
  readonly omega?: number;
}

export interface InfiniteHorizonQuotes {
  /**
   * Where an infinitesimal trade is neither gained nor lost by: s - 2 q / (gamma (2 omega / (gamma
   * sigma)^2 - q^2)).
   */
  readonly reservationPrice: number;
  /** Undefined where a side has no quote. */
  readonly spread: number | undefined;
  /** Undefined at +maxInventory. */
  readonly bid: number | undefined;
  /** Undefined at -maxInventory. */
  readonly ask: number | undefined;
}

/**
 * Infinite horizon, utility discounted at omega; inventory beyond the bound counts as the bound.
 * With the paper's omega sigma cancels out and offsets grow as 1/gamma: give an omega when gamma
 * is small.
 * Source: Avellaneda, Stoikov (2008), section 2.3.
 * @throws InvariantError when an argument is out of range, or omega below gamma^2 sigma^2
 * (maxInventory + 1)^2 / 2.
 */
export function avellanedaStoikovInfinite(input: InfiniteHorizonInput): InfiniteHorizonQuotes {
  const { mid, gamma, k, maxInventory } = input;
  const discount = scaledDiscount(input);
  // The value function is -exp(-gamma (x + q s)) / D(q), D(q) = 2 omega - gamma^2 sigma^2 q^2, so
  // that one unit more or less is indifferent at r^a = s + (1/gamma) ln(D(q) / D(q-1)) and at r^b =
  // s + (1/gamma) ln(D(q+1) / D(q)); quotes are the premium outside of those. The printed r^a, ln(1
  // + (1-2q)..), holds to first order only and is not the mirror image of r^b. The paper's omega
  // makes D(maxInventory + 1) zero: nothing is bought at the bound.
  const inventory = Math.max(-maxInventory, Math.min(maxInventory, input.inventory));
  const left = discount - inventory ** 2;
  const premium = arrivalPremium(gamma, k);
  const askOffset = indifference(2 * inventory - 1, left, gamma);
  const bidOffset = indifference(-2 * inventory - 1, left, gamma);
  const reservationPrice = mid - (2 * inventory) / (gamma * left);
  const bid = bidOffset === undefined ? undefined : mid - (bidOffset + premium);
  const ask = askOffset === undefined ? undefined : mid + (askOffset + premium);
  for (const figure of [reservationPrice, bid ?? mid, ask ?? mid]) requireFinite('quote', figure);
  return {
    reservationPrice,
    spread: bid === undefined || ask === undefined ? undefined : ask - bid,
    bid,
    ask,
  };
}

/** 2 omega / (gamma sigma)^2, which is (maxInventory + 1)^2 for the paper's omega. */
function scaledDiscount({
  mid,
  inventory,
  sigma,
  gamma,
  k,
  maxInventory,
  omega,
}: InfiniteHorizonInput): number {
  requireFinite('mid', mid);
  requireFinite('inventory', inventory);
  requirePositive('sigma', sigma);
  requirePositive('gamma', gamma);
  requirePositive('k', k);
  requireAtLeast('maxInventory', maxInventory, 1);
  const least = (maxInventory + 1) ** 2;
  if (omega === undefined) return least;
  requirePositive('omega', omega);
  const discount = (2 * omega) / (gamma * sigma) ** 2;
  if (discount < least * (1 - ROUNDING))
    throw new InvariantError(
      `omega must be at least gamma^2 sigma^2 (maxInventory + 1)^2 / 2, was ${omega}`,
    );
  return Math.max(least, discount);
}

/** An omega computed by the formula above must count as reaching it. */
const ROUNDING = 1e-9;

/**
 * How far from the mid a trade is indifferent that adds `change` to D / (gamma sigma)^2; undefined
 * when no price is worth it.
 */
function indifference(change: number, left: number, gamma: number): number | undefined {
  const ratio = change / left;
  return ratio > -1 ? -Math.log1p(ratio) / gamma : undefined;
}
