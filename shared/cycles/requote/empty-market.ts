import { isQuoteOf } from '../../domain/order/client-order-id.ts';
import { describeFailure, wordsOf } from '../../domain/failure.ts';
import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';
import { toldToWaitMs } from '../../domain/venue/venue-answers.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Execution } from '../../ports/execution.ts';
import type { Log } from '../../ports/log.ts';
import { GROUP_BOUNDS } from './bounds.ts';

export interface EmptyDeps {
  readonly clock: Clock;
  readonly execution: Execution;
  readonly log: Log;
}

export interface Emptying {
  readonly market: MarketId;
  readonly deployment: string;
  /** What the venue calls those that are known. */
  readonly venueIds: readonly string[];
  /** A list asked for before proves nothing. */
  readonly shownFrom: EpochMs;
  readonly until: EpochMs;
  /** Whether it is still for us to empty. */
  readonly goesOn: () => boolean;
  /** Waits so long, or until that may have changed. */
  readonly wait: (ms: number) => Promise<void>;
}

/**
 * Cancels what bears our ids and what is known to remain, and looks until a complete list that has
 * to show whatever rests shows none of it. Needs neither state nor lease. False when that was not
 * seen by `until`, or is not ours to see.
 */
export async function emptyMarket(deps: EmptyDeps, emptying: Emptying): Promise<boolean> {
  const { clock, log } = deps;
  const { market, shownFrom, until, goesOn } = emptying;
  let waitMs: number = GROUP_BOUNDS.storeRetryMs;
  for (;;) {
    const askedAt = clock.now();
    const found = await tryEmpty(deps, emptying);
    if (found === undefined && askedAt >= shownFrom) return true;
    if (found !== undefined) {
      log.warn('the market is not seen empty yet', { market, problem: found.problem });
      waitMs = Math.max(waitMs, found.waitMs);
    } else if (clock.now() + waitMs > shownFrom) waitMs = Math.max(0, shownFrom - clock.now());
    if (clock.now() + waitMs > until || !goesOn()) return false;
    await emptying.wait(waitMs);
    if (!goesOn()) return false;
    waitMs = Math.min(
      Math.max(waitMs * 2, GROUP_BOUNDS.storeRetryMs),
      GROUP_BOUNDS.storeRetryMaxMs,
    );
  }
}

interface Obstacle {
  readonly problem: string;
  /** How long the venue asked to be left alone. */
  readonly waitMs: number;
}

/** What stands in the way, or nothing. */
async function tryEmpty(
  { execution }: EmptyDeps,
  { market, deployment, venueIds }: Emptying,
): Promise<Obstacle | undefined> {
  try {
    const cancelled = await execution.cancelOurs(market, venueIds);
    const { failure } = cancelled;
    if (failure !== undefined)
      return { problem: describeFailure(failure), waitMs: toldToWaitMs(cancelled) };
    const listed = await execution.orders(market);
    if (!listed.ok) {
      const waitMs = toldToWaitMs({ results: [], failure: listed.failure });
      return { problem: describeFailure(listed.failure), waitMs };
    }
    if (!listed.value.complete) return obstacle('the list of orders may be cut');
    const isOurs = isQuoteOf(deployment);
    const left = listed.value.orders.filter(
      ({ clientId }) => !execution.can.ids || isOurs(clientId, symbolOf(market)),
    );
    return left.length === 0 ? undefined : obstacle(`${left.length} orders of ours rest`);
  } catch (error) {
    return obstacle(wordsOf(error));
  }
}

const obstacle = (problem: string): Obstacle => ({ problem, waitMs: 0 });
