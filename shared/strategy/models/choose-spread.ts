import { type Reason, reason } from '../../domain/reason.ts';
import { sigmaBps } from '../signals/volatility.ts';
import { skewBps } from './skew.ts';
import { stalenessHalfSpread } from './staleness.ts';
import { modelQuotes, type ModelQuotes } from './model-quotes.ts';
import type { SpreadInput } from './spread-input.ts';

export interface ChosenSpread {
  /** What the model said before anything was added. */
  readonly model: ModelQuotes;
  /** Added for both sides together, because quotes cannot follow the mid until the next requote. */
  readonly stalenessBps: number;
  /** The whole spread, bid to ask, within its bounds. */
  readonly spreadBps: number;
  /** By which both quotes move, in bps of the fair value: down when long. */
  readonly shiftBps: number;
  readonly reasons: readonly Reason[];
}

/**
 * The model's spread, plus what staleness costs, times what the signals ask for; then brought
 * within its bounds: at most maxSpreadBps, and never less than minSpreadBps and the fees of both
 * sides. `fixed` is what was written, wider only when signals ask for it.
 */
export function chooseSpread(input: SpreadInput): ChosenSpread {
  const { parameters, widening, fees } = input;
  const model = modelQuotes(input);
  const stalenessBps = model.name === 'fixed' ? 0 : stalenessOf(input);
  const widened = (model.spreadBps + stalenessBps) * widening;
  const capped = Math.min(widened, parameters.maxSpreadBps);
  const floor = Math.max(
    parameters.minSpreadBps,
    parameters.allowBelowCost ? 0 : 2 * fees.makerBps,
  );
  const reasons = [...model.reasons];
  if (capped < widened)
    reasons.push(reason('spread-capped', `spread ${shown(widened)} capped at ${shown(capped)}`));
  if (capped < floor)
    reasons.push(
      reason(
        'spread-floored',
        `spread ${shown(capped)} raised to ${shown(floor)}, which the fees or minSpreadBps ask for`,
      ),
    );
  const spreadBps = Math.max(capped, floor);
  const shiftBps = model.shiftBps ?? leanBps(input, spreadBps / 2);
  return { model, stalenessBps, spreadBps, shiftBps, reasons };
}

const leanBps = (
  { inventoryRatio, targetRatio, parameters }: SpreadInput,
  halfSpreadBps: number,
): number =>
  skewBps({
    halfSpreadBps,
    inventoryRatio: inventoryRatio - targetRatio,
    skewFactor: parameters.skewFactor,
  });

function stalenessOf({ volatility, cadence }: SpreadInput): number {
  if (volatility.hourly === undefined) return 0;
  return 2 * stalenessHalfSpread({ sigma: sigmaBps(volatility.hourly), cadence });
}

const shown = (bps: number): string => `${bps.toFixed(2)} bps`;
