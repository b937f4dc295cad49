import { nextFence } from '../../domain/order/fence.ts';
import { epochMs } from '../../domain/units.ts';
import type { Lease, LeaseStore } from '../../ports/stores/lease-store.ts';

/**
 * Leases without a database. Each call does its work before it returns: nothing comes in between.
 */
export function createMemoryLeaseStore(): LeaseStore {
  const held = new Map<string, Lease>();
  const fences = new Map<string, number>();
  const ours = ({ group, owner, fence }: Lease): Lease | undefined => {
    const current = held.get(group);
    return current?.owner === owner && current.fence === fence ? current : undefined;
  };
  const keep = (lease: Lease): Lease => {
    held.set(lease.group, lease);
    return lease;
  };
  return {
    read: async (group) => held.get(group),
    list: async () => [...held.values()],
    async acquire({ group, owner, markets, leastFence }, now, ttlMs) {
      const current = held.get(group);
      if (current !== undefined && current.expiresAt >= now) return undefined;
      const fence = nextFence(fences.get(group), now, leastFence);
      fences.set(group, fence);
      return keep({
        group,
        owner,
        fence,
        acquiredAt: now,
        expiresAt: epochMs(now + ttlMs),
        markets: [...markets],
        yieldTo: undefined,
      });
    },
    async renew(lease, now, ttlMs) {
      const current = ours(lease);
      const expiresAt = epochMs(now + ttlMs);
      if (current === undefined || current.expiresAt > expiresAt) return current;
      return keep({ ...current, expiresAt, markets: [...lease.markets] });
    },
    async requestYield(lease, yieldTo) {
      const current = ours(lease);
      if (current !== undefined) keep({ ...current, yieldTo });
    },
    async release(lease) {
      if (ours(lease) !== undefined) held.delete(lease.group);
    },
  };
}
