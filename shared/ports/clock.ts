import type { EpochMs } from '../domain/units.ts';

/** Time as an argument: the machine's, or a simulated one that runs faster. */
export interface Clock {
  now(): EpochMs;
  /** Resolves `ms` later by this clock; at once for zero or less. */
  sleep(ms: number): Promise<void>;
}
