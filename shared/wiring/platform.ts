import { createSystemClock } from '../adapters/system/clock.ts';
import type { DecisionWatch } from '../cycles/requote/decision-record.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * What a function takes from where it runs: on AWS the machine's clock, in the local cloud a
 * simulated one.
 */
export interface Platform {
  readonly clock: Clock;
  readonly onDecision?: DecisionWatch | undefined;
}

export const lambdaPlatform = (): Platform => ({ clock: createSystemClock() });
