import { midOf, type Book } from '../domain/book.ts';
import type { BrainState } from '../domain/brain-state.ts';
import type { DesiredQuote } from '../domain/order.ts';
import type { ParameterVersion } from '../domain/parameters.ts';
import { type Reason, reason } from '../domain/reason.ts';
import { SIDES, signOf } from '../domain/side.ts';
import { bpsToRatio, type Price } from '../domain/units.ts';
import type { MarketView } from '../domain/view.ts';
import type { Draft, DraftQuote } from './draft.ts';
import { cautiousVolatility, hourlyVolatility, observeMid } from './estimate-volatility.ts';
import type { Guardrail } from './guardrails/guardrail.ts';
import { oneSidedNearCap, withinRoom } from './guardrails/inventory-cap.ts';
import { marketSpread, spreadPause } from './guardrails/market-spread.ts';
import { staleBook } from './guardrails/stale-book.ts';
import { chooseSpread } from './spread/choose-spread.ts';
import { requoteTolerance, type RequoteTolerance } from './requote-tolerance.ts';
import { roundPrices, roundSizes } from './round-quotes.ts';
import { skewBps } from './skew.ts';
import { targetInventory } from './target-inventory.ts';

export interface Decision {
  /** What should rest. Empty: nothing should, and the reasons say why. */
  readonly quotes: readonly DesiredQuote[];
  /** How far a resting order may be from what it should be before it is replaced. */
  readonly tolerance: RequoteTolerance;
  /** Undefined when there was no book. */
  readonly figures: DecisionFigures | undefined;
  readonly reasons: readonly Reason[];
  /** To be handed to the next decision. */
  readonly state: BrainState;
}

interface DecisionFigures {
  readonly mid: Price;
  readonly fairValue: number;
  readonly spreadBps: number;
  readonly skewBps: number;
  /** Fraction per hour; undefined when nobody knows. */
  readonly hourlyVolatility: number | undefined;
  readonly inventoryUsd: number;
  readonly targetRatio: number;
}

/** In this order; each can only remove or widen, so the order changes the words and never adds risk. */
const GUARDRAILS: readonly Guardrail[] = [staleBook, marketSpread, oneSidedNearCap];

/**
 * Look in, quotes out: estimators, fair value, target, spread, skew, guardrails, rounding. Pure. The room to the cap is measured at the
 * rounded prices, since rounding an ask up makes it worth more.
 */
export function decide(view: MarketView, state: BrainState, parameters: ParameterVersion): Decision {
  if (!view.book.ok) return blind(state, reason('no-book', view.book.failure));
  const book = view.book.value;
  const seen = observe(view, book, state, parameters);
  const wanted = draftQuotes(view, book, seen, parameters);
  const context = {
    now: view.now,
    book,
    parameters: parameters.values,
    inventoryUsd: view.position.size * midOf(book),
    pausedBySpread: seen.pausedBySpread,
  };
  const guarded = GUARDRAILS.reduce((draft, guardrail) => guardrail(draft, context), wanted.draft);
  const rounded = roundSizes(withinRoom(roundPrices(guarded, view.spec, book), context), view.spec);
  const basis = { inventorySize: view.position.size, parameterVersion: parameters.version, targetRatio: wanted.figures.targetRatio };
  return {
    quotes: rounded.quotes,
    tolerance: requoteTolerance({
      parameters: parameters.values,
      quoted: state.quoted,
      basis,
      spreadBps: wanted.figures.spreadBps,
      requestsLeftRatio: view.requestsLeftRatio,
    }),
    figures: wanted.figures,
    reasons: rounded.draft.reasons,
    state: { ...seen, quoted: rounded.quotes.length === 0 ? undefined : basis },
  };
}

/** Nothing can be decided without a book: nothing may rest. */
const blind = (state: BrainState, why: Reason): Decision => ({
  quotes: [],
  tolerance: { maxAgeMs: 0, maxAwayBps: 0, maxTowardsBps: 0 },
  figures: undefined,
  reasons: [why],
  state: { ...state, quoted: undefined },
});

/** A stale book teaches nothing: it would be counted twice. */
function observe(view: MarketView, book: Book, state: BrainState, { values }: ParameterVersion): BrainState {
  const fresh = Math.abs(view.now - book.at) <= values.maxBookAgeMs;
  return {
    ...state,
    volatility: fresh ? observeMid(state.volatility, midOf(book), book.at) : state.volatility,
    pausedBySpread: spreadPause(state.pausedBySpread, book, values.maxMarketSpreadBps),
  };
}

function draftQuotes(
  view: MarketView,
  book: Book,
  state: BrainState,
  { values }: ParameterVersion,
): { readonly draft: Draft; readonly figures: DecisionFigures } {
  const mid = midOf(book);
  const inventoryUsd = view.position.size * mid;
  const inventoryRatio = inventoryUsd / values.maxInventoryUsd;
  const volatility = cautiousVolatility(hourlyVolatility(state.volatility), view.venueHourlyVolatility);
  const target = targetInventory(view.tilt, view.now, values.fundingTiltRatio);
  const spread = chooseSpread({ parameters: values, fees: view.fees, hourlyVolatility: volatility, inventoryRatio });
  const skew = skewBps({
    halfSpreadBps: spread.spreadBps / 2,
    inventoryRatio: inventoryRatio - target.ratio,
    skewFactor: values.skewFactor,
  });
  const reservation = mid * (1 + bpsToRatio(skew));
  const quotes = SIDES.map((side): DraftQuote => ({
    side,
    level: 0,
    price: reservation - signOf(side) * mid * bpsToRatio(spread.spreadBps / 2),
    size: values.quoteSizeUsd / mid,
  }));
  return {
    draft: { quotes, reasons: [...target.reasons, ...spread.reasons] },
    figures: {
      mid,
      fairValue: mid,
      spreadBps: spread.spreadBps,
      skewBps: skew,
      hourlyVolatility: volatility,
      inventoryUsd,
      targetRatio: target.ratio,
    },
  };
}
