import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs } from '#shared/domain/units.ts';
import type { Lease, LeaseStore } from '#shared/ports/lease-store.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { leaseSteps, playLease, violationsIn } from '#test/contracts/lease-play.ts';

const at = (ms: number): EpochMs => epochMs(1_767_571_200_000 + ms);

/** What every LeaseStore keeps, whatever it is made of. */
export function describesALeaseStore(store: () => LeaseStore, numRuns: number): void {
  describe('as a lease store', () => {
    it('gives a free lease to whoever asks first, with fence 1', async () => {
      const market = freshMarket();
      const lease = {
        market,
        owner: 'a',
        fence: 1,
        acquiredAt: at(0),
        expiresAt: at(10_000),
        yieldTo: undefined,
      };
      expect(await store().read(market)).toBeUndefined();
      expect(await store().acquire(market, 'a', at(0), 10_000)).toStrictEqual(lease);
      expect(await store().read(market)).toStrictEqual(lease);
    });

    it('refuses everybody, its holder too, up to and including the moment it expires', async () => {
      const market = freshMarket();
      await store().acquire(market, 'a', at(0), 10_000);
      expect(await store().acquire(market, 'b', at(10_000), 10_000)).toBeUndefined();
      expect(await store().acquire(market, 'a', at(10_000), 10_000)).toBeUndefined();
      expect(await store().acquire(market, 'b', at(10_001), 10_000)).toMatchObject({
        owner: 'b',
        fence: 2,
        expiresAt: at(20_001),
      });
    });

    it('is taken by exactly one of many who ask at once', async () => {
      const market = freshMarket();
      const asked = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store().acquire(market, `o${index}`, at(0), 10_000),
        ),
      );
      expect(asked.filter((lease) => lease !== undefined)).toHaveLength(1);
      expect(await store().read(market)).toMatchObject({ fence: 1 });
    });

    it('is one lease per market', async () => {
      const [one, other] = [freshMarket(), freshMarket()];
      await store().acquire(one, 'a', at(0), 10_000);
      expect(await store().acquire(other, 'b', at(0), 10_000)).toMatchObject({
        market: other,
        fence: 1,
      });
    });

    it('renews for its holder and brings the request to yield along', async () => {
      const lease = await acquired(store(), 'a');
      await store().requestYield(lease, 'b');
      expect(await store().renew(lease, at(3000), 10_000)).toStrictEqual({
        ...lease,
        expiresAt: at(13_000),
        yieldTo: 'b',
      });
    });

    it('forgets the request to yield when it changes hands', async () => {
      const lease = await acquired(store(), 'a');
      await store().requestYield(lease, 'b');
      await store().release(lease);
      expect(await store().acquire(lease.market, 'b', at(1), 10_000)).toMatchObject({
        owner: 'b',
        yieldTo: undefined,
      });
    });

    it('does not ask the next holder to yield when the request was for the one before', async () => {
      const lease = await acquired(store(), 'a');
      await store().acquire(lease.market, 'b', at(20_000), 10_000);
      await store().requestYield(lease, 'c');
      expect(await store().read(lease.market)).toMatchObject({ owner: 'b', yieldTo: undefined });
    });

    it('renews a lease that expired while nobody took it', async () => {
      const lease = await acquired(store(), 'a');
      expect(await store().renew(lease, at(60_000), 10_000)).toMatchObject({
        fence: 1,
        expiresAt: at(70_000),
      });
    });

    it('does not renew what somebody took in between, nor what was released', async () => {
      const taken = await acquired(store(), 'a');
      await store().acquire(taken.market, 'b', at(20_000), 10_000);
      expect(await store().renew(taken, at(20_001), 10_000)).toBeUndefined();
      const released = await acquired(store(), 'a');
      await store().release(released);
      expect(await store().renew(released, at(1), 10_000)).toBeUndefined();
    });

    it('does not obey somebody who merely knows the fence', async () => {
      const lease = await acquired(store(), 'a');
      const forged = { ...lease, owner: 'b' };
      expect(await store().renew(forged, at(1), 20_000)).toBeUndefined();
      await store().release(forged);
      await store().requestYield(forged, 'c');
      expect(await store().read(lease.market)).toStrictEqual(lease);
    });

    it('is never shortened by a renewal that comes late', async () => {
      const lease = await acquired(store(), 'a');
      await store().renew(lease, at(9000), 10_000);
      expect(await store().renew(lease, at(3000), 10_000)).toMatchObject({ expiresAt: at(19_000) });
      expect(await store().read(lease.market)).toMatchObject({ expiresAt: at(19_000) });
    });

    it('is free at once after its release and still counts the fence up', async () => {
      const lease = await acquired(store(), 'a');
      await store().release(lease);
      expect(await store().read(lease.market)).toBeUndefined();
      expect(await store().acquire(lease.market, 'b', at(1), 10_000)).toMatchObject({ fence: 2 });
      await store().release(lease);
      expect(await store().read(lease.market)).toMatchObject({ owner: 'b', fence: 2 });
    });

    it('has one unexpired holder at most, and only ever higher fences, whatever several owners do', async () => {
      await fc.assert(
        fc.asyncProperty(leaseSteps, async (steps) => {
          expect(violationsIn(await playLease(store(), freshMarket(), steps))).toEqual([]);
        }),
        { numRuns },
      );
    });
  });
}

async function acquired(store: LeaseStore, owner: string): Promise<Lease> {
  const lease = await store.acquire(freshMarket(), owner, at(0), 10_000);
  if (lease === undefined) throw new Error('a fresh lease was refused');
  return lease;
}
