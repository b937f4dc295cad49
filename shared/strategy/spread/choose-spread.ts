import type { Fees } from '../../domain/market.ts';
import type { Parameters } from '../../domain/parameters.ts';
import { type Reason, reason } from '../../domain/reason.ts';
import { additiveSpreadBps } from './additive.ts';
import { fixedSpreadBps } from './fixed.ts';

export interface SpreadInput {
  readonly parameters: Parameters;
  readonly fees: Fees;
  /** Fraction per hour; undefined when nobody knows. */
  readonly hourlyVolatility: number | undefined;
  /** Signed, as a share of the cap. */
  readonly inventoryRatio: number;
}

export interface ChosenSpread {
  /** The whole spread, bid to ask. */
  readonly spreadBps: number;
  readonly reasons: readonly Reason[];
}

/** The model's spread, brought within its bounds: at most maxSpreadBps, and never less than the fees of both sides cost. */
export function chooseSpread(input: SpreadInput): ChosenSpread {
  const { parameters } = input;
  const wanted = modelSpread(input);
  const capped = Math.min(wanted.spreadBps, parameters.maxSpreadBps);
  const floor = Math.max(parameters.minSpreadBps, parameters.allowBelowCost ? 0 : 2 * input.fees.makerBps);
  const reasons = [...wanted.reasons];
  if (capped < wanted.spreadBps) reasons.push(reason('spread-capped', `spread ${shown(wanted.spreadBps)} capped at ${shown(capped)}`));
  if (capped < floor)
    reasons.push(reason('spread-floored', `spread ${shown(capped)} raised to ${shown(floor)}, which the fees or minSpreadBps ask for`));
  return { spreadBps: Math.max(capped, floor), reasons };
}

function modelSpread({ parameters, hourlyVolatility, inventoryRatio }: SpreadInput): ChosenSpread {
  switch (parameters.spreadModel) {
    case 'fixed':
      return { spreadBps: fixedSpreadBps(parameters), reasons: [] };
    case 'additive':
      if (hourlyVolatility === undefined) {
        return {
          spreadBps: parameters.maxSpreadBps,
          reasons: [reason('volatility-unknown', 'volatility is not known yet: widest spread')],
        };
      }
      return { spreadBps: additiveSpreadBps({ ...parameters, hourlyVolatility, inventoryRatio }), reasons: [] };
  }
}

const shown = (bps: number): string => `${bps.toFixed(2)} bps`;
