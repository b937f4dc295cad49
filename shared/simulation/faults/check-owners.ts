import { SECOND_MS } from '../../domain/time.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import { type MarketId, symbolOf } from '../../domain/venue/market-id.ts';
import type { DirectDeps } from '../direct-floor.ts';
import type { World } from '../host.ts';
import type { Fault } from './fault-source.ts';
import type { Violations } from './violations.ts';

/** From the end of a lease, with a watchdog that nothing strikes. */
const UNOWNED_MS = 120 * SECOND_MS;
/** What faults that strike a run of the watchdog cost at the most. */
const RUN_MS = 60 * SECOND_MS;

/**
 * Looks every second whether something of ours rests that no lease answers for, and for how long.
 * The longest, in ms.
 */
export function checkOwners(
  { clock, exchange, accountKey, markets }: World,
  { group: { leases } }: Pick<DirectDeps, 'group'>,
  faults: () => readonly Fault[],
  violations: Violations,
): () => number {
  const unownedSince = new Map<MarketId, EpochMs>();
  let longestMs = 0;

  async function check(market: MarketId): Promise<void> {
    const now = clock.now();
    const lease = await leases.read(market);
    const isOwned = lease !== undefined && lease.expiresAt >= now;
    if (isOwned || exchange.openOrders(accountKey, symbolOf(market)).length === 0) {
      unownedSince.delete(market);
      return violations.check(market, 'owner', undefined);
    }
    const since = unownedSince.get(market) ?? now;
    unownedSince.set(market, since);
    longestMs = Math.max(longestMs, now - since);
    const struck = new Set(
      faults()
        .filter(({ at, where }) => at >= since - RUN_MS && where.startsWith('watchdog'))
        .map(({ at }) => Math.floor(at / RUN_MS)),
    );
    const isTooLong = now - since > UNOWNED_MS + struck.size * RUN_MS;
    const seconds = (now - since) / SECOND_MS;
    violations.check(market, 'owner', isTooLong ? `nobody’s orders for ${seconds} s` : undefined);
  }

  const everySecond = (): void =>
    clock.at(epochMs(clock.now() + SECOND_MS), 'checker', async () => {
      exchange.advanceTo(clock.now());
      for (const market of markets) await check(market);
      everySecond();
    });
  everySecond();
  return () => longestMs;
}
