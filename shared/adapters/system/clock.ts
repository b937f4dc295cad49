import { InvariantError } from '../../domain/failure.ts';
import { epochMs } from '../../domain/units.ts';
import type { Clock } from '../../ports/clock.ts';

/** The longest one timer can be; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * The machine's time. A sleep keeps the process alive: the session that waits for it must go on.
 */
export function createSystemClock(): Clock {
  return { now: () => epochMs(Date.now()), sleep };
}

/** @throws InvariantError unless `ms` is finite: a timer would take NaN and infinities for zero. */
async function sleep(ms: number): Promise<void> {
  if (!Number.isFinite(ms))
    throw new InvariantError(`a sleep must be a finite number of ms, was ${ms}`);
  for (let left = ms; left > 0; left -= MAX_TIMER_MS) await timer(Math.min(left, MAX_TIMER_MS));
}

const timer = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
