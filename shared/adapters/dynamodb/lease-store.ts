import { nextFence } from '../../domain/order/fence.ts';
import type { Lease, LeaseStore } from '../../ports/stores/lease-store.ts';
import { type Item, parseItem } from './items/item.ts';
import { heldLease, isReleased } from './items/lease-item.ts';
import { openStateTable, stateKey, type StateTableOptions } from './table/state-table.ts';
import type { Condition } from './table/table.ts';
import { newWriteId } from './table/write-id.ts';

const OURS = '#owner = :owner AND #fence = :fence';
const keyOf = (group: string) => stateKey(group, 'LEASE');

/**
 * Leases in the State table. One is held up to and including `expiresAt`; each change of hands is
 * one conditional update.
 */
export function createDynamoLeaseStore(options: StateTableOptions): LeaseStore {
  const state = openStateTable(options);
  /** Undefined when nobody holds it. @throws InputError naming the attribute that is wrong. */
  const parse = (raw: Item | undefined, group: string): Lease | undefined =>
    raw === undefined || isReleased(raw)
      ? undefined
      : parseItem(heldLease, raw, state.where(keyOf(group)));
  const read = async (group: string): Promise<Lease | undefined> =>
    parse(await state.get(keyOf(group)), group);

  return {
    read,

    async list() {
      const items = await state.listed('LEASE');
      return items
        .filter((raw) => !isReleased(raw))
        .flatMap((raw) => state.readable(heldLease, raw) ?? []);
    },

    async acquire(want, now, ttlMs) {
      const key = keyOf(want.group);
      const before = await state.get(key);
      const holder = parse(before, want.group);
      if (holder !== undefined && holder.expiresAt >= now) return undefined;
      const writeId = newWriteId();
      const stored = fenceIn(before);
      const taken = await state.updateIf(
        key,
        'SET #owner = :owner, #fence = :fence, #markets = :markets, #acquiredAt = :now, #expiresAt = :expiresAt, #writeId = :writeId REMOVE #yieldTo',
        {
          // The fence is reckoned from what was read, so nobody may have taken it since.
          when: `(attribute_not_exists(#owner) OR #expiresAt < :now) AND ${stored === undefined ? 'attribute_not_exists(#fence)' : '#fence = :stored'}`,
          values: {
            ':owner': want.owner,
            ':fence': nextFence(stored, now, want.leastFence),
            ':markets': [...want.markets],
            ':now': now,
            ':expiresAt': now + ttlMs,
            ':writeId': writeId,
            ...(stored === undefined ? {} : { ':stored': stored }),
          },
        },
      );
      if (taken !== undefined) return parse(taken, want.group);
      // The first answer may have been lost and the SDK's retry refused by our own lease: the
      // write's name tells.
      const after = await state.get(key);
      return after?.['writeId'] === writeId ? parse(after, want.group) : undefined;
    },

    async renew(lease, now, ttlMs) {
      const renewed = await state.updateIf(
        keyOf(lease.group),
        'SET #expiresAt = :expiresAt, #markets = :markets',
        renewing(lease, now + ttlMs),
      );
      if (renewed !== undefined) return parse(renewed, lease.group);
      const stored = await read(lease.group);
      return stored?.owner === lease.owner && stored.fence === lease.fence ? stored : undefined;
    },

    async requestYield(lease, { by, until, ready, cannot }) {
      const asked = { by, until, ready: [...ready], cannot: [...cannot] };
      await state.updateIf(
        keyOf(lease.group),
        'SET #yieldTo = :asked',
        ifOurs(lease, { ':asked': asked }),
      );
    },

    async release(lease) {
      await state.updateIf(
        keyOf(lease.group),
        'SET #expiresAt = :zero REMOVE #owner, #acquiredAt, #markets, #yieldTo',
        ifOurs(lease, { ':zero': 0 }),
      );
    },
  };
}

const fenceIn = (raw: Item | undefined): number | undefined => {
  const fence = raw?.['fence'];
  return typeof fence === 'number' ? fence : undefined;
};

/**
 * A lease that expired while nobody wanted it may be renewed: whoever takes it raises the fence, so
 * the condition proves that there was no other holder since. It never shortens: a renewal that
 * arrives late must not end a longer one early.
 */
function renewing(lease: Lease, expiresAt: number): Condition {
  const ours = ifOurs(lease, { ':expiresAt': expiresAt, ':markets': [...lease.markets] });
  return { ...ours, when: `${ours.when} AND #expiresAt <= :expiresAt` };
}

const ifOurs = (lease: Lease, values: Readonly<Record<string, unknown>>): Condition => ({
  when: OURS,
  values: { ':owner': lease.owner, ':fence': lease.fence, ...values },
});
