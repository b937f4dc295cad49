import { InvariantError } from '../domain/failure.ts';
import type { MarketSymbol } from '../domain/venue/market.ts';
import { reason, type Reason } from '../domain/reason.ts';
import { requireWithin, VAST } from '../math/require.ts';

/** A market whose moves go with the own market's. Returns r: r_own = beta r_market + residual. */
export interface HedgeMarket {
  readonly market: MarketSymbol;
  /**
   * cov(own, market) / var(market): USD of this market that hedge one USD of the own, with the sign
   * of the correlation.
   */
  readonly beta: number;
  readonly correlation: number;
  /** Half-spread, fee and impact of trading there. */
  readonly costBps: number;
  /** Held there already, signed. */
  readonly positionUsd: number;
  /** The largest trade that its own limits leave room for, either way. */
  readonly roomUsd: number;
}

export interface BetaHedgeProblem {
  readonly own: {
    readonly market: MarketSymbol;
    readonly positionUsd: number;
    readonly costBps: number;
  };
  /** Share of the exposure to take off, 0 to 1. */
  readonly fraction: number;
  readonly hedgeMarkets: readonly HedgeMarket[];
  /** Weaker correlations than this, of either sign, are not relied on. */
  readonly leastCorrelation: number;
  /** Another market is used only if it saves at least this share of the cost in the own market. */
  readonly leastSaving: number;
}

export interface BetaHedge {
  readonly orders: readonly { readonly market: MarketSymbol; readonly signedUsd: number }[];
  readonly costUsd: number;
  /** What the own market alone would cost. */
  readonly ownCostUsd: number;
  /** Variance of the whole portfolio after over before, at most 1. */
  readonly varianceRatio: number;
  readonly reason: Reason;
}

/**
 * The cheapest orders that bring the portfolio's variance down to where hedging `fraction` in the
 * own market would: there, in one correlated market, or in the best mix of both (B4). Because the
 * variance reached is the same, the basis risk 1 - rho^2 of the other market is paid for by a
 * larger trade, or makes it unusable; it is only chosen when clearly cheaper. Minimum-variance
 * hedge ratio: L. Ederington, "The hedging performance of the new futures markets", Journal of
 * Finance 34 (1979). Correlations among the other markets are not asked for: they are taken as the
 * product of those with the own market, the completion of greatest entropy (A. Dempster,
 * "Covariance selection", Biometrics 28, 1972). Costs are linear. O(markets).
 */
export function hedgeThroughBetas(problem: BetaHedgeProblem): BetaHedge {
  checkProblem(problem);
  const { own, fraction, hedgeMarkets } = problem;
  const sign = Math.sign(own.positionUsd);
  const factors = hedgeMarkets
    .filter(({ correlation }) => correlation !== 0)
    .map((market) => factorOf(market, sign));
  const exposure =
    Math.abs(own.positionUsd) +
    factors.reduce((sum, { loading, position }) => sum + loading * position, 0);
  const toReduce = Math.min(fraction * Math.max(0, exposure), Math.abs(own.positionUsd));
  const ownCostUsd = (toReduce * own.costBps) / 10_000;
  if (toReduce < LEAST_USD) {
    return {
      orders: [],
      costUsd: 0,
      ownCostUsd: 0,
      varianceRatio: 1,
      reason: reason(
        'beta-nothing',
        'the other positions hedge it already, or there is nothing to hedge',
      ),
    };
  }
  const idle = factors.reduce((sum, factor) => sum + factor.residual * factor.position ** 2, 0);
  const inOwn: Mix = { own: toReduce, other: 0, costUsd: ownCostUsd };
  let best: { readonly mix: Mix; readonly factor: Factor | undefined } = {
    mix: inOwn,
    factor: undefined,
  };
  for (const factor of factors) {
    if (Math.abs(factor.market.correlation) < problem.leastCorrelation) continue;
    const mix = cheapestMix({ exposure, toReduce, costBps: own.costBps }, factor);
    if (mix.costUsd < best.mix.costUsd && mix.costUsd <= ownCostUsd * (1 - problem.leastSaving))
      best = { mix, factor };
  }
  return reported(own.market, sign, { exposure, idle, ownCostUsd }, best);
}

/** Less than this is nothing. */
const LEAST_USD = 1e-6;

/** The other market in units of the own market's volatility, the own position being long. */
interface Factor {
  readonly market: HedgeMarket;
  /** Own-market USD that one USD here is worth in risk: rho sigma_market / sigma_own. */
  readonly loading: number;
  /** Variance per USD^2 here, and the part of it that the own market does not explain. */
  readonly variance: number;
  readonly residual: number;
  readonly position: number;
}

function factorOf(market: HedgeMarket, sign: number): Factor {
  const relative = market.correlation / market.beta;
  const variance = relative * relative;
  return {
    market,
    loading: market.correlation * relative,
    variance,
    residual: variance * (1 - market.correlation * market.correlation),
    position: market.positionUsd * sign,
  };
}

