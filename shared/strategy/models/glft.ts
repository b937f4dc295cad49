import { InvariantError } from '../../domain/failure.ts';
import { arrivalPremium, logRatio } from './arrival-premium.ts';
import { glftGroundState, type GlftGroundState } from './glft-ground-state.ts';
import { requireAtLeast, requireFinite, requirePositive } from '../../math/require.ts';

/**
 * One unit system: prices in any one unit p, inventory in units of one quote, one time unit for
 * sigma, arrivalRate and drift.
 */
export interface GlftMarket {
  /** Volatility in p per square root of the time unit. */
  readonly sigma: number;
  /** Risk aversion in 1/p, per unit of inventory. */
  readonly gamma: number;
  /**
   * Trades that reach a distance d from the mid arrive at arrivalRate exp(-k d) per time unit; k in
   * 1/p.
   */
  readonly k: number;
  readonly arrivalRate: number;
  /**
   * The bound on |inventory|, in units of one quote, at least 1; the exact form uses the whole
   * units in it, at most 1000.
   */
  readonly maxInventory: number;
  /**
   * What one unit held long is expected to earn, in p per time unit: the trend of the mid, less the
   * funding that longs pay.
   */
  readonly drift: number;
}

export interface GlftInput extends GlftMarket {
  /** Signed, in units of one quote; may be fractional. */
  readonly inventory: number;
  readonly form: 'closed' | 'exact';
}

/**
 * Distances from the mid, in p; below zero is across it. Undefined: that side has no quote, because
 * the inventory is at its bound.
 */
export interface GlftOffsets {
  readonly bidOffset: number | undefined;
  readonly askOffset: number | undefined;
}

/**
 * Stationary quotes under an inventory bound. `closed` is the paper's approximation, O(1); `exact`
 * uses f of `glftEigenvector`, linear between whole inventories, O(1) when `solved` is for the
 * same figures.
 * Source: O. Gueant, C.-A. Lehalle, J. Fernandez-Tapia, Math. Finan. Econ. 7 (2013), sections 4,
 * 5.1.
 * @throws InvariantError when an argument is not finite or too small.
 */
export function glft(input: GlftInput, solved?: GlftEigenvector): GlftOffsets {
  requireFinite('inventory', input.inventory);
  const offsets =
    input.form === 'closed' ? closedForm(input) : exactForm(input, glftEigenvector(input, solved));
  requireFinite('bidOffset + askOffset', offsets.bidOffset + offsets.askOffset);
  return {
    bidOffset: input.inventory >= input.maxInventory ? undefined : offsets.bidOffset,
    askOffset: input.inventory <= -input.maxInventory ? undefined : offsets.askOffset,
  };
}

interface BothOffsets {
  readonly bidOffset: number;
  readonly askOffset: number;
}

function closedForm(input: GlftInput): BothOffsets {
  const { inventory, sigma, gamma, maxInventory, drift } = input;
  requireMarket(input);
  const { c1, c2 } = coefficientsOf(input);
  // c1 + (q + 1/2 - leaning) sigma c2 for the bid, and its mirror image; what the drift leans to is
  // held within the bound.
  const leaning =
    drift === 0 ? 0 : Math.max(-maxInventory, Math.min(maxInventory, drift / (gamma * sigma ** 2)));
  const step = sigma * c2;
  return {
    bidOffset: c1 + (inventory + 0.5 - leaning) * step,
    askOffset: c1 + (-inventory + 0.5 + leaning) * step,
  };
}

function exactForm(
  input: GlftInput,
  { falling, maxInventory, logRatios }: GlftEigenvector,
): BothOffsets {
  const { inventory, gamma, k } = input;
  const premium = arrivalPremium(gamma, k);
  // (1/gamma) ln(1 + gamma/k) + (1/k) ln(f(q) / f(q+1)).
  return {
    bidOffset: premium + logRatioAt(logRatios, inventory + maxInventory, falling) / k,
    askOffset: premium + logRatioAt(logRatios, -inventory + maxInventory, !falling) / k,
  };
}

/** Between the entries it is linear, and beyond the outermost two it goes on as they do. */
function logRatioAt(logRatios: readonly number[], position: number, mirrored: boolean): number {
  const last = logRatios.length - 1;
  const index = Math.max(0, Math.min(last - 1, Math.floor(position)));
  const share = position - index;
  const entry = (at: number): number =>
    mirrored ? -Number(logRatios[last - at]) : Number(logRatios[at]);
  return (1 - share) * entry(index) + share * entry(index + 1);
}

