import type { MetricName } from '../domain/metric-name.ts';
import type { MarketOutput } from '../domain/trading/market-output.ts';
import type { ParameterVersion } from '../domain/parameters/parameters.ts';
import type { MarketView } from '../domain/venue/view.ts';
import type { BrainState } from '../strategy/brain-state.ts';
import type { Decision } from '../strategy/decision.ts';
import type { MarketState } from './state.ts';

/** One decision with everything it was made from: enough to make it again, and to explain it. */
export interface DecisionRecord {
  readonly view: MarketView;
  /** What had been learned until then. */
  readonly before: BrainState;
  readonly parameters: ParameterVersion;
  readonly decision: Decision;
}

export type Output = MarketOutput | { readonly kind: 'decided'; readonly record: DecisionRecord };

/** A state on its way through one step, and what is wanted so far, in order. */
export interface Turn {
  readonly state: MarketState;
  readonly outputs: readonly Output[];
}

export const turn = (state: MarketState, ...outputs: readonly Output[]): Turn => ({
  state,
  outputs,
});

/** The next stage of the same step: its state, and what it wants after what was wanted already. */
export function onward(before: Turn, next: (state: MarketState) => Turn): Turn {
  const { state, outputs } = next(before.state);
  return {
    state,
    outputs: outputs.length === 0 ? before.outputs : [...before.outputs, ...outputs],
  };
}

export const say = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields: Readonly<Record<string, unknown>> = {},
): Output => ({ kind: 'say', level, message, fields });

export const count = (metric: MetricName, value = 1): Output => ({ kind: 'count', metric, value });
