import type { Fees } from '../../domain/venue/market.ts';
import type { Parameters } from '../../domain/parameters/parameters.ts';
import type { Cadence } from '../../domain/venue/view.ts';
import type { BrainState } from '../brain-state.ts';
import type { VolatilityReading } from '../signals/volatility.ts';

/** What the spread models read. */
export interface ModelInput {
  readonly parameters: Pick<
    Parameters,
    | 'spreadModel'
    | 'baseSpreadBps'
    | 'spreadMultipliers'
    | 'volCoefficient'
    | 'inventoryPremiumBps'
    | 'maxSpreadBps'
    | 'fillDecay'
    | 'arrivalRate'
    | 'riskAversion'
    | 'horizonSeconds'
    | 'quoteSizeUsd'
  >;
  readonly volatility: VolatilityReading;
  /** Signed, as a share of the cap, as it is; */
  readonly inventoryRatio: number;
  /** and where it should be. */
  readonly targetRatio: number;
  readonly capUsd: number;
  readonly brain: Pick<BrainState, 'intensity' | 'reach' | 'solved'>;
}

/** What the spread is made from. */
export interface SpreadInput extends ModelInput {
  readonly parameters: ModelInput['parameters'] &
    Pick<Parameters, 'minSpreadBps' | 'allowBelowCost' | 'skewFactor'>;
  readonly fees: Fees;
  /** Factor of the signals on the spread, 1 or more. */
  readonly widening: number;
  readonly cadence: Cadence;
}
