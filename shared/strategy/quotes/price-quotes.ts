import type { Book } from '../../domain/venue/book.ts';
import { inventoryCapUsd } from '../../domain/books/inventory-cap.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import type { Reason } from '../../domain/reason.ts';
import { bpsToRatio, type Price } from '../../domain/units.ts';
import type { MarketView } from '../../domain/venue/view.ts';
import type { BrainState } from '../brain-state.ts';
import { type Draft, draftOf } from './draft.ts';
import { gridDraft } from '../grid-trading/grid-in-force.ts';
import { capInForce, type CapParameters } from '../guardrails/inventory-cap.ts';
import { ladder, type LadderParameters } from './ladder.ts';
import type { Signals } from '../signals/read-signals.ts';
import { flowShiftBps } from '../signals/taker-imbalance.ts';
import { type ChosenSpread, chooseSpread } from '../models/choose-spread.ts';
import type { SpreadInput } from '../models/spread-input.ts';
import { targetInventory } from './target-inventory.ts';

export interface DecisionFigures {
  readonly mid: Price;
  readonly fairValue: number;
  readonly spreadBps: number;
  /**
   * By which both quotes are moved against the inventory (A8), and out of the takers' way (A11).
   */
  readonly skewBps: number;
  readonly flowShiftBps: number;
  /** Fraction per hour; undefined when nobody knows. */
  readonly hourlyVolatility: number | undefined;
  readonly inventoryUsd: number;
  readonly targetRatio: number;
  readonly capUsd: number;
}

export interface Priced {
  readonly drafted: Draft;
  readonly figures: DecisionFigures;
  readonly spread: ChosenSpread;
}

/** What priceQuotes reads, and the functions that it puts in line. */
type PricingParameters = SpreadInput['parameters'] &
  LadderParameters &
  CapParameters &
  Pick<Parameters, 'fundingTiltRatio' | 'flowGain'>;

/** A look, what the brain knows after it, and what the signals say then. */
export interface PricingInput {
  readonly view: MarketView;
  readonly book: Book;
  readonly state: BrainState;
  readonly signals: Signals;
  readonly parameters: PricingParameters;
}

/**
 * Fair value, target, spread model, skew and ladder: what we would like to rest if nothing held us
 * back.
 */
export function priceQuotes(input: PricingInput): Priced {
  const { view, book, state, signals, parameters } = input;
  const { volatility, flow } = signals.readings;
  const { mid } = book;
  const inventoryUsd = view.position.size * mid;
  const hardCapUsd = inventoryCapUsd(parameters);
  const cap = capInForce(parameters, volatility.hourly);
  const target = targetInventory(view.tilt, view.now, parameters.fundingTiltRatio);
  const spread = chooseSpread({
    parameters,
    fees: view.fees,
    volatility,
    widening: signals.widening,
    cadence: view.cadence,
    inventoryRatio: inventoryUsd / hardCapUsd,
    targetRatio: target.ratio,
    capUsd: hardCapUsd,
    brain: state,
  });
  const figures = {
    mid,
    fairValue: signals.fairValue,
    spreadBps: spread.spreadBps,
    skewBps: spread.shiftBps,
    flowShiftBps: flowShiftBps({
      imbalance: flow.imbalance,
      gain: parameters.flowGain,
      halfSpreadBps: spread.spreadBps / 2,
    }),
    hourlyVolatility: volatility.hourly,
    inventoryUsd,
    targetRatio: target.ratio,
    capUsd: cap.capUsd,
  };
  const reasons = [
    ...target.reasons,
    ...signals.reasons,
    ...spread.reasons,
    ...(cap.reason === undefined ? [] : [cap.reason]),
  ];
  return { drafted: draftFrom(input, figures, reasons), figures, spread };
}

function draftFrom(
  { state, signals: { fairValue, sizeFactor }, parameters }: PricingInput,
  { mid, spreadBps, skewBps, flowShiftBps: flowBps }: DecisionFigures,
  reasons: readonly Reason[],
): Draft {
  if (parameters.spreadModel === 'grid') {
    const grid = gridDraft(state.grid, mid);
    return draftOf(grid.quotes, [...reasons, ...grid.reasons]);
  }
  const reservationPrice = fairValue * (1 + bpsToRatio(skewBps + flowBps));
  return draftOf(
    ladder({ parameters, mid, reservationPrice, halfSpreadBps: spreadBps / 2, sizeFactor }),
    reasons,
  );
}
