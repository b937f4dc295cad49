import { opposite, signOf } from '../../domain/order/side.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { MarketTrade, QuoteFill } from '../../domain/venue/view.ts';
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
 * bought). O(1).
 * The total counts for no less than is usual here, nor than `leastUsd`: a few trades in a quiet
 * market are no flow.
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
 * How far both quotes shift, out of the takers' way with a positive gain (A11).
 * Units: bps of the fair value; `gain` is a share of the half-spread.
 * Source: R. Cont, A. Kukanov, S. Stoikov, J. Financial Econometrics 12 (2014); A. Cartea et al.
 * (2015), chapter 10.
 * @throws InvariantError when an argument is not finite or halfSpreadBps negative.
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
  // S4's text leans the other way, to meet the flow; but flow predicts the price for seconds, and
  // whoever meets it trades just before the price goes against him. A negative gain gives S4's way.
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
