import type { MarketId } from '../../../domain/venue/market-id.ts';
import { MINUTE_MS } from '../../../domain/time.ts';
import { epochMs } from '../../../domain/units.ts';
import { uniformOf } from '../../../math/back-off.ts';
import type { Lease } from '../../../ports/stores/lease-store.ts';
import { GROUP_BOUNDS, leaseTtlMs } from '../bounds.ts';
import type { GroupDeps, GroupRequest } from '../group-deps.ts';
import { otherGroup } from './other-group.ts';
import { readiness } from './readiness.ts';

export type LeaseAnswer =
  | {
      readonly kind: 'ours';
      readonly lease: Lease;
      /** Whoever held it before did not let go of it. */
      readonly wasHeld: boolean;
    }
  | { readonly kind: 'held'; readonly by: string };

/**
 * Takes the group if nobody holds it, leaves a young holder alone that can do its work, and asks an
 * old one to hand over once this invocation is ready to trade every market itself: who asks before
 * that may leave orders without an owner.
 */
export async function takeLease(deps: GroupDeps, request: GroupRequest): Promise<LeaseAnswer> {
  const { leases, clock } = deps;
  const { group } = request;
  const holder = await leases.read(group);
  const isHeld = holder !== undefined && holder.expiresAt >= clock.now();
  if (!isHeld)
    return (await acquire(deps, request, holder)) ?? { kind: 'held', by: 'another invocation' };
  const isYoung = clock.now() - holder.acquiredAt < handoverAge(group);
  const alone = isYoung ? await leftAlone(deps, request, holder) : [];
  if (isYoung && alone.length === 0) return { kind: 'held', by: holder.owner };
  const { ready, cannot } = await readiness(deps, request);
  // A young one is asked only for what can be traded, and gives up nothing for it.
  const isWorthAsking = alone.some((market) => ready.includes(market));
  if (isYoung && (!isWorthAsking || holder.markets.some((market) => cannot.has(market))))
    return { kind: 'held', by: holder.owner };
  if (ready.length === 0) {
    deps.log.warn('not ready to take over, the holder goes on', { group, cannot });
    return { kind: 'held', by: holder.owner };
  }
  // What has moved to another group is the holder's to empty before that one may have it.
  const moved = holder.markets.filter((market) => !request.markets.includes(market));
  return waitFor(deps, request, holder, ready, [...cannot.keys(), ...moved]);
}

/**
 * Markets that are nobody's and that this holder may not save or does not know of: the group they
 * come from was begun once more, or let go of them, after the holder was begun. A successor's fence
 * is above both. What cannot be read is asked for by the next start.
 */
async function leftAlone(
  deps: GroupDeps,
  { group, markets }: GroupRequest,
  holder: Lease,
): Promise<readonly MarketId[]> {
  const isAlone = async (market: MarketId): Promise<boolean> => {
    const saved = await deps.sessions.load(market);
    if (saved.kind !== 'loaded') return false;
    const { session } = saved;
    const isLater = session.group !== group && session.savedAt > holder.acquiredAt;
    if (session.fence <= holder.fence && !isLater) return false;
    return (await otherGroup(deps, group, market, saved)) === undefined;
  };
  const others = markets.filter((market) => !holder.markets.includes(market));
  try {
    const alone = await Promise.all(others.map(isAlone));
    return others.filter((_, index) => alone[index]);
  } catch (error) {
    deps.log.warn('markets that nobody may trade could not be read', { problem: String(error) });
    return [];
  }
}

/** Groups that start together do not all hand over in the same minute. */
const handoverAge = (group: string): number =>
  GROUP_BOUNDS.handoverAfterMs - uniformOf(group) * MINUTE_MS;

async function waitFor(
  deps: GroupDeps,
  request: GroupRequest,
  holder: Lease,
  ready: readonly MarketId[],
  cannot: readonly MarketId[],
): Promise<LeaseAnswer> {
  const { leases, clock } = deps;
  const until = epochMs(clock.now() + GROUP_BOUNDS.yieldWaitMs);
  await leases.requestYield(holder, { by: request.owner, until, ready, cannot });
  await clock.sleep(Math.max(0, renewedAt(deps, holder) - clock.now()));
  while (clock.now() < until) {
    await clock.sleep(GROUP_BOUNDS.yieldPollMs);
    const taken = await takenNow(deps, request);
    if (taken !== undefined) return taken;
  }
  return { kind: 'held', by: holder.owner };
}

/** When the holder next hears of anything: with a renewal of its lease, at half its life. */
const renewedAt = ({ venue }: GroupDeps, { expiresAt }: Lease): number =>
  expiresAt - leaseTtlMs(venue.execution.can.arrivesWithinMs) / 2;

/** Who has asked does not go away because a table did not answer once: the holder may let go. */
async function takenNow(
  deps: GroupDeps,
  request: GroupRequest,
): Promise<Extract<LeaseAnswer, { kind: 'ours' }> | undefined> {
  try {
    const current = await deps.leases.read(request.group);
    const isHeld = current !== undefined && current.expiresAt >= deps.clock.now();
    return isHeld ? undefined : await acquire(deps, request, current);
  } catch (error) {
    deps.log.warn('the lease could not be read', { problem: String(error) });
    return undefined;
  }
}

/** A fence is never lower than any a saved session bears, whatever became of the lease's item. */
async function acquire(
  { leases, sessions, clock, venue }: GroupDeps,
  { group, owner, markets }: GroupRequest,
  before: Lease | undefined,
): Promise<Extract<LeaseAnswer, { kind: 'ours' }> | undefined> {
  const saved = await Promise.all(markets.map((market) => sessions.load(market)));
  const fences = saved.map((one) => (one.kind === 'loaded' ? one.session.fence : 0));
  const want = { group, owner, markets, leastFence: Math.max(0, ...fences) + 1 };
  const ttlMs = leaseTtlMs(venue.execution.can.arrivesWithinMs);
  const lease = await leases.acquire(want, clock.now(), ttlMs);
  return lease === undefined ? undefined : { kind: 'ours', lease, wasHeld: before !== undefined };
}
