import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { EpochMs } from '../../../domain/units.ts';
import type { Lease } from '../../../ports/stores/lease-store.ts';
import { GROUP_BOUNDS, leaseTtlMs } from '../bounds.ts';
import type { GroupDeps } from '../group-deps.ts';
import { nap } from '../nap.ts';
import type { Shift } from './shift.ts';

/**
 * Renews the lease at half its life, and at once after a jump of the clock or when a market is put
 * back, beside the trading. One that is somebody else's ends the shift; one that cannot be proven
 * any more makes every market stop while it still may cancel, and so does one that had run out.
 */
export async function keepLease(
  deps: GroupDeps,
  shift: Shift,
  markets: readonly MarketId[],
): Promise<void> {
  const { clock } = deps;
  const { arrivesWithinMs } = deps.venue.execution.can;
  const ttlMs = leaseTtlMs(arrivesWithinMs);
  for (;;) {
    const lease = shift.lease();
    if (shift.over() || lease === undefined) return;
    yieldTo(shift, lease, clock.now(), markets, arrivesWithinMs);
    const isDue = shift.doubted() || shift.isPuttingBack();
    const inMs = isDue ? 0 : lease.expiresAt - ttlMs / 2 - clock.now();
    if (inMs > 0) await nap(deps, shift, inMs);
    else if (!(await renewed(deps, shift, lease, ttlMs, markets))) {
      if (lease.expiresAt - clock.now() <= arrivesWithinMs)
        shift.leave({ how: 'stop', why: 'the lease cannot be proven' }, markets);
      await clock.sleep(GROUP_BOUNDS.storeRetryMs * 2);
    }
  }
}

/** False when the store did not answer. */
async function renewed(
  deps: GroupDeps,
  shift: Shift,
  lease: Lease,
  ttlMs: number,
  markets: readonly MarketId[],
): Promise<boolean> {
  const { clock, leases, log } = deps;
  try {
    const next = await leases.renew(lease, clock.now(), ttlMs);
    if (next !== undefined) {
      if (shift.hasRunOut(clock.now())) await stopAfterRunOut(deps, shift, markets);
      shift.renewed(next, clock.now());
      return true;
    }
    const { group } = lease;
    const holder = await leases.read(group);
    const heir = holder !== undefined && holder.expiresAt >= clock.now() ? holder.owner : undefined;
    log.error('the lease is lost', { group, heir: heir ?? 'nobody holds it' });
    shift.lose(heir === undefined ? 'nobody' : 'an heir');
    return true;
  } catch (error) {
    log.error('the lease could not be renewed', { problem: String(error) });
    shift.unproven();
    return false;
  }
}

/**
 * Nobody has taken the lease, but a group to which a market was moved saw it run out: what that one
 * saved is lost. The rest is left by a stop, for the next start proves anew what it may trade.
 */
async function stopAfterRunOut(
  { sessions }: GroupDeps,
  shift: Shift,
  markets: readonly MarketId[],
): Promise<void> {
  const look = async (market: MarketId): Promise<void> => {
    const saved = await sessions.load(market);
    if (saved.kind !== 'loaded') return;
    const { fence, group } = saved.session;
    // Two groups that are taken in one second may bear one fence.
    if (fence + Number(group !== shift.group) > shift.fence) shift.take(market);
  };
  await Promise.all(markets.map(look));
  shift.leave({ how: 'stop', why: 'the lease had run out' }, markets);
}

/**
 * Hands over once the successor is ready for every market of the lease, or has named those it
 * cannot trade: these are emptied first, and only then do the others, which keep their quotes, let
 * go. One that is struck off keeps nobody: it is the successor's as it is. Who asks for less time
 * than that may take is not heard.
 */
function yieldTo(
  shift: Shift,
  { yieldTo: asked, markets: answered }: Lease,
  now: EpochMs,
  markets: readonly MarketId[],
  arrivesWithinMs: number,
): void {
  if (asked === undefined || asked.until - now < arrivesWithinMs + GROUP_BOUNDS.handoverSlackMs)
    return;
  const held = markets.filter((market) => answered.includes(market) && !shift.finished(market));
  const ready = held.filter((market) => asked.ready.includes(market));
  const cannot = held.filter((market) => asked.cannot.includes(market));
  const isForSome = ready.length > 0 || held.length === 0;
  if (ready.length + cannot.length < held.length || !isForSome) return;
  shift.leave({ how: 'stop', why: 'the successor cannot trade it' }, cannot);
  if (cannot.length === 0) shift.handOver(asked.by, ready);
}
