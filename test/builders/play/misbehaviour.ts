import * as fc from 'fast-check';
import type { Misbehaviour } from './lagging-venue.ts';

/** A venue that behaves. */
export const GOOD: Misbehaviour = {
  ordersLagMs: 0,
  positionLagMs: 0,
  fillsLagMs: 0,
  unknownShare: 0,
  refusedShare: 0,
  missedShare: 0,
  failedReads: 0,
  cutLists: 0,
  tornLists: false,
  saysFilled: true,
  tradesPerSecond: 0.3,
};

const share = (max: number): fc.Arbitrary<number> => fc.double({ min: 0, max, noNaN: true });

/** One that is late, loses, refuses and cuts. */
export const bad: fc.Arbitrary<Misbehaviour> = fc.record({
  ordersLagMs: fc.integer({ min: 0, max: 75_000 }),
  positionLagMs: fc.integer({ min: 0, max: 75_000 }),
  fillsLagMs: fc.integer({ min: 0, max: 75_000 }),
  unknownShare: fc.oneof(share(0.3), fc.constantFrom(0.05, 0.2)),
  refusedShare: share(0.3),
  missedShare: fc.oneof(share(0.3), fc.constant(0.1)),
  failedReads: share(0.3),
  cutLists: share(0.2),
  tornLists: fc.boolean(),
  saysFilled: fc.boolean(),
  tradesPerSecond: fc.double({ min: 0, max: 3, noNaN: true }),
});

/**
 * One that does as it is told and is slow to show it, and of cancels says only that they were done.
 */
export const slow: fc.Arbitrary<Misbehaviour> = fc
  .record({
    lagMs: fc.constantFrom(5000, 20_000, 70_000),
    unknownShare: fc.constantFrom(0, 0.01, 0.03),
    tradesPerSecond: fc.constantFrom(0.1, 0.5, 2),
    tornLists: fc.boolean(),
  })
  .map(({ lagMs, ...how }) => ({
    ...GOOD,
    ...how,
    saysFilled: false,
    ordersLagMs: lagMs,
    positionLagMs: lagMs,
    fillsLagMs: lagMs,
  }));
