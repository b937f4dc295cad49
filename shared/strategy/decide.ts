import type { Book } from '../domain/book.ts';
import type { HaltOrder } from '../domain/halt.ts';
import type { DesiredQuote, RequoteTolerance } from '../domain/order.ts';
import type { Parameters, ParameterVersion } from '../domain/parameters.ts';
import { type Reason, reason } from '../domain/reason.ts';
import { bpsToRatio } from '../domain/units.ts';
import type { MarketView } from '../domain/view.ts';
import type { BrainState, QuotedBasis } from './brain-state.ts';
import type { Draft } from './quotes/draft.ts';
import { gridAfter } from './grid-trading/grid-in-force.ts';
import type { Guardrail, GuardrailContext } from './guardrails/guardrail.ts';
import { oneSidedNearCap, slackWithinRoom, withinRoom } from './guardrails/inventory-cap.ts';
import { dailyLossLimit, sessionStopLoss } from './guardrails/loss-limits.ts';
import { marketSpread, spreadPause } from './guardrails/market-spread.ts';
import { quietWindows } from './guardrails/quiet-windows.ts';
import { staleBook } from './guardrails/stale-book.ts';
import { tailRisk } from './guardrails/tail-risk.ts';
import { volatilityBreaker } from './guardrails/volatility-breaker.ts';
import { keepReducing } from './quotes/keep-reducing.ts';
import { type DecisionFigures, type Learned, priceQuotes } from './quotes/price-quotes.ts';
import { readSignals, type Signals } from './signals/read-signals.ts';
import { gridTolerance, requoteTolerance } from './quotes/requote-tolerance.ts';
import { roundPrices, roundSizes } from './quotes/round-quotes.ts';
import type { ChosenSpread } from './models/choose-spread.ts';
import { limitTailRisk, type TailState } from './guardrails/tail-risk/tail-limiter.ts';
import { TAIL_SETTINGS } from './guardrails/tail-risk/tail-settings.ts';

export interface Decision {
  /** What should rest. Empty: nothing should, and the reasons say why. */
  readonly quotes: readonly DesiredQuote[];
  /** How far a resting order may be from what it should be before it is replaced. */
  readonly tolerance: RequoteTolerance;
  /** Undefined when there was no book. */
  readonly figures: DecisionFigures | undefined;
  readonly reasons: readonly Reason[];
  /** Trading must end until a person lifts it; nothing is quoted then. */
  readonly halt: HaltOrder | undefined;
  /**
   * The next look comes up to so much later, at random, so that nobody can wait for our quotes
   * (A13).
   */
  readonly delayUpToMs: number;
  /** How it came about, stage by stage; undefined when there was no book. */
  readonly stages: DecisionStages | undefined;
  /** To be handed to the next decision. */
  readonly state: BrainState;
}

/** What each stage made, for whoever wants to see the reasoning. */
export interface DecisionStages {
  readonly signals: Signals;
  readonly spread: ChosenSpread;
  readonly drafted: Draft;
  readonly guarded: Draft;
}

/**
 * Each can only remove, shrink, widen or halt, so the order changes the words and never adds risk.
 */
const GUARDRAILS: readonly Guardrail[] = [
  staleBook,
  marketSpread,
  quietWindows,
  sessionStopLoss,
  dailyLossLimit,
  volatilityBreaker,
  tailRisk,
  oneSidedNearCap,
];

/**
 * Look in, quotes out: estimators, fair value, target, spread model, skew, ladder, guardrails,
 * rounding. Pure. The room to the cap is measured at the rounded prices, since rounding an ask up
 * makes it worth more.
 */
