import { reason, type Reason } from '../domain/reason.ts';
import { bpsToRatio } from '../domain/units.ts';
import { type ExecutionProblem, optimalTrajectory, type Trajectory } from './almgren-chriss.ts';
import { requireWithin, VAST } from '../math/require.ts';

/**
 * How much risk may be run to save cost: a price for variance, or a limit on the standard
 * deviation.
 */
type RiskTolerance =
  /** Lambda of E(cost) + lambda Var(cost). A CARA investor's gamma is twice that. */
  | { readonly kind: 'aversion'; readonly perUsd: number }
  | { readonly kind: 'budget'; readonly stdDevUsd: number };

export interface HedgeSituation {
  /** Signed, at the mid. */
  readonly positionUsd: number;
  /** How much of it to take off, unsigned: at most the position. */
  readonly targetUsd: number;
  /** Standard deviation of one second's return, as a fraction. */
  readonly sigmaPerSqrtSecond: number;
  readonly halfSpreadBps: number;
  /** Signed: a cost is positive. */
  readonly takerFeeBps: number;
  /**
   * By how much the average price of an order gets worse per USD of its size; see `linearImpact`.
   */
  readonly impactBpsPerUsd: number;
  /** What resting quotes are expected to take off by themselves, until this is asked again. */
  readonly passive: {
    readonly fillRateUsdPerSecond: number;
    /** Earned per fill after maker fee and adverse selection; negative is a loss. */
    readonly edgeBps: number;
    readonly horizonSeconds: number;
  };
  readonly slices: {
    readonly most: number;
    readonly intervalSeconds: number;
    /** What one order more is worth avoiding. */
    readonly orderCostUsd: number;
    /** The venue's minimum: no slice is planned below it. */
    readonly leastUsd: number;
  };
  readonly risk: RiskTolerance;
  /** False at the hard cap (B7): then it is slices or now. */
  readonly mayWait: boolean;
}

interface CostFigures {
  readonly expectedUsd: number;
  /** Of the cost, from holding what should be gone. */
  readonly stdDevUsd: number;
  /**
   * What is compared: expected cost, plus lambda times the variance when that is how risk is
   * priced.
   */
  readonly totalUsd: number;
}

/**
 * What each way costs; undefined where it is not to be had (forbidden, or beyond the risk budget).
 */
interface HedgeFigures {
  readonly now: CostFigures;
  readonly slices: CostFigures | undefined;
  readonly wait: CostFigures | undefined;
}

export type HedgeTiming =
  | {
      readonly kind: 'wait';
      readonly reason: Reason;
      readonly figures: HedgeFigures;
      readonly reviewAfterSeconds: number;
    }
  | { readonly kind: 'now'; readonly reason: Reason; readonly figures: HedgeFigures }
  | {
      readonly kind: 'slices';
      readonly reason: Reason;
      readonly figures: HedgeFigures;
      /** The first at once, then one every `intervalSeconds`; they sum to the target. */
      readonly sizesUsd: readonly number[];
      readonly intervalSeconds: number;
    };

/**
 * The extra cost of size in a book with `depthUsd` spread evenly over the first `withinBps`: an
 * order of q eats q / depth x within bps and pays half of that on average. Source: A. Obizhaeva, J.
 * Wang, "Optimal trading strategy and supply/demand dynamics", Journal of Financial Markets 16
 * (2013), the block-shaped book.
 */
export function linearImpact(depthUsd: number, withinBps: number): number {
  requireWithin('depthUsd', depthUsd, 1e-3);
  requireWithin('withinBps', withinBps, 0, 1e6);
  return withinBps / (2 * depthUsd);
}

/** Half-spread, fee and impact of one aggressive order of this size, in USD. */
export const crossingCostUsd = (
  sizeUsd: number,
  at: Pick<HedgeSituation, 'halfSpreadBps' | 'takerFeeBps' | 'impactBpsPerUsd'>,
): number => sizeUsd * bpsToRatio(at.halfSpreadBps + at.takerFeeBps + at.impactBpsPerUsd * sizeUsd);

