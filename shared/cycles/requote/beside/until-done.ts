import { wordsOf } from '../../../domain/failure.ts';
import type { Clock } from '../../../ports/clock.ts';
import { GROUP_BOUNDS } from '../bounds.ts';
import type { Shift } from '../lease/shift.ts';

export interface Patience {
  readonly retryMs: number;
  readonly failed: (problem: string) => void;
}

/**
 * Does something outside until it succeeds, or the shift is over or somebody else's, waiting ever
 * longer between tries. True when it was done.
 */
export async function untilDone(
  { clock }: { readonly clock: Clock },
  shift: Pick<Shift, 'over' | 'lease'>,
  act: () => Promise<void>,
  { retryMs, failed }: Patience,
): Promise<boolean> {
  for (let waitMs = retryMs; ; waitMs = Math.min(waitMs * 2, GROUP_BOUNDS.storeRetryMaxMs)) {
    try {
      await act();
      return true;
    } catch (error) {
      failed(wordsOf(error));
    }
    if (shift.over() || shift.lease() === undefined) return false;
    await clock.sleep(waitMs);
    if (shift.over() || shift.lease() === undefined) return false;
  }
}
