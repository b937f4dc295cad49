import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Misbehaviour } from '../builders/lagging-venue.ts';
import { CAP_USD, MarketPlay } from '../builders/market-play.ts';

const MINUTE = 60_000;
const GOOD: Misbehaviour = {
  ordersLagMs: 0,
  positionLagMs: 0,
  fillsLagMs: 0,
  unknownShare: 0,
  refusedShare: 0,
  failedReads: 0,
  cutLists: 0,
  saysFilled: true,
  tradesPerSecond: 0.3,
};

const bad: fc.Arbitrary<Misbehaviour> = fc.record({
  ordersLagMs: fc.integer({ min: 0, max: 75_000 }),
  positionLagMs: fc.integer({ min: 0, max: 75_000 }),
  fillsLagMs: fc.integer({ min: 0, max: 75_000 }),
  unknownShare: fc.double({ min: 0, max: 0.3, noNaN: true }),
  refusedShare: fc.double({ min: 0, max: 0.3, noNaN: true }),
  failedReads: fc.double({ min: 0, max: 0.3, noNaN: true }),
  cutLists: fc.double({ min: 0, max: 0.2, noNaN: true }),
  saysFilled: fc.boolean(),
  tradesPerSecond: fc.double({ min: 0, max: 3, noNaN: true }),
});

const SET = { requoteIntervalMs: 1000, quoteSizeUsd: 300, levels: 2 };

describe('step against a venue', () => {
  it('quotes a well-behaved one all the time, books each fill once and agrees with it', () => {
    const play = new MarketPlay(7, GOOD, SET);
    play.runFor(10 * MINUTE);
    play.runFor(5000, true);
    const { books, orders } = play.state;
    expect(play.problems).toEqual([]);
    expect(play.venue.fills.length).toBeGreaterThan(50);
    expect(books.pnl.fills).toBe(play.venue.fills.length);
    expect(books.pnl.position.size).toBe(play.venue.position);
    expect(orders.working.length).toBeGreaterThan(1);
    expect(books.pending).toEqual([]);
  });

  it('never may hold more than the cap, whatever is late, lost or cut (B1, B3, B5)', () => {
    fc.assert(
      fc.property(fc.integer(), bad, fc.constantFrom(250, 1000, 3000), (seed, how, interval) => {
        const play = new MarketPlay(seed, how, { ...SET, requoteIntervalMs: interval });
        play.runFor(4 * MINUTE);
        expect(play.problems).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('has each fill in its books once, when the lists have caught up (E1)', () => {
    fc.assert(
      fc.property(fc.integer(), bad, (seed, how) => {
        const play = new MarketPlay(seed, { ...how, cutLists: 0 }, SET);
        play.runFor(3 * MINUTE);
        play.runFor(4 * MINUTE, true);
        expect(play.state.books.pnl.position.size).toBe(play.venue.position);
        expect(play.state.books.pnl.fills).toBe(play.venue.fills.length);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves nothing on the book when it has stopped', () => {
    fc.assert(
      fc.property(fc.integer(), bad, (seed, how) => {
        const play = new MarketPlay(seed, { ...how, ordersLagMs: 0 }, SET);
        play.runFor(MINUTE);
        play.hear({ kind: 'leave', leaving: { how: 'stop', why: 'test' } });
        play.runFor(5 * MINUTE);
        expect(play.outputs.filter(({ kind }) => kind === 'left')).toHaveLength(1);
        expect(play.venue.orders).toEqual([]);
        expect(play.venue.arriving).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps its quotes when it hands over', () => {
    const play = new MarketPlay(3, { ...GOOD, tradesPerSecond: 0 }, SET);
    play.runFor(MINUTE);
    play.hear({ kind: 'leave', leaving: { how: 'hand-over', why: 'test' } });
    play.runFor(1000);
    expect(play.outputs.at(-1)).toMatchObject({ kind: 'left', how: 'hand-over' });
    expect(play.venue.orders.length).toBeGreaterThan(1);
    expect(CAP_USD).toBe(1000);
  });
});
