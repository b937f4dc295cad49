import { createSystemClock } from '../adapters/system/clock.ts';
import type { GroupWatch } from '../cycles/requote/group-deps.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * What a function takes from where it runs: on AWS the machine's clock, in the local cloud a
 * simulated one.
 */
export interface Platform {
  readonly clock: Clock;
  readonly watch?: GroupWatch | undefined;
}

export const lambdaPlatform = (): Platform => ({ clock: createSystemClock() });
