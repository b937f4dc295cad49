import type { Book } from '../../domain/book.ts';
import { inventoryCapUsd } from '../../domain/inventory-cap.ts';
import type { Parameters } from '../../domain/parameters.ts';
import type { Reason } from '../../domain/reason.ts';
import { bpsToRatio, type Price } from '../../domain/units.ts';
import type { MarketView } from '../../domain/view.ts';
import type { BrainState } from '../brain-state.ts';
import { type Draft, draftOf } from './draft.ts';
import { gridDraft } from '../grid-trading/grid-in-force.ts';
import { capInForce } from '../guardrails/inventory-cap.ts';
import { ladder } from './ladder.ts';
import type { Signals } from '../signals/read-signals.ts';
import { flowShiftBps } from '../signals/taker-imbalance.ts';
import { type ChosenSpread, chooseSpread } from '../models/choose-spread.ts';
import { targetInventory } from './target-inventory.ts';

/** The state after a look, and what the estimators say then. */
export interface Learned {
  readonly state: BrainState;
  readonly signals: Signals;
}

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

/**
 * Fair value, target, spread model, skew and ladder: what we would like to rest if nothing held us
 * back.
 */
export function priceQuotes(
  view: MarketView,
  book: Book,
  { state, signals }: Learned,
  values: Parameters,
): Priced {
  const mid = book.mid;
  const inventoryUsd = view.position.size * mid;
  const hardCapUsd = inventoryCapUsd(values);
  const cap = capInForce(values, signals.volatility.hourly);
  const target = targetInventory(view.tilt, view.now, values.fundingTiltRatio);
  const spread = chooseSpread({
    parameters: values,
    fees: view.fees,
    signals,
    cadence: view.cadence,
    inventoryRatio: inventoryUsd / hardCapUsd,
    targetRatio: target.ratio,
    capUsd: hardCapUsd,
    brain: state,
  });
  const { spreadBps, shiftBps } = spread;
  const flow = flowShiftBps({
    imbalance: signals.imbalance,
    gain: values.flowGain,
    halfSpreadBps: spreadBps / 2,
  });
  const reservationPrice = signals.fairValue * (1 + bpsToRatio(shiftBps + flow));
  const reasons = [
    ...target.reasons,
    ...signals.reasons,
    ...spread.reasons,
    ...(cap.reason === undefined ? [] : [cap.reason]),
  ];
  const figures = {
    mid,
    fairValue: signals.fairValue,
    spreadBps,
    skewBps: shiftBps,
    flowShiftBps: flow,
    hourlyVolatility: signals.volatility.hourly,
    inventoryUsd,
    targetRatio: target.ratio,
    capUsd: cap.capUsd,
  };
  return {
    drafted: draftFrom(state, values, { figures, reservationPrice, signals, reasons }),
    figures,
    spread,
  };
}

function draftFrom(
  state: BrainState,
  values: Parameters,
  priced: {
    readonly figures: DecisionFigures;
    readonly reservationPrice: number;
    readonly signals: Signals;
    readonly reasons: readonly Reason[];
  },
): Draft {
  const { figures, reservationPrice, signals, reasons } = priced;
  const { mid, spreadBps } = figures;
  if (values.spreadModel === 'grid') {
    const grid = gridDraft(state.grid, mid);
    return draftOf(grid.quotes, [...reasons, ...grid.reasons]);
  }
  const { sizeFactor } = signals;
  return draftOf(
    ladder({ parameters: values, mid, reservationPrice, halfSpreadBps: spreadBps / 2, sizeFactor }),
    reasons,
  );
}
