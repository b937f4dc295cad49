import type { Book } from '../domain/venue/book.ts';
import type { DesiredQuote, RequoteTolerance } from '../domain/order/order.ts';
import type { Parameters, ParameterVersion } from '../domain/parameters/parameters.ts';
import { type Reason, reason } from '../domain/reason.ts';
import { bpsToRatio } from '../domain/units.ts';
import type { MarketView } from '../domain/venue/view.ts';
import { bookAgeMs } from './book-age.ts';
import { type BrainState, learn } from './brain-state.ts';
import type { Look } from './memory.ts';
import type { Decision } from './decision.ts';
import type { Draft } from './quotes/draft.ts';
import type { Guardrail, GuardrailContext } from './guardrails/guardrail.ts';
import { oneSidedNearCap, slackWithinRoom, withinRoom } from './guardrails/inventory-cap.ts';
import { dailyLossLimit, sessionStopLoss } from './guardrails/loss-limits.ts';
import { marketSpread } from './guardrails/market-spread.ts';
import { quietWindows } from './guardrails/quiet-windows.ts';
import { staleBook } from './guardrails/stale-book.ts';
import { tailRisk } from './guardrails/tail-risk.ts';
import { volatilityBreaker } from './guardrails/volatility-breaker.ts';
import { keepReducing } from './quotes/keep-reducing.ts';
import { type DecisionFigures, priceQuotes } from './quotes/price-quotes.ts';
import { readSignals } from './signals/read-signals.ts';
import { gridTolerance, type QuotedBasis, requoteTolerance } from './quotes/requote-tolerance.ts';
import { roundPrices, roundSizes } from './quotes/round-quotes.ts';

/**
 * Each can only remove, shrink, widen or halt, so the order changes the words and never adds risk.
 */
const GUARDRAILS: readonly Guardrail<keyof Parameters>[] = [
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
 * Look in, quotes out: signals, fair value, target, spread model, skew, ladder, guardrails,
 * rounding. Pure.
 */
export function decide(
  view: MarketView,
  before: BrainState,
  { version, values }: ParameterVersion,
): Decision {
  if (!view.book.ok) return blind(before, reason('no-book', view.book.failure));
  const book = view.book.value;
  const look = lookOf(view, book, before, values);
  const state = learn(before, look);
  const signals = readSignals(state, look, before);
  const priced = priceQuotes({ view, book, state, signals, parameters: values });
  const { figures, drafted, spread } = priced;
  const context = contextOf(look, state, figures);
  const guarded = GUARDRAILS.reduce((draft, guardrail) => guardrail(draft, context), drafted);
  const basis = {
    inventorySize: view.position.size,
    parameterVersion: version,
    targetRatio: figures.targetRatio,
  };
  const tolerance = toleranceOf(look, before.quoted, basis, figures);
  const { quotes, reasons } = roundedQuotes(guarded, look, context, tolerance);
  const [nearest, ...others] = quotes;
  const reckoned = {
    figures,
    stages: { signals, spread, drafted, guarded },
    reasons,
    state: {
      ...state,
      solved: spread.model.solved,
      quoted: nearest === undefined ? undefined : basis,
    },
  };
  if (guarded.halt !== undefined) return { kind: 'halt', order: guarded.halt, ...reckoned };
  const { delayUpToMs } = signals;
  return nearest === undefined
    ? { kind: 'stand-aside', sight: 'clear', delayUpToMs, ...reckoned }
    : { kind: 'quote', quotes: [nearest, ...others], tolerance, delayUpToMs, ...reckoned };
}

/** Nothing can be decided without a book: nothing may rest. */
const blind = (state: BrainState, why: Reason): Decision => ({
  kind: 'stand-aside',
  sight: 'blind',
  reasons: [why],
  state: { ...state, quoted: undefined },
});

type WholeLook = Look<keyof Parameters>;

const lookOf = (
  view: MarketView,
  book: Book,
  { last }: BrainState,
  parameters: Parameters,
): WholeLook => ({
  view,
  book,
  isFresh: Math.abs(bookAgeMs(book, view)) <= parameters.maxBookAgeMs,
  last,
  parameters,
});

const toleranceOf = (
  { view: { requestsLeftRatio }, parameters }: WholeLook,
  quoted: QuotedBasis | undefined,
  basis: QuotedBasis,
  { spreadBps }: DecisionFigures,
): RequoteTolerance =>
  parameters.spreadModel === 'grid'
    ? gridTolerance()
    : requoteTolerance({ parameters, quoted, basis, spreadBps, requestsLeftRatio });

/**
 * What the venue takes of what the guardrails left. The room to the cap is measured at the rounded
 * prices, since rounding an ask up makes it worth more.
 */
function roundedQuotes(
  guarded: Draft,
  { view: { spec, position }, book, parameters }: WholeLook,
  context: GuardrailContext<keyof Parameters>,
  { maxAwayBps }: RequoteTolerance,
): { readonly quotes: readonly DesiredQuote[]; readonly reasons: readonly Reason[] } {
  const roomy = withinRoom(roundPrices(guarded, spec, book), context);
  const fitting =
    parameters.spreadModel === 'grid' ? roomy : keepReducing(roomy, context, spec, position.size);
  return roundSizes(fitting, spec, slackWithinRoom(fitting, context, bpsToRatio(maxAwayBps)));
}

const contextOf = (
  { view: { now, profit, clockSkewMs }, book, parameters }: WholeLook,
  { tail, pausedBySpread }: BrainState,
  { fairValue, inventoryUsd, hourlyVolatility, capUsd }: DecisionFigures,
): GuardrailContext<keyof Parameters> => ({
  now,
  book,
  clockSkewMs,
  parameters,
  capUsd,
  inventoryUsd,
  fairValue,
  hourlyVolatility,
  profit,
  tail,
  pausedBySpread,
});
