import { wordsOf } from '../../domain/failure.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { MarketId } from '../../domain/venue/market-id.ts';
import type { Lease } from '../../ports/stores/lease-store.ts';
import { type Read, readLease } from './read-stage.ts';
import { WATCHDOG_BOUNDS, type WatchdogDeps } from './watchdog-deps.ts';

/** Whether a lease that was asked for then answers for the orders of a market. */
export const answersFor = (
  lease: Read<Lease | undefined>,
  market: MarketId,
  askedAt: EpochMs,
): boolean =>
  lease.kind === 'read' &&
  lease.value !== undefined &&
  lease.value.expiresAt + WATCHDOG_BOUNDS.clocksMs >= askedAt &&
  lease.value.markets.includes(market);

/**
 * Whether somebody has taken the market since it was looked at, or trades it in the group it was
 * in before a deployment. Asked once more where the answer took long, in which time somebody may have
 * begun. A table that does not answer any more, or is slow both times, is a no.
 */
export async function isOwnedAfterAll(
  deps: Pick<WatchdogDeps, 'clock' | 'leases' | 'log'>,
  market: MarketId,
  groups: readonly string[],
): Promise<boolean> {
  for (let tries = 0; tries < 2; tries += 1) {
    const askedAt = deps.clock.now();
    try {
      const leases = await Promise.all([...new Set(groups)].map((group) => readLease(deps, group)));
      if (leases.some((lease) => answersFor(lease, market, askedAt))) return true;
    } catch (error) {
      deps.log.error('the lease cannot be read again', { market, why: wordsOf(error) });
      return false;
    }
    if (deps.clock.now() - askedAt <= WATCHDOG_BOUNDS.freshMs) return false;
  }
  return false;
}
