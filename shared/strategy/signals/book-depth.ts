import type { Book } from '../../domain/venue/book.ts';
import { type Reason, reason } from '../../domain/reason.ts';
import { bpsToRatio } from '../../domain/units.ts';
import { requireAtLeast, requirePositive, requireWithin } from '../../math/require.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import { keptAfter, VAST_USD } from '../../math/decay.ts';
import { isAmount, maybe, recordOf } from '../plain-data.ts';
import { short } from '../shown.ts';
import { because, type Said, type Signal } from './signal.ts';

/**
 * Plain data: what rests now on each side, in USD, and sums of what rested before; sum / weight is
 * the average.
 */
export interface DepthAverage {
  readonly at: number | undefined;
  readonly bidUsd: number;
  readonly askUsd: number;
  readonly bidSum: number;
  readonly askSum: number;
  /** 1 - 0.5^(time watched / half-life). */
  readonly weight: number;
}

export const NO_DEPTH: DepthAverage = {
  at: undefined,
  bidUsd: 0,
  askUsd: 0,
  bidSum: 0,
  askSum: 0,
  weight: 0,
};

export interface DepthSettings {
  /** Only what rests so near to the mid counts, in bps of it. */
  readonly withinBps: number;
  readonly halfLifeMs: number;
  /** Share of the average below which a side is thin, 0 to 1. */
  readonly thinBelow: number;
  /** At least 1. */
  readonly maxWidening: number;
}

export interface DepthReading {
  readonly state: DepthAverage;
  /** Factor for the spread, 1 to maxWidening. */
  readonly widening: number;
  /** Undefined when the depth is as usual. */
  readonly reason: Reason | undefined;
}

/** About a seventh of the half-life must have been watched before anything is called unusual. */
const BELIEVED_WEIGHT = 0.1;

/**
 * How thin the book is near the mid against its average, and the factor on the spread (A18).
 * 1 and a reason when that is unknown. A book not later than the last teaches nothing.
 * Source: B. Toth et al., Physical Review X 1 (2011).
 * @throws InvariantError when a setting is out of range.
 */
export function observeDepth(
  state: DepthAverage,
  book: Book,
  settings: DepthSettings,
): DepthReading {
  requireSettings(settings);
  const mid = book.mid;
  const bidUsd = sideUsd(book.bids, mid, settings.withinBps);
  const askUsd = sideUsd(book.asks, mid, settings.withinBps);
  if (bidUsd === undefined || askUsd === undefined)
    return {
      state,
      widening: 1,
      reason: reason('depth-unknown', 'the book does not say how much rests near the mid'),
    };
  const aged = age(state, book.at, settings.halfLifeMs);
  const isNew = state.at === undefined || book.at > state.at;
  return {
    state: isNew ? { ...aged, at: book.at, bidUsd, askUsd } : state,
    ...judge(aged, bidUsd, askUsd, settings),
  };
}

function requireSettings({ withinBps, halfLifeMs, thinBelow, maxWidening }: DepthSettings): void {
  requirePositive('withinBps', withinBps);
  requirePositive('halfLifeMs', halfLifeMs);
  requireWithin('thinBelow', thinBelow, 0, 1);
  requireAtLeast('maxWidening', maxWidening, 1);
}

/** Undefined when one of the sizes that count is, or when there is but one level. */
function sideUsd(levels: Book['bids'], mid: number, withinBps: number): number | undefined {
  if (levels.length < 2) return undefined;
  const farthest = mid * bpsToRatio(withinBps);
  let total = 0;
  for (const level of levels) {
    if (Math.abs(level.price - mid) > farthest) break;
    if (level.size === undefined) return undefined;
    total += level.price * level.size;
  }
  return Math.min(total, VAST_USD);
}

/**
 * What rested until now goes into the average for the time it rested. Source: A. Eckner,
 * "Algorithms for unevenly spaced time series" (2017), EMA_last.
 */
function age(state: DepthAverage, now: number, halfLifeMs: number): DepthAverage {
  if (state.at === undefined) return state;
  const kept = keptAfter(now - state.at, halfLifeMs);
  return {
    ...state,
    bidSum: state.bidSum * kept + state.bidUsd * (1 - kept),
    askSum: state.askSum * kept + state.askUsd * (1 - kept),
    weight: state.weight * kept + 1 - kept,
  };
}

function judge(
  { bidSum, askSum, weight }: DepthAverage,
  bidUsd: number,
  askUsd: number,
  { thinBelow, maxWidening }: DepthSettings,
): Pick<DepthReading, 'widening' | 'reason'> {
  if (weight < BELIEVED_WEIGHT)
    return { widening: 1, reason: reason('depth-unknown', 'the usual depth is not known yet') };
  const [bidShare, askShare] = [shareOf(bidUsd, bidSum / weight), shareOf(askUsd, askSum / weight)];
  const share = Math.min(bidShare, askShare);
  if (share >= thinBelow) return { widening: 1, reason: undefined };
  // The impact of a trade grows with the root of its size over the depth.
  const widening = Math.min(maxWidening, Math.sqrt(thinBelow / share));
  const [side, shown] = [bidShare < askShare ? 'bid' : 'ask', (share * 100).toFixed(0)];
  return {
    widening,
    reason: reason(
      'thin-book',
      `${side} depth is ${shown} % of its average: spread x ${widening.toFixed(2)}`,
    ),
  };
}

/** Where nothing ever rested, nothing is missing. */
const shareOf = (usd: number, average: number): number => (average > 0 ? usd / average : 1);

const SETTINGS = { withinBps: 20, halfLifeMs: 30 * MINUTE_MS, thinBelow: 0.25, maxWidening: 2 };

export const depth: Signal<DepthAverage, Said & { readonly widening: number }> = {
  version: 1,
  initial: NO_DEPTH,
  isState: recordOf<DepthAverage>({
    at: maybe(isAmount),
    bidUsd: isAmount,
    askUsd: isAmount,
    bidSum: isAmount,
    askSum: isAmount,
    weight: isAmount,
  }),
  observe: (state, { book, isFresh }) =>
    isFresh ? observeDepth(state, book, SETTINGS).state : state,
  // Against what was usual before this book.
  read: (_, { book }, before) => {
    const { widening, reason: why } = observeDepth(before, book, SETTINGS);
    return { widening, reasons: widening > 1 ? because(why) : [] };
  },
  explain: ({ widening }) => [['book depth', `spread x ${short(widening)}`]],
};
