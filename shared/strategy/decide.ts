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

/** What to do with the market now, why, and what was learned. */
export type Decision = ToQuote | ToStandAside | ToHalt;

/** A decision that had a book. */
export type DecisionWithBook = Extract<Decision, Reckoned>;

interface Decided {
  readonly reasons: readonly Reason[];
  /** To be handed to the next decision. */
  readonly state: BrainState;
}

/** Made from a book. */
interface Reckoned extends Decided {
  readonly figures: DecisionFigures;
  /** How it came about, stage by stage. */
  readonly stages: DecisionStages;
}

interface ToQuote extends Reckoned {
  readonly kind: 'quote';
  /** What should rest, and nothing else. */
  readonly quotes: readonly [DesiredQuote, ...DesiredQuote[]];
  /** How far a resting order may be from what it should be before it is replaced. */
  readonly tolerance: RequoteTolerance;
  /** The next look comes later by up to this, at random, so that nobody can wait for it (A13). */
  readonly delayUpToMs: number;
}

/** Nothing should rest: what the book says forbids it, or there is no book that says anything. */
type ToStandAside =
  | (Reckoned & {
      readonly kind: 'stand-aside';
      readonly sight: 'clear';
      /** As of a decision to quote. */
      readonly delayUpToMs: number;
    })
  | (Decided & { readonly kind: 'stand-aside'; readonly sight: 'blind' });

/** Nothing should rest, and trading must end until a person lifts it. */
interface ToHalt extends Reckoned {
  readonly kind: 'halt';
  readonly order: HaltOrder;
}

/** The figures of a decision; undefined when there was no book to take them from. */
export const figuresOf = (decision: Decision): DecisionFigures | undefined =>
  decision.kind === 'stand-aside' && decision.sight === 'blind' ? undefined : decision.figures;

/** What should rest by a decision, and how far a resting order may be from it. */
export const wantedOf = (
  decision: Decision,
): { readonly quotes: readonly DesiredQuote[]; readonly tolerance: RequoteTolerance } =>
  decision.kind === 'quote' ? decision : NOTHING_WANTED;

const NOTHING_WANTED = { quotes: [], tolerance: { maxAgeMs: 0, maxAwayBps: 0, maxTowardsBps: 0 } };

/** By how much the look after a decision may be delayed at random, in ms. */
export const delayUpToMsOf = (decision: Decision): number =>
  'delayUpToMs' in decision ? decision.delayUpToMs : 0;

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
  const slack = slackWithinRoom(fitting, context, bpsToRatio(tolerance.maxAwayBps));
  const { quotes, reasons } = roundSizes(fitting, view.spec, slack);
  const [nearest, ...others] = quotes;
  const reckoned = {
    figures,
    stages: { signals: learned.signals, spread: priced.spread, drafted, guarded },
    reasons,
    state: {
      ...learned.state,
      solved: priced.spread.model.solved,
      quoted: nearest === undefined ? undefined : basis,
    },
  };
  if (guarded.halt !== undefined) return { kind: 'halt', order: guarded.halt, ...reckoned };
  const { delayUpToMs } = learned.signals;
  return nearest === undefined
    ? { kind: 'stand-aside', sight: 'clear', delayUpToMs, ...reckoned }
    : { kind: 'quote', quotes: [nearest, ...others], tolerance, delayUpToMs, ...reckoned };
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

/** Nothing can be decided without a book: nothing may rest. */
const blind = (state: BrainState, why: Reason): Decision => ({
  kind: 'stand-aside',
  sight: 'blind',
  reasons: [why],
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
