import type { MarketId } from '../../../domain/venue/market-id.ts';
import { type EpochMs, epochMs } from '../../../domain/units.ts';
import type { Saved } from '../../../ports/stores/session-store.ts';
import { GROUP_BOUNDS } from '../bounds.ts';
import type { GroupDeps } from '../group-deps.ts';
import type { Shift } from '../lease/shift.ts';
import { untilDone } from './until-done.ts';

/** Until when a write is tried. */
export type Trying = Pick<Shift, 'over' | 'lease'>;

/**
 * Writes what is saved of a market one after the other: an older copy never overtakes a newer one.
 */
export interface SessionWriter {
  /** When a copy is made: after every one before, also where the clock was set back. */
  later(): EpochMs;
  /** Tried until it is written. Where it is somebody else's by now the market is lost. */
  written(trying: Trying, write: () => Promise<Saved>): Promise<boolean>;
}

export function createSessionWriter(
  deps: Pick<GroupDeps, 'clock' | 'log'>,
  shift: Pick<Shift, 'lose'>,
  market: MarketId,
): SessionWriter {
  let lastAt = 0;
  let inFlight: Promise<unknown> = Promise.resolve();
  const failed = (problem: string): void =>
    deps.log.error('the session is not saved', { market, problem });

  function alone<T>(write: () => Promise<T>): Promise<T> {
    const next = inFlight.then(write);
    inFlight = next.catch(() => undefined);
    return next;
  }

  return {
    later() {
      lastAt = Math.max(deps.clock.now(), lastAt + 1);
      return epochMs(lastAt);
    },
    async written(trying, write) {
      let outcome: Saved | undefined;
      const act = async (): Promise<void> => {
        outcome = await alone(async () => (trying.over() ? undefined : write()));
        if (outcome === 'outdated') throw new Error('a newer one is kept');
      };
      await untilDone(deps, trying, act, { retryMs: GROUP_BOUNDS.storeRetryMs, failed });
      if (outcome === 'fenced-off') {
        deps.log.error('the market is lost: somebody else has saved it', { market });
        shift.lose('an heir');
      }
      return outcome === 'saved';
    },
  };
}