/** Own and other trades with the own position long: `own` is sold, `other` is signed. */
interface Mix {
  readonly own: number;
  readonly other: number;
  readonly costUsd: number;
}

interface OwnSide {
  readonly exposure: number;
  readonly toReduce: number;
  readonly costBps: number;
}

/**
 * Ternary search: cost is convex in the part that is done in the own market, and all of it there is
 * always feasible.
 */
const STEPS = 60;

function cheapestMix(side: OwnSide, factor: Factor): Mix {
  let [low, high] = [0, side.toReduce];
  for (let step = 0; step < STEPS; step += 1) {
    const third = (high - low) / 3;
    if (mixed(low + third, side, factor).costUsd < mixed(high - third, side, factor).costUsd)
      high -= third;
    else low += third;
  }
  const [withoutOwn, within] = [mixed(0, side, factor), mixed((low + high) / 2, side, factor)];
  return withoutOwn.costUsd <= within.costUsd ? withoutOwn : within;
}

/**
 * Selling `own` here, the least trade there that reaches the target: the smaller root of A t^2 + 2
 * B t + D = 0, D above 0. Infinite cost if there is none.
 */
function mixed(
  own: number,
  { exposure, toReduce, costBps }: OwnSide,
  { market, loading, variance, residual, position }: Factor,
): Mix {
  const excess = (toReduce - own) * (2 * exposure - own - toReduce);
  const slope = loading * (exposure - own) + residual * position;
  const discriminant = slope * slope - variance * excess;
  if (discriminant < 0) return { own, other: 0, costUsd: Infinity };
  const other = (-Math.sign(slope) * excess) / (Math.abs(slope) + Math.sqrt(discriminant));
  const costUsd = (own * costBps + Math.abs(other) * market.costBps) / 10_000;
  return { own, other, costUsd: Math.abs(other) > market.roomUsd ? Infinity : costUsd };
}

interface Before {
  readonly exposure: number;
  /** Residual variance of what is held elsewhere. */
  readonly idle: number;
  readonly ownCostUsd: number;
}

function reported(
  ownMarket: MarketSymbol,
  sign: number,
  { exposure, idle, ownCostUsd }: Before,
  { mix, factor }: { readonly mix: Mix; readonly factor: Factor | undefined },
): BetaHedge {
  const ownOrder = { market: ownMarket, signedUsd: -sign * mix.own };
  const before = exposure * exposure + idle;
  if (factor === undefined) {
    const varianceRatio = ((exposure - mix.own) ** 2 + idle) / before;
    const text = `no other market is clearly cheaper than ${ownCostUsd.toFixed(4)} USD in ${ownMarket}`;
    return {
      orders: [ownOrder],
      costUsd: mix.costUsd,
      ownCostUsd,
      varianceRatio,
      reason: reason('beta-own', text),
    };
  }
  const { market, loading, residual, position } = factor;
  const idleAfter = idle + residual * mix.other * (2 * position + mix.other);
  const varianceRatio = ((exposure - mix.own + loading * mix.other) ** 2 + idleAfter) / before;
  const otherOrder = { market: market.market, signedUsd: sign * mix.other };
  const text = `${mix.costUsd.toFixed(4)} USD through ${market.market} (correlation ${market.correlation}) instead of ${ownCostUsd.toFixed(4)} in ${ownMarket}`;
  const orders = mix.own === 0 ? [otherOrder] : [ownOrder, otherOrder];
  return {
    orders,
    costUsd: mix.costUsd,
    ownCostUsd,
    varianceRatio,
    reason: reason('beta-other', text),
  };
}

function checkProblem({
  own,
  fraction,
  hedgeMarkets,
  leastCorrelation,
  leastSaving,
}: BetaHedgeProblem): void {
  requireWithin('own.positionUsd', own.positionUsd, -VAST);
  requireWithin('own.costBps', own.costBps, 0);
  requireWithin('fraction', fraction, 0, 1);
  requireWithin('leastCorrelation', leastCorrelation, 0, 1);
  requireWithin('leastSaving', leastSaving, 0, 1);
  for (const { market, beta, correlation, costBps, positionUsd, roomUsd } of hedgeMarkets) {
    requireWithin(`${market}.correlation`, correlation, -1, 1);
    requireWithin(`${market}.beta`, beta, -1e6, 1e6);
    requireWithin(`${market}.costBps`, costBps, 0);
    requireWithin(`${market}.positionUsd`, positionUsd, -VAST);
    requireWithin(`${market}.roomUsd`, roomUsd, 0);
    if (
      correlation !== 0 &&
      (Math.sign(beta) !== Math.sign(correlation) || Math.abs(beta) < 1e-6)
    ) {
      throw new InvariantError(
        `${market}.beta must have the sign of the correlation and be at least 1e-6 in size, was ${beta}`,
      );
    }
  }
}
