import type { Book } from '../../domain/book.ts';
import type { Parameters } from '../../domain/parameters.ts';
import type { Reason } from '../../domain/reason.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/time.ts';
import { ratioToBps } from '../../domain/units.ts';
import { opposite } from '../../domain/side.ts';
import type { MarketTrade, MarketView, QuoteFill } from '../../domain/view.ts';
import type { BrainState } from '../brain-state.ts';
import { observeFills, OUTCOME_HALF_LIFE_MS } from '../calibration/observe-fills.ts';
import { readVolatility, observeVolatility, type VolatilityReading } from './read-volatility.ts';
import { observeDepth } from './book-depth.ts';
import { fillToxicity } from './fill-toxicity.ts';
import { markoutResponse } from './markout-response.ts';
import { microprice } from './microprice.ts';
import { observeReference } from './reference-price.ts';
import { observeTrade, takerImbalance } from './taker-imbalance.ts';

/** Everything the estimators say of one look; the factors only ever widen and shrink. */
export interface Signals {
  readonly volatility: VolatilityReading;
  readonly microprice: number;
  /** What the price is taken to be: our mid, moved towards the microprice and a reference. */
  readonly fairValue: number;
  /** -1, takers only sold, to 1, takers only bought. */
  readonly imbalance: number;
  /**
   * Factors of thin books, of quotes filled at once and of bad markouts on the spread, and their
   * product.
   */
  readonly widening: {
    readonly depth: number;
    readonly toxicity: number;
    readonly markout: number;
    readonly product: number;
  };
  /** Share of quotes filled before the next look; undefined while too few were placed. */
  readonly fillRate: number | undefined;
  /** Factor of the volatility regime and of bad markouts on every size. */
  readonly sizeFactor: number;
  readonly delayUpToMs: number;
  readonly reasons: readonly Reason[];
}

const DEPTH = { withinBps: 20, halfLifeMs: 30 * MINUTE_MS, thinBelow: 0.25, maxWidening: 2 };
const REFERENCE = {
  halfLifeMs: HOUR_MS,
  believedAfterMs: 5 * MINUTE_MS,
  maxAgeMs: 2000,
  maxUnchangedMs: MINUTE_MS,
  sigmas: 6,
  maxShiftBps: 20,
  trust: 0.5,
};
const TOXICITY = { halfLifeMs: OUTCOME_HALF_LIFE_MS, leastQuotes: 10, toxicWidening: 1.5 };

const REGIME_INDEX = { low: 0, medium: 1, high: 2 } as const;

/** The factor of the volatility regime out of a list for low, medium and high (A10). */
export const byRegime = (
  factors: readonly [number, number, number],
  { regime }: Pick<VolatilityReading, 'regime'>,
): number => factors[REGIME_INDEX[regime]];

/**
 * One look into every estimator, and what they say then (A10-A13, A17, A18). A stale book teaches
 * nothing: it would be counted twice.
 */
export function readSignals(
  view: MarketView,
  book: Book,
  before: BrainState,
  parameters: Parameters,
): { readonly state: BrainState; readonly signals: Signals } {
  const mid = book.mid;
  const isFresh = Math.abs(view.now - book.at) <= parameters.maxBookAgeMs;
  const learned = observeFlow(
    view,
    observeFills(view, isFresh ? observeVolatility(before, mid, book.at) : before),
    parameters,
  );
  const volatility = readVolatility(learned, view.venueHourlyVolatility, parameters);
  const depth = observeDepth(learned.depth, book, DEPTH);
  const reference = observeReference(
    learned.reference,
    { mid, reference: view.reference, now: view.now },
    REFERENCE,
  );
  const toxicity = fillToxicity(learned.outcomes, view.now, {
    ...TOXICITY,
    toxicFillRate: parameters.toxicFillRate,
  });
  const markout = markoutResponse(view.averageMarkoutBps);
  const micro = microprice(book);
  const widening = {
    depth: depth.widening,
    toxicity: toxicity.widening,
    markout: markout.spreadFactor,
  };
  return {
    state: {
      ...learned,
      last: { at: view.now, mid },
      regime: volatility.regime,
      depth: isFresh ? depth.state : learned.depth,
      reference: view.reference === undefined ? learned.reference : reference.state,
    },
    signals: {
      volatility,
      microprice: micro,
      fairValue: reference.fairValue + parameters.micropriceWeight * (micro - mid),
      imbalance: takerImbalance(learned.flow, view.now, {
        halfLifeMs: parameters.flowHalfLifeMs,
        leastUsd: parameters.quoteSizeUsd,
      }),
      widening: { ...widening, product: widening.depth * widening.toxicity * widening.markout },
      fillRate: toxicity.fillRate,
      sizeFactor: byRegime(parameters.sizeMultipliers, volatility) * markout.sizeFactor,
      delayUpToMs: toxicity.delay ? parameters.jitterMs : 0,
      reasons: [
        ...volatility.reasons,
        ...said(depth.widening > 1 ? depth.reason : undefined),
        ...said(view.reference === undefined ? undefined : reference.reason),
        ...said(toxicity.reason),
        ...said(markout.reason),
      ],
    },
  };
}

const said = (why: Reason | undefined): readonly Reason[] => (why === undefined ? [] : [why]);

function observeFlow(
  view: MarketView,
  state: BrainState,
  { flowHalfLifeMs }: Parameters,
): BrainState {
  const trades = view.trades ?? view.fills.map(takenFrom);
  if (trades.length === 0) return state;
  return {
    ...state,
    flow: trades.reduce(
      (flow, trade) => observeTrade(flow, trade, view.now, flowHalfLifeMs),
      state.flow,
    ),
  };
}

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

/**
 * What one hour's volatility is over the square root of a second, in bps: the unit of the spread
 * models.
 */
export const sigmaBps = (hourlyVolatility: number): number =>
  ratioToBps(hourlyVolatility) / Math.sqrt(HOUR_MS / 1000);
