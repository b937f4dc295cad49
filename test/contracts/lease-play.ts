import * as fc from 'fast-check';
import { type MarketId, marketId } from '#shared/domain/venue/market-id.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { Lease, LeaseStore, LeaseWanted } from '#shared/ports/stores/lease-store.ts';

export interface LeaseStep {
  readonly act: 'acquire' | 'renew' | 'requestYield' | 'release';
  readonly owner: string;
  /** Which of the leases ever given this step uses: also ones lost long ago. */
  readonly pick: number;
  readonly passesMs: number;
  readonly ttlMs: number;
  /** Above what was ever stored, or not. */
  readonly leastFence: number;
}

export interface LeaseEvent {
  readonly act: LeaseStep['act'];
  readonly now: number;
  readonly least: number;
  /** What was renewed, released or asked to yield. */
  readonly lease: Lease | undefined;
  readonly answer: Lease | undefined;
  readonly stored: Lease | undefined;
}

/**
 * Several owners who take, renew, yield and release one lease in any order, with leases they hold
 * or lost.
 */
export const leaseSteps: fc.Arbitrary<readonly LeaseStep[]> = fc.array(
  fc.record({
    act: fc.constantFrom('acquire', 'acquire', 'renew', 'renew', 'requestYield', 'release'),
    owner: fc.constantFrom('a', 'b', 'c'),
    pick: fc.nat(),
    passesMs: fc.integer({ min: 0, max: 9 }),
    ttlMs: fc.integer({ min: 1, max: 12 }),
    leastFence: fc.oneof(fc.constant(0), fc.integer({ min: 1_767_571_195, max: 1_767_571_210 })),
  }),
  { minLength: 5, maxLength: 25 },
);

export async function playLease(
  store: LeaseStore,
  group: string,
  steps: readonly LeaseStep[],
): Promise<readonly LeaseEvent[]> {
  const given: Lease[] = [];
  const events: LeaseEvent[] = [];
  let now = 1_767_571_200_000;
  for (const step of steps) {
    now += step.passesMs;
    const lease = step.act === 'acquire' ? undefined : given[step.pick % Math.max(1, given.length)];
    const answer = await perform(store, group, step, lease, now);
    if (step.act === 'acquire' && answer !== undefined) given.push(answer);
    events.push({
      act: step.act,
      now,
      least: step.leastFence,
      lease,
      answer,
      stored: await store.read(group),
    });
  }
  return events;
}

const MARKETS: readonly MarketId[] = [marketId('purple-flea', 'BTC-PERP')];

const wantOf = (group: string, { owner, leastFence }: LeaseStep): LeaseWanted => ({
  group,
  owner,
  markets: MARKETS,
  leastFence,
});

async function perform(
  store: LeaseStore,
  group: string,
  step: LeaseStep,
  lease: Lease | undefined,
  now: number,
): Promise<Lease | undefined> {
  if (step.act === 'acquire')
    return await store.acquire(wantOf(group, step), epochMs(now), step.ttlMs);
  if (lease === undefined) return undefined;
  if (step.act === 'renew') return await store.renew(lease, epochMs(now), step.ttlMs);
  if (step.act === 'release') await store.release(lease);
  else
    await store.requestYield(lease, {
      by: step.owner,
      until: epochMs(now + step.ttlMs),
      ready: MARKETS,
      cannot: [],
    });
  return undefined;
}

/** Where the events break the law of the lease, in words; nothing when they keep it. */
export function violationsIn(events: readonly LeaseEvent[]): readonly string[] {
  const violations: string[] = [];
  /** What each generation was last told: it may trade until then. */
  const until = new Map<number, number>();
  let lastFence = 0;
  const check = (isKept: boolean, law: string, index: number): void => {
    if (!isKept) violations.push(`event ${index}: ${law}`);
  };
  for (const [index, { act, now, least, lease, answer }] of events.entries()) {
    const holders = [...until.values()].filter((end) => end >= now).length;
    if (act === 'acquire')
      check(
        (answer !== undefined) === (holders === 0),
        'taken exactly when nobody holds it',
        index,
      );
    if (act === 'acquire' && answer !== undefined) {
      check(answer.fence > lastFence, 'a higher fence than ever before', index);
      check(answer.fence >= Math.floor(now / 1000), 'a fence not below the clock', index);
      check(answer.fence >= least, 'a fence not below what was seen elsewhere', index);
      lastFence = answer.fence;
    }
    if (act === 'renew' && lease !== undefined)
      check(
        (answer !== undefined) === (lease.fence === lastFence && until.has(lastFence)),
        'only the last holder renews',
        index,
      );
    if (act === 'release' && lease !== undefined) until.delete(lease.fence);
    if (answer !== undefined) until.set(answer.fence, answer.expiresAt);
    check(
      [...until.values()].filter((end) => end >= now).length <= 1,
      'one unexpired holder at most',
      index,
    );
  }
  return violations;
}
