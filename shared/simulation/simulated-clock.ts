import type { EpochMs } from '../domain/units.ts';
import type { Clock } from '../ports/clock.ts';

/** Simulated time for everything in one process. */
export interface SimulatedClock extends Clock {
  /** Starts an activity at that time. */
  at(time: EpochMs, name: string, run: () => Promise<void>): void;
  /** Ends the run: `runUntil` rejects with the first error it is told. */
  fail(error: unknown): void;
  /** Lets time pass until `until`. Rejects with the first error of what was started by `at`. */
  runUntil(until: EpochMs): Promise<void>;
}
