import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EpochMs } from '#shared/domain/units.ts';

/** Simulated time never runs ahead of the wall clock times the speed; undefined: as it goes. */
export function paced(
  startsAt: EpochMs,
  speed: number | undefined,
  onTime: (now: EpochMs) => void,
): (to: EpochMs) => Promise<void> | void {
  if (speed === undefined) return onTime;
  let beganAt: number | undefined;
  return async (to) => {
    onTime(to);
    beganAt ??= performance.now();
    const aheadMs = (to - startsAt) / speed - (performance.now() - beganAt);
    if (aheadMs > 1) await sleep(aheadMs);
  };
}
