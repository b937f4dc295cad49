import type { MarketId } from '../../domain/market-id.ts';
import type { Lease } from '../../ports/lease-store.ts';
import { type GroupDeps, GROUP_BOUNDS, leaseTtlMs } from './group-deps.ts';
import type { Shift } from './shift.ts';

/**
 * Renews the lease at half its life, beside the trading. One that is somebody else's ends the shift;
 * one that cannot be proven any more makes every market stop while it still may cancel.
 */
export async function keepLease(
  { clock, leases, log }: GroupDeps,
  shift: Shift,
  markets: readonly MarketId[],
  arrivesWithinMs: number,
): Promise<void> {
  const ttlMs = leaseTtlMs(arrivesWithinMs);
  while (!shift.over()) {
    const lease = shift.lease();
    if (lease === undefined) return;
    await clock.sleep(Math.max(0, lease.expiresAt - ttlMs / 2 - clock.now()));
    if (shift.over()) return;
    try {
      const renewed = await leases.renew(shift.lease() ?? lease, clock.now(), ttlMs);
      if (renewed === undefined) {
        log.error('the lease is lost, another invocation trades the group', { group: lease.group });
        return shift.lose();
      }
      shift.renewed(renewed);
      yieldTo(shift, renewed, clock.now(), markets);
    } catch (error) {
      log.error('the lease could not be renewed', { problem: String(error) });
      if (lease.expiresAt - clock.now() <= arrivesWithinMs)
        shift.leave({ how: 'stop', why: 'the lease cannot be proven' }, markets);
      await clock.sleep(GROUP_BOUNDS.storeRetryMs * 2);
    }
  }
}

/**
 * Hands over once the successor is ready for every market, or has named those it cannot trade:
 * these are emptied, the others keep their quotes.
 */
function yieldTo(
  shift: Shift,
  { yieldTo: asked }: Lease,
  now: number,
  markets: readonly MarketId[],
): void {
  if (asked === undefined || asked.until < now) return;
  const ready = markets.filter((market) => asked.ready.includes(market));
  const cannot = markets.filter((market) => asked.cannot.includes(market));
  if (ready.length + cannot.length < markets.length || ready.length === 0) return;
  const why = `handed over to ${asked.by}`;
  shift.leave({ how: 'stop', why: 'the successor cannot trade it' }, cannot);
  shift.leave({ how: 'hand-over', why }, ready);
}