/**
 * Hedge now, in slices, or leave it to the resting quotes (B3): whichever costs least. Now costs
 * spread, fee and impact; slices save impact and run risk meanwhile (Almgren-Chriss 2000); waiting
 * earns the edge on what is filled, crosses the rest when the horizon is over and runs the risk of
 * what is held meanwhile, sigma^2 times the integral of q^2 above that of what will be kept.
 * Passive fills are taken as even, so a cautious caller passes a low rate. Among equals the one
 * with fewest orders.
 * @throws InvariantError naming the argument that is out of range.
 */
export function timeHedge(situation: HedgeSituation): HedgeTiming {
  checkSituation(situation);
  const now = priced(
    crossingCostUsd(situation.targetUsd, situation) + situation.slices.orderCostUsd,
    0,
    situation,
  );
  if (situation.targetUsd === 0) {
    const figures = { now: FREE, slices: undefined, wait: FREE };
    const text = 'there is nothing to take off';
    return {
      kind: 'wait',
      reason: reason('hedge-nothing', text),
      figures,
      reviewAfterSeconds: situation.passive.horizonSeconds,
    };
  }
  const sliced = bestSlices(situation);
  const wait = situation.mayWait ? affordable(waitingCost(situation), situation) : undefined;
  return choose(situation, { now, slices: sliced?.cost, wait }, sliced?.trades ?? []);
}

const FREE: CostFigures = { expectedUsd: 0, stdDevUsd: 0, totalUsd: 0 };

function choose(
  situation: HedgeSituation,
  figures: HedgeFigures,
  trades: readonly number[],
): HedgeTiming {
  const { now, slices, wait } = figures;
  const active = Math.min(now.totalUsd, slices?.totalUsd ?? Infinity);
  if (wait !== undefined && wait.totalUsd <= active) {
    return {
      kind: 'wait',
      reason: reason('hedge-wait', compare(figures)),
      figures,
      reviewAfterSeconds: situation.passive.horizonSeconds,
    };
  }
  if (slices !== undefined && slices.totalUsd < now.totalUsd) {
    const { intervalSeconds } = situation.slices;
    return {
      kind: 'slices',
      reason: reason('hedge-slices', compare(figures)),
      figures,
      sizesUsd: trades,
      intervalSeconds,
    };
  }
  return { kind: 'now', reason: reason('hedge-now', compare(figures)), figures };
}

const compare = ({ now, slices, wait }: HedgeFigures): string =>
  `hedging costs ${say(now)} at once, ${say(slices)} in slices, ${say(wait)} by waiting`;

const say = (cost: CostFigures | undefined): string =>
  cost === undefined
    ? '(not to be had)'
    : `${cost.totalUsd.toFixed(4)} USD (risk ${cost.stdDevUsd.toFixed(2)})`;

function waitingCost(situation: HedgeSituation): CostFigures {
  const { targetUsd, sigmaPerSqrtSecond, passive, slices } = situation;
  const held = Math.abs(situation.positionUsd);
  const seconds = Math.min(passive.horizonSeconds, targetUsd / passive.fillRateUsdPerSecond);
  const unwound = Math.min(targetUsd, passive.fillRateUsdPerSecond * passive.horizonSeconds);
  const left = targetUsd - unwound;
  const crossing = left === 0 ? 0 : crossingCostUsd(left, situation) + slices.orderCostUsd;
  const kept = held - targetUsd;
  const meanSquare = (held * held + held * (held - unwound) + (held - unwound) ** 2) / 3;
  const variance = sigmaPerSqrtSecond ** 2 * seconds * Math.max(0, meanSquare - kept * kept);
  return priced(crossing - unwound * bpsToRatio(passive.edgeBps), variance, situation);
}

interface Sliced {
  readonly cost: CostFigures;
  readonly trades: readonly number[];
}

function bestSlices(situation: HedgeSituation): Sliced | undefined {
  let best: Sliced | undefined;
  for (let count = 2; count <= situation.slices.most; count += 1) {
    const { trades, expectedCost, variance } = trajectoryOf(situation, count);
    if (Math.min(...trades) <= 0 || Math.min(...trades) < situation.slices.leastUsd) break;
    const cost = affordable(
      priced(expectedCost + count * situation.slices.orderCostUsd, variance, situation),
      situation,
    );
    if (cost !== undefined && cost.totalUsd < (best?.cost.totalUsd ?? Infinity))
      best = { cost, trades };
  }
  return best;
}

