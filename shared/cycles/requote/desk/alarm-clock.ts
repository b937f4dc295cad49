import type { EpochMs } from '../../../domain/units.ts';
import type { Clock } from '../../../ports/clock.ts';

/** Rings at the time that was wished last. */
export interface AlarmClock {
  /** The newest wish replaces the last; a sleep that ends too early finds nothing to do. */
  wake(at: EpochMs): void;
  /** How long the last wish is past, in ms; at most 0 for one to come or none. */
  overdueMs(now: EpochMs): number;
  /** Something was heard: a wish that is past is fulfilled. */
  heard(now: EpochMs): void;
}

export function createAlarmClock(clock: Clock, ring: () => void): AlarmClock {
  let wakeAt = Infinity;
  const waitFor = async (at: EpochMs): Promise<void> => {
    await clock.sleep(at - clock.now());
    if (wakeAt === at) ring();
  };
  return {
    wake(at) {
      if (at === wakeAt && at > clock.now()) return;
      wakeAt = at;
      void waitFor(at);
    },
    overdueMs: (now) => now - wakeAt,
    heard(now) {
      if (wakeAt <= now) wakeAt = Infinity;
    },
  };
}
