import type { Fees } from '../../domain/market.ts';
import type { Parameters } from '../../domain/parameters.ts';
import type { Cadence } from '../../domain/view.ts';
import type { BrainState } from '../brain-state.ts';
import type { Signals } from '../signals/read-signals.ts';

/** What the spread is made from. */
export interface SpreadInput {
  readonly parameters: Parameters;
  readonly fees: Fees;
  readonly signals: Pick<Signals, 'volatility' | 'widening'>;
  readonly cadence: Cadence;
  /** Signed, as a share of the cap, as it is; */
  readonly inventoryRatio: number;
  /** and where it should be. */
  readonly targetRatio: number;
  readonly capUsd: number;
  readonly brain: Pick<BrainState, 'intensity' | 'reach' | 'solved'>;
}