export function decide(
  view: MarketView,
  state: BrainState,
  parameters: ParameterVersion,
): Decision {
  if (!view.book.ok) return blind(state, reason('no-book', view.book.failure));
  const book = view.book.value;
  const { values } = parameters;
  const learned = learn(view, book, state, parameters);
  const priced = priceQuotes(view, book, learned, values);
  const { figures, drafted } = priced;
  const context = contextOf(view, book, learned.state, parameters, figures);
  const guarded = GUARDRAILS.reduce((draft, guardrail) => guardrail(draft, context), drafted);
  const basis = {
    inventorySize: view.position.size,
    parameterVersion: parameters.version,
    targetRatio: figures.targetRatio,
  };
  const tolerance = toleranceOf(view, state.quoted, basis, values, figures);
  const roomy = withinRoom(roundPrices(guarded, view.spec, book), context);
  const fitting =
    values.spreadModel === 'grid'
      ? roomy
      : keepReducing(roomy, context, view.spec, view.position.size);
  const slack = slackWithinRoom(fitting.quotes, context, bpsToRatio(tolerance.maxAwayBps));
  const rounded = roundSizes(fitting, view.spec, slack);
  return {
    quotes: rounded.quotes,
    tolerance,
    figures,
    reasons: rounded.draft.reasons,
    halt: guarded.halt,
    delayUpToMs: learned.signals.delayUpToMs,
    stages: { signals: learned.signals, spread: priced.spread, drafted, guarded },
    state: {
      ...learned.state,
      solved: priced.spread.model.solved,
      quoted: quotedFrom(rounded.quotes, basis),
    },
  };
}

const toleranceOf = (
  { requestsLeftRatio }: MarketView,
  quoted: QuotedBasis | undefined,
  basis: QuotedBasis,
  parameters: Parameters,
  { spreadBps }: DecisionFigures,
): RequoteTolerance =>
  parameters.spreadModel === 'grid'
    ? gridTolerance()
    : requoteTolerance({ parameters, quoted, basis, spreadBps, requestsLeftRatio });

const quotedFrom = (quotes: readonly DesiredQuote[], basis: QuotedBasis): QuotedBasis | undefined =>
  quotes.length === 0 ? undefined : basis;

/** Nothing can be decided without a book: nothing may rest. */
const blind = (state: BrainState, why: Reason): Decision => ({
  quotes: [],
  tolerance: { maxAgeMs: 0, maxAwayBps: 0, maxTowardsBps: 0 },
  figures: undefined,
  reasons: [why],
  halt: undefined,
  delayUpToMs: 0,
  stages: undefined,
  state: { ...state, quoted: undefined },
});

/**
 * This market and all others that are quoted, as far as they are known; a correlation cap of 1 can
 * never be passed.
 */
const observeTail = (
  tail: TailState,
  { peers, spec, now }: MarketView,
  book: Book,
  { correlationCap }: Parameters,
): TailState =>
  limitTailRisk(tail, { ...peers, [spec.symbol]: { mid: book.mid, at: book.at } }, now, {
    ...TAIL_SETTINGS,
    correlationFrom: correlationCap,
    correlationTo: Math.min(
      1,
      correlationCap + TAIL_SETTINGS.correlationTo - TAIL_SETTINGS.correlationFrom,
    ),
  });

function learn(
  view: MarketView,
  book: Book,
  before: BrainState,
  { values }: ParameterVersion,
): Learned {
  const { state, signals } = readSignals(view, book, before, values);
  return {
    state: {
      ...state,
      tail: observeTail(state.tail, view, book, values),
      grid: gridAfter(state.grid, view, book.mid, values),
      pausedBySpread: spreadPause(state.pausedBySpread, book, values.maxMarketSpreadBps),
    },
    signals,
  };
}

function contextOf(
  view: MarketView,
  book: Book,
  state: BrainState,
  { values }: ParameterVersion,
  { fairValue, inventoryUsd, hourlyVolatility, capUsd }: DecisionFigures,
): GuardrailContext {
  return {
    now: view.now,
    book,
    parameters: values,
    capUsd,
    inventoryUsd,
    fairValue,
    hourlyVolatility,
    profit: view.profit,
    tail: state.tail,
    pausedBySpread: state.pausedBySpread,
  };
}
