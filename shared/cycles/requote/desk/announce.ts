import type { DatedHalt } from '../../../domain/trading/halt.ts';
import type { HedgeIntent } from '../../../domain/trading/hedge.ts';
import type { MarketId } from '../../../domain/venue/market-id.ts';
import { putHalt } from '../../put-halt.ts';
import { GROUP_BOUNDS } from '../bounds.ts';
import type { GroupDeps } from '../group-deps.ts';
import type { Shift } from '../lease/shift.ts';
import { untilDone } from '../beside/until-done.ts';

/** What others must hear of a market, told until they have. */
export interface Announcer {
  breach(intent: HedgeIntent): void;
  halt(halt: DatedHalt): void;
  /** Whether a breach is being written down. */
  announcing(): boolean;
  /** Resolves when every halt so far is durable; false when it will not be. */
  haltKept(): Promise<boolean>;
}

export function createAnnouncer(deps: GroupDeps, shift: Shift, market: MarketId): Announcer {
  let announcing = 0;
  let kept: Promise<boolean> = Promise.resolve(true);
  return {
    breach(intent) {
      announcing += 1;
      void announceBreach(deps, shift, intent).then(() => (announcing -= 1));
    },
    halt(order) {
      const before = kept;
      const now = keepHalt(deps, shift, market, order);
      kept = before.then(async (wasKept) => (await now) && wasKept);
    },
    announcing: () => announcing > 0,
    haltKept: () => kept,
  };
}

/**
 * The row first, on condition that none is open, then the event, until the bus has taken it. Where
 * another one is open it is that which is announced: whoever opened it may be gone.
 */
async function announceBreach(deps: GroupDeps, shift: Shift, intent: HedgeIntent): Promise<void> {
  const { market, inventoryUsd, thresholdUsd } = intent;
  const put = async (): Promise<void> => {
    const opened = await deps.hedges.open(intent);
    const row = opened ? undefined : await deps.hedges.read(market);
    if (row?.status.kind === 'done') return;
    await deps.events.put({
      type: 'InventoryThresholdBreached',
      market,
      hedgeId: row?.intent.id ?? intent.id,
      inventoryUsd,
      thresholdUsd,
      at: deps.clock.now(),
    });
  };
  await untilDone(deps, shift, put, {
    retryMs: GROUP_BOUNDS.announceRetryMs,
    failed(problem) {
      deps.log.error('hedge not announced', { market, hedgeId: intent.id, problem });
      deps.metrics(market).add('EventNotPut', 'Count', 1);
    },
  });
}

async function keepHalt(
  deps: GroupDeps,
  shift: Shift,
  market: MarketId,
  halt: DatedHalt,
): Promise<boolean> {
  return untilDone(deps, shift, () => putHalt(deps, halt), {
    retryMs: GROUP_BOUNDS.storeRetryMs,
    failed: (problem) => deps.log.error('the halt is not durable yet', { market, problem }),
  });
}
