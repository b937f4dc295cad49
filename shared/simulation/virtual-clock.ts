import { AsyncLocalStorage } from 'node:async_hooks';
import { InvariantError } from '#shared/domain/failure.ts';
import { epochMs, type EpochMs } from '#shared/domain/units.ts';
import type { Clock } from '#shared/ports/clock.ts';
import { createDueList } from './due-list.ts';

/**
 * Simulated time for everything in this process. It stands still while any activity computes or
 * waits for an answer, and jumps to the next due time when every activity waits for time itself;
 * due activities are woken one by one. So a run does the same whatever the machine's speed.
 */
export interface VirtualClock extends Clock {
  /** Runs something that takes time: while it neither sleeps nor ends, time stands still. */
  activity<T>(name: string, run: () => Promise<T>): Promise<T>;
  /** Starts an activity at that time. */
  at(time: EpochMs, name: string, run: () => Promise<void>): void;
  /** The activity this code runs in, to be named in calls it makes. */
  current(): Activity | undefined;
  /** Waits on behalf of the activity whose call is being served: the caller waits for time, too. */
  sleepFor(activityId: string | undefined, ms: number): Promise<void>;
  /** Ends the run: `runUntil` rejects with the first error it is told. */
  fail(error: unknown): void;
  /**
   * Lets time pass until `until`, or until nothing is due any more. Rejects with the first error of
   * an activity started by `at`.
   */
  runUntil(until: EpochMs): Promise<void>;
}

/**
 * What the clock knows of an activity: it waits for time if something of it sleeps and no call of
 * it is on its way.
 */
export interface Activity {
  readonly id: string;
  readonly name: string;
  /** Sleeps of its own, and of servers that answer a call of it. */
  asleep: number;
  /** Calls under way. */
  calls: number;
  /** Of those, how many wait for time at the other end. */
  parked: number;
}

export interface VirtualClockOptions {
  readonly startsAt: EpochMs;
  /** Called before time jumps; may delay it, to slow a run down to a person's pace. */
  readonly beforeJump?: (to: EpochMs) => Promise<void> | void;
}

export function createVirtualClock({ startsAt, beforeJump }: VirtualClockOptions): VirtualClock {
  const activities = createActivities();
  const due = createDueList();
  let now: number = startsAt;
  let failure: Error | undefined;

  const wait = (
    ms: number,
    whose: Activity | undefined,
    how: 'asleep' | 'parked',
  ): Promise<void> => {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      if (whose !== undefined) whose[how] += 1;
      due.add(now + ms, () => {
        if (whose !== undefined) whose[how] -= 1;
        resolve();
      });
    });
  };
  const fail = (error: unknown): void => {
    failure ??= error instanceof Error ? error : new Error(String(error));
  };
  return {
    fail,
    now: () => epochMs(now),
    sleep: (ms) => wait(ms, activities.current(), 'asleep'),
    sleepFor: (activityId, ms) => wait(ms, activities.find(activityId), 'parked'),
    activity: activities.run,
    current: activities.current,
    at: (time, name, run) =>
      due.add(time, () => {
        activities.run(name, run).catch(fail);
      }),
    async runUntil(until) {
      for (;;) {
        await untilIdle(activities.allWait);
        if (failure !== undefined) throw failure;
        const next = due.peek();
        if (next === undefined || next.time > until) break;
        if (next.time > now && beforeJump !== undefined) {
          await beforeJump(epochMs(next.time));
          // Meanwhile somebody from outside may have asked for something that is due earlier.
          if (due.peek() !== next) continue;
        }
        now = Math.max(now, next.time);
        due.take();
        next.wake();
      }
      now = Math.max(now, until);
    },
  };
}

interface Activities {
  run<T>(name: string, run: () => Promise<T>): Promise<T>;
  current(): Activity | undefined;
  find(id: string | undefined): Activity | undefined;
  allWait(): boolean;
}

/** Who is running: an activity is known wherever its code runs, through any number of awaits. */
function createActivities(): Activities {
  const context = new AsyncLocalStorage<Activity>();
  const live = new Map<string, Activity>();
  let started = 0;
  return {
    async run(name, run) {
      started += 1;
      const running: Activity = { id: `a${started}`, name, asleep: 0, calls: 0, parked: 0 };
      live.set(running.id, running);
      try {
        return await context.run(running, run);
      } finally {
        live.delete(running.id);
      }
    },
    current: () => context.getStore(),
    find: (id) => (id === undefined ? undefined : live.get(id)),
    allWait: () =>
      [...live.values()].every((one) => one.calls === one.parked && one.asleep + one.parked > 0),
  };
}

/**
 * Lets the event loop turn until every activity waits for time. What has just been woken gets its
 * turns first.
 */
async function untilIdle(idle: () => boolean): Promise<void> {
  let quietTurns = 0;
  let turns = 0;
  while (quietTurns < 2) {
    await new Promise((resolve) => void setImmediate(resolve));
    quietTurns = idle() ? quietTurns + 1 : 0;
    turns += 1;
    if (turns > MAX_TURNS)
      throw new InvariantError(
        'simulated time stands still: an activity neither computes nor waits for time',
      );
  }
}

/**
 * At some 100,000 turns a second, minutes of a real wait: nothing on this machine takes that long
 * to answer.
 */
const MAX_TURNS = 50_000_000;