/**
 * Plain data: what the exact form needs of a market, to be kept and reused while the market's
 * figures stay the same.
 */
export interface GlftEigenvector extends GlftGroundState {
  /**
   * The drift is negative: this is solved for its mirror image, so that long and short are treated
   * alike to the last bit.
   */
  readonly falling: boolean;
}

/**
 * The positive eigenvector of the smallest eigenvalue of the paper's matrix over q = -Q .. Q;
 * `previous` when it was solved for the same figures. O(Q).
 * Source: Gueant, Lehalle, Fernandez-Tapia (2013), propositions 1-3 and section 5.1.
 * @throws InvariantError as `glft`, and when maxInventory is above 1000.
 */
export function glftEigenvector(market: GlftMarket, previous?: GlftEigenvector): GlftEigenvector {
  requireMarket(market);
  const { sigma, gamma, k, arrivalRate, drift } = market;
  const maxInventory = Math.floor(market.maxInventory);
  if (maxInventory > LARGEST_EXACT)
    throw new InvariantError(
      `maxInventory must be at most ${LARGEST_EXACT} quotes in the exact form, was ${maxInventory}`,
    );
  const { c2 } = coefficientsOf(market);
  // Diagonal alpha q^2 - k drift q, neighbours -eta, alpha = k gamma sigma^2 / 2, eta = arrivalRate
  // (1 + gamma/k)^-(1 + k/gamma). The drift enters u = -exp(-gamma (x + q s)) v(q)^(-gamma/k) as
  // -gamma q drift u, which divided by -(gamma/k) u is the k drift q.
  const curvature = (k * sigma * c2) ** 2;
  const tilt = (k * Math.abs(drift) * growth(gamma / k)) / arrivalRate;
  const falling = drift < 0;
  const same =
    previous?.curvature === curvature &&
    previous.tilt === tilt &&
    previous.maxInventory === maxInventory;
  if (same && previous.falling === falling) return previous;
  return { ...glftGroundState(curvature, tilt, maxInventory), falling };
}

/**
 * Beyond this many units of inventory each more makes no difference to the quotes near zero, only
 * to the cost.
 */
const LARGEST_EXACT = 1000;

/** The other three figures are looked at where the coefficients are made. */
function requireMarket({ sigma, maxInventory, drift }: GlftMarket): void {
  requireAtLeast('sigma', sigma, 0);
  requireAtLeast('maxInventory', maxInventory, 1);
  requireFinite('drift', drift);
}

export interface GlftCoefficients {
  /** In p. */
  readonly c1: number;
  /** In square roots of the time unit: sigma c2 is in p. */
  readonly c2: number;
}

/**
 * The closed form's coefficients for orders of size delta, between exponential utility (xi =
 * gamma) and mean-variance (xi = 0).
 * Units: half-spread c1 + delta sigma c2 / 2, shift per unit held sigma c2.
 * Source: O. Gueant, "Optimal market making", Appl. Math. Finance 24 (2017).
 * @throws InvariantError when an argument is out of range.
 */
export function glftCoefficients({
  gamma,
  xi,
  delta,
  k,
  arrivalRate,
}: {
  readonly gamma: number;
  readonly xi: number;
  readonly delta: number;
  readonly k: number;
  readonly arrivalRate: number;
}): GlftCoefficients {
  requireAtLeast('gamma', gamma, 0);
  requireAtLeast('xi', xi, 0);
  requirePositive('delta', delta);
  requirePositive('k', k);
  requirePositive('arrivalRate', arrivalRate);
  const ratio = (xi * delta) / k;
  // c1 = (1/(xi delta)) ln(1 + xi delta/k), c2 = sqrt(gamma/(2 arrivalRate delta k) (1 + xi
  // delta/k)^(k/(xi delta) + 1)).
  const c1 = logRatio(ratio) / k;
  const c2 = Math.sqrt((gamma / (2 * arrivalRate * delta * k)) * growth(ratio));
  requireFinite('c1', c1);
  requireFinite('c2', c2);
  return { c1, c2 };
}

const coefficientsOf = ({ gamma, k, arrivalRate }: GlftMarket): GlftCoefficients =>
  glftCoefficients({ gamma, xi: gamma, delta: 1, k, arrivalRate });

/** (1 + x)^(1/x + 1), and its limit e at 0. */
const growth = (x: number): number => Math.exp(Math.log1p(x) + logRatio(x));
