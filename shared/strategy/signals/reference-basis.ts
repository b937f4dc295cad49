import { type Reason, reason } from '../../domain/reason.ts';
import { bpsToRatio, type EpochMs, type Price, ratioToBps } from '../../domain/units.ts';
import type { TimedMid } from '../../domain/venue/view.ts';
import { requireAtLeast, requirePositive, requireWithin } from '../../math/require.ts';
import { keptAfter, requireHorizon, withEvidence } from '../../math/decay.ts';

/** Plain data. Basis and deviations are logarithms of our mid over the reference's. */
export interface ReferenceBasis {
  /** Time of the last pair of mids that was learned from; undefined when none was. */
  readonly at: number | undefined;
  readonly basis: number;
  readonly variance: number;
  readonly weight: number;
  readonly evidenceMs: number;
  readonly lastMid: number | undefined;
  readonly changedAt: number;
  readonly refusedSince: number | undefined;
}

export const NO_REFERENCE: ReferenceBasis = {
  at: undefined,
  basis: 0,
  variance: 0,
  weight: 0,
  evidenceMs: 0,
  lastMid: undefined,
  changedAt: 0,
  refusedSince: undefined,
};

export interface ReferenceSettings {
  /** Of the basis and its variance. */
  readonly halfLifeMs: number;
  /**
   * The reference says nothing before so much (faded) time was seen with it; also how long another
   * basis must last to be learned anew.
   */
  readonly believedAfterMs: number;
  readonly maxAgeMs: number;
  /**
   * A reference that has not moved for so long is taken for frozen, whatever its timestamps say.
   */
  readonly maxUnchangedMs: number;
  /** A basis further from its average than so many standard deviations is not believed... */
  readonly sigmas: number;
  /** ...nor one further than so many bps. */
  readonly maxShiftBps: number;
  /** 0: our mid alone; 1: the reference's view alone. */
  readonly trust: number;
}

export interface ReferenceReading {
  readonly state: ReferenceBasis;
  readonly fairValue: number;
  /** Why the reference was ignored, and the fair value is our mid. */
  readonly reason: Reason | undefined;
}

/** A basis that never moved must not make the first tick a jump: 0.1 bps. */
const LEAST_SIGMA = 1e-5;

/**
 * Fair value from a venue that leads: mid x (reference x e^basis / mid)^trust, at most trust x
 * maxShiftBps from our mid (Build 3).
 * Our mid, with a reason, while the reference is missing, old, frozen, far from its basis or new.
 * Source: J. Hasbrouck, Journal of Finance 50 (1995).
 * @throws InvariantError when a setting is out of range.
 */
export function observeReference(
  state: ReferenceBasis,
  {
    mid,
    reference,
    now,
  }: { readonly mid: Price; readonly reference: TimedMid | undefined; readonly now: EpochMs },
  settings: ReferenceSettings,
): ReferenceReading {
  requireSettings(settings);
  if (reference === undefined)
    return {
      state,
      fairValue: mid,
      reason: reason('reference-missing', 'there is no reference price'),
    };
  const ageMs = Math.abs(now - reference.at);
  if (ageMs > settings.maxAgeMs)
    return {
      state,
      fairValue: mid,
      reason: reason('reference-stale', `the reference is ${ageMs} ms old`),
    };
  const seen =
    reference.mid === state.lastMid ? state : { ...state, lastMid: reference.mid, changedAt: now };
  const unchangedMs = now - seen.changedAt;
  if (unchangedMs > settings.maxUnchangedMs)
    return {
      state: seen,
      fairValue: mid,
      reason: reason('reference-frozen', `the reference has not moved for ${unchangedMs} ms`),
    };
  return judge(seen, mid, Math.log(mid) - Math.log(reference.mid), now, settings);
}

function requireSettings(settings: ReferenceSettings): void {
  requireHorizon(settings);
  requireAtLeast('maxAgeMs', settings.maxAgeMs, 0);
  requireAtLeast('maxUnchangedMs', settings.maxUnchangedMs, 0);
  requirePositive('sigmas', settings.sigmas);
  requirePositive('maxShiftBps', settings.maxShiftBps);
  requireWithin('trust', settings.trust, 0, 1);
}

function judge(
  state: ReferenceBasis,
  mid: Price,
  basis: number,
  now: EpochMs,
  settings: ReferenceSettings,
): ReferenceReading {
  if (state.at === undefined) return learning({ ...state, at: now, basis }, mid);
  const isBelieved = state.evidenceMs >= settings.believedAfterMs;
  const most = bpsToRatio(settings.maxShiftBps);
  const limit = isBelieved
    ? Math.min(most, settings.sigmas * Math.max(LEAST_SIGMA, Math.sqrt(state.variance)))
    : most;
  const deviation = basis - state.basis;
  if (Math.abs(deviation) > limit) return refused(state, mid, basis, now, limit, settings);
  const learned = {
    ...learn(state, deviation, now - state.at, now, settings),
    refusedSince: undefined,
  };
  return isBelieved
    ? { state: learned, fairValue: mid * Math.exp(-settings.trust * deviation), reason: undefined }
    : learning(learned, mid);
}

const learning = (state: ReferenceBasis, mid: Price): ReferenceReading => ({
  state,
  fairValue: mid,
  reason: reason('reference-learning', 'the basis to the reference is not known yet'),
});

/** A basis that stays away is a new one. */
function refused(
  state: ReferenceBasis,
  mid: Price,
  basis: number,
  now: EpochMs,
  limit: number,
  { believedAfterMs }: ReferenceSettings,
): ReferenceReading {
  const refusedSince = state.refusedSince ?? now;
  if (now - refusedSince >= believedAfterMs)
    return learning(
      { ...NO_REFERENCE, lastMid: state.lastMid, changedAt: state.changedAt, at: now, basis },
      mid,
    );
  const [away, allowed] = [
    ratioToBps(basis - state.basis).toFixed(2),
    ratioToBps(limit).toFixed(2),
  ];
  const why = reason(
    'reference-jump',
    `the basis is ${away} bps from its average, more than ${allowed}`,
  );
  return { state: { ...state, refusedSince }, fairValue: mid, reason: why };
}

/**
 * Exponentially weighted mean and variance. Source: T. Finch, "Incremental calculation of weighted
 * mean and variance" (2009), section 9.
 */
function learn(
  state: ReferenceBasis,
  deviation: number,
  elapsedMs: number,
  now: EpochMs,
  settings: ReferenceSettings,
): ReferenceBasis {
  const kept = keptAfter(elapsedMs, settings.halfLifeMs);
  if (kept === 1) return state;
  const weight = state.weight * kept + 1 - kept;
  const share = (1 - kept) / weight;
  return {
    ...state,
    at: now,
    basis: state.basis + share * deviation,
    variance: (1 - share) * (state.variance + share * deviation * deviation),
    weight,
    evidenceMs: withEvidence(state.evidenceMs, kept, elapsedMs, settings.believedAfterMs),
  };
}
