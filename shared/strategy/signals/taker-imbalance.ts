import { opposite, signOf } from '../../domain/side.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { MarketTrade, QuoteFill } from '../../domain/view.ts';
import { requireAtLeast, requireFinite, requirePositive } from '../../math/require.ts';
import { keptAfter, VAST_USD } from '../../math/decay.ts';
import { isAmount, isNumber, maybe, recordOf } from '../plain-data.ts';
import { short } from '../shown.ts';
import type { Said, Signal } from './signal.ts';

/** Plain data: exponentially weighted volumes in USD. */
export interface TakerFlow {
  readonly at: number | undefined;
  /** Time of the first trade. */
  readonly since: number;
  /** Bought less sold. */
  readonly signedUsd: number;
  readonly totalUsd: number;
  /** All volume, forgotten SLOWNESS times more slowly: what is usual here. */
  readonly slowUsd: number;
}

export const NO_FLOW: TakerFlow = {
  at: undefined,
  since: 0,
  signedUsd: 0,
  totalUsd: 0,
  slowUsd: 0,
};

const SLOWNESS = 20;

/**
 * One more trade into the flow (A11). O(1). Trades may come late and in any order: each counts by
 * its age. One from the future counts as from now; one of more than 1e15 USD as that. `halfLifeMs`
 * is the micro-window.
 * @throws InvariantError unless halfLifeMs is finite and above zero.
 */
export function observeTrade(
  state: TakerFlow,
  trade: MarketTrade,
  now: EpochMs,
  halfLifeMs: number,
): TakerFlow {
  requirePositive('halfLifeMs', halfLifeMs);
  const at = Math.min(trade.at, now);
  const usd = Math.min(trade.price * trade.size, VAST_USD);
  if (state.at === undefined)
    return { at, since: at, signedUsd: signOf(trade.side) * usd, totalUsd: usd, slowUsd: usd };
  const [kept, slowKept] = [
    keptAfter(at - state.at, halfLifeMs),
    keptAfter(at - state.at, SLOWNESS * halfLifeMs),
  ];
  const counted = usd * keptAfter(state.at - at, halfLifeMs);
  return {
    at: Math.max(state.at, at),
    since: Math.min(state.since, at),
    signedUsd: state.signedUsd * kept + signOf(trade.side) * counted,
    totalUsd: state.totalUsd * kept + counted,
    slowUsd: state.slowUsd * slowKept + usd * keptAfter(state.at - at, SLOWNESS * halfLifeMs),
  };
}

/**
 * Signed taker volume over total volume, both exponentially weighted, from -1 (all sold) to 1 (all
 * bought). The total is never taken for less than is usual here over such a time, nor than
 * `leastUsd` (such as the size of our quote): a few trades in a quiet market are no flow, and
 * silence decays to 0. O(1).
 * @throws InvariantError when halfLifeMs is not above zero or leastUsd is negative.
 */
export function takerImbalance(
  state: TakerFlow,
  now: EpochMs,
  { halfLifeMs, leastUsd }: { readonly halfLifeMs: number; readonly leastUsd: number },
): number {
  requirePositive('halfLifeMs', halfLifeMs);
  requireAtLeast('leastUsd', leastUsd, 0);
  if (state.at === undefined) return 0;
  const kept = keptAfter(now - state.at, halfLifeMs);
  const observed = 1 - keptAfter(now - state.since, SLOWNESS * halfLifeMs);
  const usualUsd =
    (state.slowUsd * keptAfter(now - state.at, SLOWNESS * halfLifeMs)) / (SLOWNESS * observed);
  const against = Math.max(state.totalUsd * kept, usualUsd, leastUsd);
  return against > 0 ? (state.signedUsd * kept) / against : 0;
}

/** However large the gain, half of the half-spread stays on the side that is stepped towards. */
const MOST_SHARE = 0.5;

/**
 * How far both quotes shift, in bps of the fair value (A11). With a positive gain, the default,
 * takers' buying shifts both UP: we step away from the side about to be hit and do not sell cheap
 * to those who know more. S4's text leans the other way, to meet the flow; but order flow moves and
 * predicts the price for seconds, so that whoever meets it buys and sells just before the price
 * goes against him (adverse selection). Sources: R. Cont, A. Kukanov, S. Stoikov, "The price impact
 * of order book events", Journal of Financial Econometrics 12 (2014); A. Cartea, S. Jaimungal, J.
 * Penalva, "Algorithmic and High-Frequency Trading" (2015), chapter 10. A negative gain gives S4's
 * direction. `gain` is a share of the half-spread at imbalance 1; the shift is at most half of the
 * half-spread. `imbalance` is clamped to [-1, 1].
 * @throws InvariantError when an argument is not finite or halfSpreadBps is negative.
 */
export function flowShiftBps({
  imbalance,
  gain,
  halfSpreadBps,
}: {
  readonly imbalance: number;
  readonly gain: number;
  readonly halfSpreadBps: number;
}): number {
  requireFinite('imbalance', imbalance);
  requireFinite('gain', gain);
  requireAtLeast('halfSpreadBps', halfSpreadBps, 0);
  const share = gain * Math.max(-1, Math.min(1, imbalance));
  return share === 0 ? 0 : Math.max(-MOST_SHARE, Math.min(MOST_SHARE, share)) * halfSpreadBps;
}

export interface FlowReading extends Said {
  /** -1, takers only sold, to 1, takers only bought. */
  readonly imbalance: number;
}

export const flow: Signal<TakerFlow, FlowReading, 'flowHalfLifeMs' | 'quoteSizeUsd'> = {
  version: 1,
  initial: NO_FLOW,
  isState: recordOf<TakerFlow>({
    at: maybe(isAmount),
    since: isAmount,
    signedUsd: isNumber,
    totalUsd: isAmount,
    slowUsd: isAmount,
  }),
  observe: (state, { view, parameters: { flowHalfLifeMs } }) =>
    (view.trades ?? view.fills.map(takenFrom)).reduce(
      (known, trade) => observeTrade(known, trade, view.now, flowHalfLifeMs),
      state,
    ),
  read: (state, { view, parameters: { flowHalfLifeMs, quoteSizeUsd } }) => ({
    imbalance: takerImbalance(state, view.now, {
      halfLifeMs: flowHalfLifeMs,
      leastUsd: quoteSizeUsd,
    }),
    reasons: [],
  }),
  explain: ({ imbalance }) => [['taker imbalance', `${short(imbalance)} (-1 sold, 1 bought)`]],
};

/**
 * Where nobody else's trades are shown our own fills are all that is seen of takers: who filled our
 * bid sold.
 */
const takenFrom = ({ at, side, price, size }: QuoteFill): MarketTrade => ({
  at,
  side: opposite(side),
  price,
  size,
});
