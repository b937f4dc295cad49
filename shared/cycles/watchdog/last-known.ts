import { wordsOf } from '../../domain/failure.ts';
import { legsOf, type WorkingOrder } from '../../domain/order/working-order.ts';
import { MINUTE_MS } from '../../domain/time.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { WatchedMarket } from './read-stage.ts';
import type { WatchdogDeps } from './watchdog-deps.ts';

/** What the last session of a market left word of. */
interface LastKnown {
  /** The group it was traded in; undefined where that cannot be read. */
  readonly group: string | undefined;
  /** What the venue calls its orders. */
  readonly venueIds: readonly string[];
}

/** Asked twice; who traded it is unknown where it cannot be read. */
export async function lastKnownOf(
  { sessions, log }: Pick<WatchdogDeps, 'sessions' | 'log'>,
  market: MarketId,
): Promise<LastKnown> {
  try {
    const loaded = await sessions.load(market).catch(() => sessions.load(market));
    if (loaded.kind === 'loaded')
      return {
        group: loaded.session.group,
        venueIds: loaded.session.orders.working.flatMap(venueIdsOf),
      };
    if (loaded.kind === 'unreadable')
      log.error('the session cannot be read', { market, ...loaded });
  } catch (error) {
    log.error('the session cannot be read', { market, why: wordsOf(error) });
  }
  return { group: undefined, venueIds: [] };
}

const venueIdsOf = (order: WorkingOrder): readonly string[] =>
  order.state === 'foreign'
    ? []
    : legsOf(order).flatMap((leg) => ('venueId' in leg ? [leg.venueId] : []));

/**
 * Lists may be behind what somebody sent who has died since. For as long, what his session knew of
 * is cancelled unseen, too.
 */
export function mayHideOrders(
  { clock, venue }: Pick<WatchdogDeps, 'clock' | 'venue'>,
  { lease }: Pick<WatchedMarket, 'lease'>,
): boolean {
  if (lease.kind !== 'read' || lease.value === undefined) return false;
  return clock.now() - lease.value.expiresAt <= venue.execution.can.listsLagMs + MINUTE_MS;
}