function trajectoryOf(situation: HedgeSituation, count: number): Trajectory {
  const { targetUsd, risk } = situation;
  const { intervalSeconds } = situation.slices;
  const held = Math.abs(situation.positionUsd);
  const problem: ExecutionProblem = {
    from: held,
    to: held - targetUsd,
    slices: count,
    intervalSeconds,
    sigmaPerSqrtSecond: situation.sigmaPerSqrtSecond,
    temporaryImpact: bpsToRatio(situation.impactBpsPerUsd) * intervalSeconds,
    permanentImpact: 0,
    fixedCost: bpsToRatio(situation.halfSpreadBps + situation.takerFeeBps),
    riskAversion: risk.kind === 'aversion' ? risk.perUsd : 0,
  };
  return risk.kind === 'aversion'
    ? optimalTrajectory(problem)
    : withinBudget(problem, risk.stdDevUsd);
}

/** Halvings of the range of lambda: 40 decades to 1e-4 of a decade. */
const BISECTIONS = 20;

/**
 * The cheapest schedule whose risk is within the budget: that of the least lambda that gets there,
 * since variance falls as lambda grows.
 */
function withinBudget(problem: ExecutionProblem, stdDevUsd: number): Trajectory {
  const fits = ({ variance }: Trajectory): boolean => variance <= stdDevUsd * stdDevUsd;
  const unworried = optimalTrajectory(problem);
  if (fits(unworried)) return unworried;
  const scale =
    problem.temporaryImpact / (problem.sigmaPerSqrtSecond * problem.intervalSeconds) ** 2;
  const averse = (decades: number): Trajectory =>
    optimalTrajectory({ ...problem, riskAversion: Math.min(VAST, scale * 10 ** decades) });
  let [low, high] = [-20, 20];
  for (let step = 0; step < BISECTIONS; step += 1) {
    const middle = (low + high) / 2;
    if (fits(averse(middle))) high = middle;
    else low = middle;
  }
  return averse(high);
}

function priced(expectedUsd: number, variance: number, { risk }: HedgeSituation): CostFigures {
  const penalty = risk.kind === 'aversion' ? risk.perUsd * variance : 0;
  return { expectedUsd, stdDevUsd: Math.sqrt(variance), totalUsd: expectedUsd + penalty };
}

const affordable = (cost: CostFigures, { risk }: HedgeSituation): CostFigures | undefined =>
  risk.kind === 'budget' && cost.stdDevUsd > risk.stdDevUsd ? undefined : cost;

function checkSituation(situation: HedgeSituation): void {
  const { passive, slices, risk } = situation;
  requireWithin('positionUsd', situation.positionUsd, -VAST);
  requireWithin('targetUsd', situation.targetUsd, 0, Math.abs(situation.positionUsd));
  requireWithin('sigmaPerSqrtSecond', situation.sigmaPerSqrtSecond, 0);
  requireWithin('halfSpreadBps', situation.halfSpreadBps, 0);
  requireWithin('takerFeeBps', situation.takerFeeBps, -VAST);
  requireWithin('impactBpsPerUsd', situation.impactBpsPerUsd, 0, 1e9);
  requireWithin('passive.fillRateUsdPerSecond', passive.fillRateUsdPerSecond, 0);
  requireWithin('passive.edgeBps', passive.edgeBps, -VAST);
  requireWithin('passive.horizonSeconds', passive.horizonSeconds, 0);
  requireWithin('slices.most', slices.most, 1, 100);
  requireWithin('slices.intervalSeconds', slices.intervalSeconds, 1e-3, 1e6);
  requireWithin('slices.orderCostUsd', slices.orderCostUsd, 0);
  requireWithin('slices.leastUsd', slices.leastUsd, 0);
  requireWithin(`risk.${risk.kind}`, risk.kind === 'aversion' ? risk.perUsd : risk.stdDevUsd, 0);
}
