import { InvariantError } from '../domain/failure.ts';
import { requireWithin } from '../math/require.ts';

/**
 * Amounts in any one unit, prices in USD per that unit, time in seconds. Amounts in USD have prices
 * as plain ratios.
 */
export interface ExecutionProblem {
  /** Held now, unsigned. */
  readonly from: number;
  /** To be held after the last slice: between 0 and `from`. */
  readonly to: number;
  /** At most so many slices, 1 to 100, the first at once and one every `intervalSeconds`. */
  readonly slices: number;
  readonly intervalSeconds: number;
  /** Standard deviation of the price over one second. */
  readonly sigmaPerSqrtSecond: number;
  /** Eta: what the price gives way by per unit and second of trading, while it lasts. */
  readonly temporaryImpact: number;
  /** Gamma: what the price gives way by per unit, for good. */
  readonly permanentImpact: number;
  /** Epsilon: half-spread and fees per unit; negative is a rebate. */
  readonly fixedCost: number;
  /** Lambda, per USD: one USD^2 of variance is as bad as so many USD of cost. */
  readonly riskAversion: number;
}

export interface Trajectory {
  /** Units traded in each slice, none negative, never growing; slices that are not needed are 0. */
  readonly trades: readonly number[];
  /** Units held after each slice. */
  readonly holdings: readonly number[];
  /** USD. */
  readonly expectedCost: number;
  /** USD^2 of the cost, above the variance of having held `to` all along. */
  readonly variance: number;
  /**
   * 1 / kappa: the time in which the risk-averse holding falls by the factor e. Undefined without
   * risk or without aversion to it.
   */
  readonly halfLifeSeconds: number | undefined;
}

/** Beyond this exp() is 0 anyway: everything is traded in the first slice. */
const MOST_URGENT = 700;
/** Below this sinh is its argument to the last digit. */
const NOT_URGENT = 1e-8;

/**
 * The schedule with the least E(cost) + lambda Var(cost): x_j = X sinh(kappa (T - t_j)) /
 * sinh(kappa T), 2 (cosh(kappa tau) - 1) = lambda sigma^2 tau^2 / (eta - gamma tau / 2). Source: R.
 * Almgren, N. Chriss, "Optimal execution of portfolio transactions", Journal of Risk 3(2), 2000,
 * equations 16-22. When a part is kept (`to` above 0) its risk counts too, which adds to x_j the
 * term `to` sinh(kappa t_j) / sinh(kappa T) by the same difference equation; slices that would
 * overshoot are left out, which is the optimum among schedules that only reduce. O(slices) at most
 * twice over per slice left out.
 * @throws InvariantError when an argument is outside its range, or permanent impact outweighs
 * temporary impact.
 */
export function optimalTrajectory(problem: ExecutionProblem): Trajectory {
  checkProblem(problem);
  const { from, to, slices, intervalSeconds, sigmaPerSqrtSecond, riskAversion } = problem;
  const impact = problem.temporaryImpact - (problem.permanentImpact * intervalSeconds) / 2;
  if (impact < 0)
    throw new InvariantError(
      `temporaryImpact must be at least permanentImpact x intervalSeconds / 2, was ${problem.temporaryImpact}`,
    );
  const urgency = urgencyPerSlice(
    (Math.sqrt(riskAversion) * sigmaPerSqrtSecond * intervalSeconds) ** 2,
    impact,
  );
  const holdings = reducingHoldings(from, to, slices, urgency);
  const trades = holdings.map((held, index) => Math.max(0, (holdings[index - 1] ?? from) - held));
  const squares = trades.reduce((sum, traded) => sum + traded * traded, 0);
  return {
    trades,
    holdings,
    expectedCost:
      (problem.permanentImpact * (from - to) * (from + to)) / 2 +
      problem.fixedCost * (from - to) +
      (impact / intervalSeconds) * squares,
    variance:
      sigmaPerSqrtSecond ** 2 *
      intervalSeconds *
      holdings.reduce((sum, held) => sum + (held - to) * (held + to), 0),
    halfLifeSeconds: urgency === 0 ? undefined : intervalSeconds / urgency,
  };
}

/** kappa tau, from cosh(y) - 1 = 2 sinh^2(y / 2), which keeps its digits where cosh is nearly 1. */
function urgencyPerSlice(risk: number, impact: number): number {
  if (risk === 0) return 0;
  const urgency = Math.min(2 * Math.asinh(Math.sqrt(risk / impact) / 2), MOST_URGENT);
  return urgency < NOT_URGENT ? 0 : urgency;
}

/**
 * Holdings are convex in time, so that only the last slice can overshoot: then fewer slices are
 * taken.
 */
function reducingHoldings(
  from: number,
  to: number,
  slices: number,
  urgency: number,
): readonly number[] {
  for (let used = slices; used > 1; used -= 1) {
    const beforeLast = heldAfter(used - 1, from, to, used, urgency);
    if (beforeLast >= to)
      return Array.from({ length: slices }, (_, index) =>
        index + 1 < used ? Math.max(to, heldAfter(index + 1, from, to, used, urgency)) : to,
      );
  }
  return Array.from({ length: slices }, () => to);
}

/** Unrounded it may be below `to`, which is how an overshoot shows. */
const heldAfter = (
  slice: number,
  from: number,
  to: number,
  slices: number,
  urgency: number,
): number =>
  from * sinhRatio(slices - slice, slices, urgency) + to * sinhRatio(slice, slices, urgency);

/** sinh(u part) / sinh(u whole) without overflow. */
function sinhRatio(part: number, whole: number, urgency: number): number {
  if (urgency === 0) return part / whole;
  return (
    (Math.exp(urgency * (part - whole)) * Math.expm1(-2 * urgency * part)) /
    Math.expm1(-2 * urgency * whole)
  );
}

function checkProblem(problem: ExecutionProblem): void {
  requireWithin('from', problem.from, 0);
  requireWithin('to', problem.to, 0, problem.from);
  requireWithin('slices', problem.slices, 1, 100);
  if (!Number.isInteger(problem.slices))
    throw new InvariantError(`slices must be whole, was ${problem.slices}`);
  requireWithin('intervalSeconds', problem.intervalSeconds, 1e-3);
  requireWithin('sigmaPerSqrtSecond', problem.sigmaPerSqrtSecond, 0);
  requireWithin('temporaryImpact', problem.temporaryImpact, 0);
  requireWithin('permanentImpact', problem.permanentImpact, 0);
  requireWithin('fixedCost', problem.fixedCost, -1e15);
  requireWithin('riskAversion', problem.riskAversion, 0);
}
