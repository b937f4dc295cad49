import { epochMs, type EpochMs } from '../domain/units.ts';
import { createDueList } from './due-list.ts';
import type { SimulatedClock } from './simulated-clock.ts';

export interface DirectClockOptions {
  readonly startsAt: EpochMs;
  /** Called before time jumps. */
  readonly beforeJump?: (to: EpochMs) => Promise<void> | void;
}

/**
 * Simulated time where nothing ever waits for anything but time: once the promises of what was
 * woken have run out, time jumps to what is due next. What is due at once is woken one by one, in
 * the order it was asked for.
 */
export function createDirectClock({ startsAt, beforeJump }: DirectClockOptions): SimulatedClock {
  const due = createDueList();
  let now: number = startsAt;
  let wakings = 0;
  let failure: Error | undefined;
  const fail = (error: unknown): void => {
    failure ??= error instanceof Error ? error : new Error(String(error));
  };
  return {
    now: () => epochMs(now),
    fail,
    sleep: (ms) =>
      ms <= 0 ? Promise.resolve() : new Promise((resolve) => due.add(now + ms, resolve)),
    at: (time, _name, run) =>
      due.add(time, () => {
        run().catch(fail);
      }),
    async runUntil(until) {
      for (;;) {
        wakings += 1;
        await (wakings % TICKS_A_TURN === 0 ? eventLoopTurned() : promisesDone());
        if (failure !== undefined) throw failure;
        const next = due.peek();
        if (next === undefined || next.time > until) break;
        if (next.time > now && beforeJump !== undefined) await beforeJump(epochMs(next.time));
        now = Math.max(now, next.time);
        due.take();
        next.wake();
      }
      now = Math.max(now, until);
    },
  };
}

/**
 * So often the event loop turns, for a progress bar or an interrupt: a turn costs a system call.
 */
const TICKS_A_TURN = 500;

/** The next tick comes only when no promise is left to run. */
const promisesDone = (): Promise<void> =>
  new Promise((resolve) => {
    process.nextTick(resolve);
  });

const eventLoopTurned = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });
