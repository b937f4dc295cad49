import type { ParameterVersion } from '../../domain/parameters.ts';
import type { MarketView } from '../../domain/view.ts';
import type { BrainState } from '../../strategy/brain-state.ts';
import type { Decision } from '../../strategy/decision.ts';

/** One decision with everything it was made from: enough to make it again, and to explain it. */
export interface DecisionRecord {
  readonly view: MarketView;
  /** What had been learned until then. */
  readonly before: BrainState;
  readonly parameters: ParameterVersion;
  readonly decision: Decision;
}

/** Told of each decision before anything is sent. */
export type DecisionWatch = (made: DecisionRecord) => void;
