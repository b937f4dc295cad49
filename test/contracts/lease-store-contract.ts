import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type EpochMs, epochMs } from '#shared/domain/units.ts';
import { marketId } from '#shared/domain/venue/market-id.ts';
import type {
  Lease,
  LeaseStore,
  LeaseWanted,
  YieldRequest,
} from '#shared/ports/stores/lease-store.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { leaseSteps, playLease, violationsIn } from '#test/contracts/lease-play.ts';

const OTHER = marketId('purple-flea', 'OTHER-PERP');
const SECONDS = 1_767_571_200;
const at = (ms: number): EpochMs => epochMs(1_767_571_200_000 + ms);

const wanted = (group: string, owner: string, leastFence = 0): LeaseWanted => ({
  group,
  owner,
  markets: [OTHER],
  leastFence,
});
const ask = (by: string): YieldRequest => ({ by, until: at(30_000), ready: [OTHER], cannot: [] });

/** What every LeaseStore keeps, whatever it is made of. */
export function describesALeaseStore(store: () => LeaseStore, numRuns: number): void {
  describe('as a lease store', () => {
    it('gives a free lease to whoever asks first, and the clock as its fence', async () => {
      const market = freshMarket();
      const lease = {
        group: market,
        markets: [OTHER],
        owner: 'a',
        fence: SECONDS,
        acquiredAt: at(0),
        expiresAt: at(10_000),
        yieldTo: undefined,
      };
      expect(await store().read(market)).toBeUndefined();
      expect(await store().acquire(wanted(market, 'a'), at(0), 10_000)).toStrictEqual(lease);
      expect(await store().read(market)).toStrictEqual(lease);
    });

    it('refuses everybody, its holder too, up to and including the moment it expires', async () => {
      const market = freshMarket();
      await store().acquire(wanted(market, 'a'), at(0), 10_000);
      expect(await store().acquire(wanted(market, 'b'), at(10_000), 10_000)).toBeUndefined();
      expect(await store().acquire(wanted(market, 'a'), at(10_000), 10_000)).toBeUndefined();
      expect(await store().acquire(wanted(market, 'b'), at(10_001), 10_000)).toMatchObject({
        owner: 'b',
        fence: SECONDS + 10,
        expiresAt: at(20_001),
      });
    });

    it('is taken by exactly one of many who ask at once', async () => {
      const market = freshMarket();
      const asked = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          store().acquire(wanted(market, `o${index}`), at(0), 10_000),
        ),
      );
      expect(asked.filter((lease) => lease !== undefined)).toHaveLength(1);
      expect(await store().read(market)).toMatchObject({ fence: SECONDS });
    });

    it('is one lease per market', async () => {
      const [one, other] = [freshMarket(), freshMarket()];
      await store().acquire(wanted(one, 'a'), at(0), 10_000);
      expect(await store().acquire(wanted(other, 'b'), at(0), 10_000)).toMatchObject({
        group: other,
        fence: SECONDS,
      });
    });

    it('renews for its holder and brings the request to yield along', async () => {
      const lease = await acquired(store(), 'a');
      await store().requestYield(lease, ask('b'));
      expect(await store().renew(lease, at(3000), 10_000)).toStrictEqual({
        ...lease,
        expiresAt: at(13_000),
        yieldTo: ask('b'),
      });
    });

    it('forgets the request to yield when it changes hands', async () => {
      const lease = await acquired(store(), 'a');
      await store().requestYield(lease, ask('b'));
      await store().release(lease);
      expect(await store().acquire(wanted(lease.group, 'b'), at(1), 10_000)).toMatchObject({
        owner: 'b',
        yieldTo: undefined,
      });
    });

    it('does not ask the next holder to yield when the request was for the one before', async () => {
      const lease = await acquired(store(), 'a');
      await store().acquire(wanted(lease.group, 'b'), at(20_000), 10_000);
      await store().requestYield(lease, ask('c'));
      expect(await store().read(lease.group)).toMatchObject({ owner: 'b', yieldTo: undefined });
    });

    it('renews a lease that expired while nobody took it', async () => {
      const lease = await acquired(store(), 'a');
      expect(await store().renew(lease, at(60_000), 10_000)).toMatchObject({
        fence: SECONDS,
        expiresAt: at(70_000),
      });
    });

    it('does not renew what somebody took in between, nor what was released', async () => {
      const taken = await acquired(store(), 'a');
      await store().acquire(wanted(taken.group, 'b'), at(20_000), 10_000);
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
      await store().requestYield(forged, ask('c'));
      expect(await store().read(lease.group)).toStrictEqual(lease);
    });

    it('is never shortened by a renewal that comes late', async () => {
      const lease = await acquired(store(), 'a');
      await store().renew(lease, at(9000), 10_000);
      expect(await store().renew(lease, at(3000), 10_000)).toMatchObject({ expiresAt: at(19_000) });
      expect(await store().read(lease.group)).toMatchObject({ expiresAt: at(19_000) });
    });

    it('is free at once after its release and still counts the fence up', async () => {
      const lease = await acquired(store(), 'a');
      await store().release(lease);
      expect(await store().read(lease.group)).toBeUndefined();
      expect(await store().acquire(wanted(lease.group, 'b'), at(1), 10_000)).toMatchObject({
        fence: SECONDS + 1,
      });
      await store().release(lease);
      expect(await store().read(lease.group)).toMatchObject({ owner: 'b', fence: SECONDS + 1 });
    });

    it('never has a fence below what was seen elsewhere, nor one that was given', async () => {
      const market = freshMarket();
      const first = await store().acquire(wanted(market, 'a', SECONDS + 500), at(0), 1000);
      expect(first?.fence).toBe(SECONDS + 500);
      const second = await store().acquire(wanted(market, 'b', 0), at(5000), 1000);
      expect(second?.fence).toBe(SECONDS + 501);
      const third = await store().acquire(wanted(market, 'c', 0), at(900_000), 1000);
      expect(third?.fence).toBe(SECONDS + 900);
    });

    it('answers for the markets it was taken for, without those struck off, until they are put back', async () => {
      const market = freshMarket();
      const want = { ...wanted(market, 'a'), group: market, markets: [market, OTHER] };
      const lease = (await store().acquire(want, at(0), 10_000))!;
      expect(lease.markets).toEqual([market, OTHER]);
      const renewed = await store().renew({ ...lease, markets: [OTHER] }, at(1000), 10_000);
      expect(renewed?.markets).toEqual([OTHER]);
      expect((await store().read(market))?.markets).toEqual([OTHER]);
      const none = await store().renew({ ...lease, markets: [] }, at(1500), 10_000);
      expect(none?.markets).toEqual([]);
      const back = await store().renew({ ...lease, markets: [market, OTHER] }, at(2000), 10_000);
      expect(back?.markets).toEqual([market, OTHER]);
      expect((await store().read(market))?.markets).toEqual([market, OTHER]);
    });

    it('is listed until it is released', async () => {
      const [lease, other] = [await acquired(store(), 'a'), await acquired(store(), 'b')];
      await store().release(other);
      const listed = await store().list();
      expect(listed).toContainEqual(lease);
      expect(listed.map(({ group }) => group)).not.toContain(other.group);
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
  const lease = await store.acquire(wanted(freshMarket(), owner), at(0), 10_000);
  if (lease === undefined) throw new Error('a fresh lease was refused');
  return lease;
}
