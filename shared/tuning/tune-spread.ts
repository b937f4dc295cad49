import { InvariantError } from '../domain/failure.ts';
import { reason, type Reason } from '../domain/reason.ts';

/**
 * What the fills at one base spread earned, looked at once. In bps of notional per fill; positive
 * is in our favour.
 */
export interface SpreadEvaluation {
  /** The base spread (full, in bps) they were quoted at. */
  readonly baseSpreadBps: number;
  /**
   * Mean 30 s markout of the maker fills of the last 24 h, or since the base spread last changed if
   * that is later, before fees.
   */
  readonly realisedSpreadBps: number;
  /** Of that mean. */
  readonly standardErrorBps: number;
  /** Maker fills it is made of. */
  readonly fills: number;
}

export interface TunerBounds {
  /** The tuner sets no base spread outside these. */
  readonly minBps: number;
  readonly maxBps: number;
  /** Signed, a cost is positive: nor one that does not pay for both sides of a round trip. */
  readonly makerFeeBps: number;
  readonly widenStepBps: number;
  readonly narrowStepBps: number;
  /** Fewer say nothing. */
  readonly minFills: number;
  /** Evaluations in a row, this one included, that must agree before the spread is narrowed. */
  readonly evaluationsToNarrow: number;
  /** How many standard errors a mean must be above what it has to be above. */
  readonly standardErrors: number;
}

interface SpreadTuning {
  readonly kind: 'keep' | 'widen' | 'narrow';
  readonly baseSpreadBps: number;
  readonly reason: Reason;
}

/**
 * 5 bps wider is S3's step; narrowing is slower, for a loss must be seen to be undone and a gain
 * foregone costs little.
 */
export const TUNER_STEPS = {
  widenStepBps: 5,
  narrowStepBps: 1,
  minFills: 50,
  evaluationsToNarrow: 3,
  standardErrors: 2,
} as const;

/**
 * The tuner's rule (A14, S3): a negative realised spread widens the base spread by 5 bps; one that
 * is positive several times in a row, and by more than chance and the fee explain even after the
 * step, narrows it by a smaller one. At most one step, never outside the bounds nor below the fees
 * of a round trip; too few fills say nothing. A spread that was set below the bounds is walked up
 * to them, one above is only ever narrowed.
 * @param history earlier evaluations, oldest first; only those at the same base spread, unbroken to
 * the end, count.
 * @throws InvariantError naming the argument that is not finite, negative, or reversed.
 */
export function tuneSpread(
  now: SpreadEvaluation,
  bounds: TunerBounds,
  history: readonly SpreadEvaluation[],
): SpreadTuning {
  requireValid(now, bounds, history);
  const { baseSpreadBps: current, realisedSpreadBps } = now;
  const lowest = Math.max(bounds.minBps, 2 * bounds.makerFeeBps);
  if (now.fills < bounds.minFills)
    return keep(now, 'too-few-fills', `fewer than ${bounds.minFills} fills say nothing`);
  if (lowest > bounds.maxBps) {
    return keep(
      now,
      'no-room',
      `a round trip's fees ask for ${tidy(lowest)} bps, more than the bound of ${bounds.maxBps} bps`,
    );
  }
  if (realisedSpreadBps >= 0 && current >= lowest)
    return narrowOrKeep(now, bounds, history, lowest);
  const isLosing = realisedSpreadBps < 0;
  const wider = Math.min(isLosing ? bounds.maxBps : lowest, tidy(current + bounds.widenStepBps));
  if (wider <= current)
    return keep(now, 'at-upper-bound', `negative, but not below the bound of ${bounds.maxBps} bps`);
  const why = isLosing
    ? 'the realised spread is negative'
    : `it was below the least of ${tidy(lowest)} bps`;
  return {
    kind: 'widen',
    baseSpreadBps: wider,
    reason: reason('widened', `widened to ${wider} bps, ${why}: ${figuresOf(now)}`),
  };
}

function narrowOrKeep(
  now: SpreadEvaluation,
  bounds: TunerBounds,
  history: readonly SpreadEvaluation[],
  lowest: number,
): SpreadTuning {
  const narrower = Math.max(lowest, tidy(now.baseSpreadBps - bounds.narrowStepBps));
  if (narrower >= now.baseSpreadBps)
    return keep(now, 'at-lower-bound', `not negative, and at the least of ${tidy(lowest)} bps`);
  const inARow = positiveInARow([...history, now], now.baseSpreadBps, bounds);
  if (inARow < bounds.evaluationsToNarrow) {
    return keep(
      now,
      'not-persistent',
      `positive ${inARow} times in a row of the ${bounds.evaluationsToNarrow} needed`,
    );
  }
  const hurdleBps = Math.max(0, bounds.makerFeeBps) + (now.baseSpreadBps - narrower) / 2;
  const surelyBps = now.realisedSpreadBps - bounds.standardErrors * now.standardErrorBps;
  const comparison = `less ${bounds.standardErrors} standard errors it is ${short(surelyBps)} bps, against ${short(hurdleBps)} bps for the fee and the step`;
  if (surelyBps <= hurdleBps) return keep(now, 'not-significant', comparison);
  const text = `narrowed to ${narrower} bps, positive ${inARow} times in a row; ${comparison}: ${figuresOf(now)}`;
  return { kind: 'narrow', baseSpreadBps: narrower, reason: reason('narrowed', text) };
}

function positiveInARow(
  evaluations: readonly SpreadEvaluation[],
  baseSpreadBps: number,
  { minFills }: TunerBounds,
): number {
  const lastOther = evaluations.findLastIndex(
    (one) =>
      one.baseSpreadBps !== baseSpreadBps || one.fills < minFills || one.realisedSpreadBps <= 0,
  );
  return evaluations.length - 1 - lastOther;
}

const keep = (now: SpreadEvaluation, code: string, why: string): SpreadTuning => ({
  kind: 'keep',
  baseSpreadBps: now.baseSpreadBps,
  reason: reason(code, `kept at ${tidy(now.baseSpreadBps)} bps, ${why}: ${figuresOf(now)}`),
});

const figuresOf = ({
  realisedSpreadBps,
  standardErrorBps,
  fills,
  baseSpreadBps,
}: SpreadEvaluation): string =>
  `realised spread ${short(realisedSpreadBps)} bps, standard error ${short(standardErrorBps)}, over ${fills} fills at ${tidy(baseSpreadBps)} bps`;

/** Takes the float dust off a sum of decimals that people read and edit. */
const tidy = (value: number): number => Math.round(value * 1e6) / 1e6;

const short = (value: number): number => Number(value.toPrecision(3));

function requireValid(
  now: SpreadEvaluation,
  bounds: TunerBounds,
  history: readonly SpreadEvaluation[],
): void {
  for (const [name, value] of [now, bounds, ...history].flatMap((one) => Object.entries(one))) {
    if (!Number.isFinite(value)) throw new InvariantError(`${name} must be finite, was ${value}`);
    const isSigned = name === 'realisedSpreadBps' || name === 'makerFeeBps';
    if (!isSigned && value < 0)
      throw new InvariantError(`${name} must not be negative, was ${value}`);
  }
  if (bounds.minBps > bounds.maxBps)
    throw new InvariantError(
      `minBps must not be above maxBps, was ${bounds.minBps} above ${bounds.maxBps}`,
    );
}
