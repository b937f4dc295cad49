import type { MarketId } from '../../../domain/venue/market-id.ts';
import type { SessionLoaded } from '../../../ports/stores/session-store.ts';
import type { GroupDeps } from '../group-deps.ts';

/**
 * Why a market is not this group's yet: a market changes groups only after the lease of the group
 * that traded it last is gone or answers for it no more. What cannot be read counts as held.
 */
export async function otherGroup(
  { clock, leases }: Pick<GroupDeps, 'clock' | 'leases'>,
  group: string,
  market: MarketId,
  loaded: SessionLoaded,
): Promise<string | undefined> {
  if (loaded.kind !== 'loaded' || loaded.session.group === group) return undefined;
  const other = loaded.session.group;
  try {
    const lease = await leases.read(other);
    const isHeld =
      lease !== undefined && lease.expiresAt >= clock.now() && lease.markets.includes(market);
    return isHeld ? `the group ${other} still trades it` : undefined;
  } catch (error) {
    return `whether the group ${other} still trades it cannot be read: ${String(error)}`;
  }
}
