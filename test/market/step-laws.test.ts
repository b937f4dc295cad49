import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markTo, netPnlUsd } from '#shared/accounting/profit-and-loss.ts';
import { profitAndLossOf } from '#shared/accounting/from-ledger.ts';
import { price } from '#shared/domain/units.ts';
import type { Output } from '#shared/market/output.ts';
import { step } from '#shared/market/step.ts';
import { LOT } from '../builders/play/lagging-venue.ts';
import { ABILITIES, CAP_USD, MarketPlay } from '../builders/play/market-play.ts';
import { bad, GOOD } from '../builders/play/misbehaviour.ts';

const MINUTE = 60_000;
/** Its executions are listed as good as never. */
const LATE = { ...GOOD, fillsLagMs: 1e9, tradesPerSecond: 1 };

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

  it('never may hold more than the cap or counts less than there is, whatever is late, lost or cut (C1)', () => {
    fc.assert(
      fc.property(fc.integer(), bad, fc.constantFrom(250, 1000, 3000), (seed, how, interval) => {
        const play = new MarketPlay(seed, how, { ...SET, requoteIntervalMs: interval });
        play.runFor(4 * MINUTE);
        expect(play.problems).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('never may hold more than the cap after a kill, whatever was sent since the last save (C1)', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        bad,
        // The first save is made before anything was sent.
        fc.constantFrom(0, 20_000),
        // A save is a minute old, and older while the table is slow.
        fc.integer({ min: 0, max: 90_000 }),
        fc.integer({ min: ABILITIES.arrivesWithinMs, max: MINUTE }),
        (seed, how, savedMs, unsavedMs, deadMs) => {
          const play = new MarketPlay(seed, how, { ...SET, sizeMultipliers: [1, 1, 1] });
          play.runFor(savedMs);
          const saved = play.saved();
          play.runFor(unsavedMs);
          play.deadFor(deadMs);
          play.takeOver(saved);
          play.runFor(4 * MINUTE);
          expect(play.problems).toEqual([]);
        },
      ),
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

  it('places nothing on what people wrote half a minute ago, and is empty soon after (C10)', () => {
    fc.assert(
      fc.property(fc.integer(), bad, fc.integer({ min: 0, max: 60_000 }), (seed, how, goodMs) => {
        const play = new MarketPlay(seed, { ...how, cutLists: 0, failedReads: 0 }, SET);
        play.runFor(goodMs);
        play.readsControl = false;
        play.runFor(31_000);
        const before = play.outputs.length;
        play.runFor(4 * MINUTE);
        expect(placesIn(play.outputs.slice(before))).toBe(0);
        expect(play.venue.orders).toEqual([]);
        expect(play.state.leaving).toMatchObject({ leaving: { how: 'stop' }, done: true });
      }),
      { numRuns: 30 },
    );
  });

  it('leaves nothing on the book when it has stopped', () => {
    fc.assert(
      fc.property(fc.integer(), bad, fc.integer({ min: 500, max: MINUTE }), (seed, how, ms) => {
        const play = new MarketPlay(seed, how, SET);
        play.runFor(ms);
        play.hear({ kind: 'leave', leaving: { how: 'stop', why: 'test' } });
        play.runFor(5 * MINUTE);
        expect(play.outputs.filter(({ kind }) => kind === 'left')).toHaveLength(1);
        expect(play.venue.orders).toEqual([]);
        expect(play.venue.arriving).toEqual([]);
      }),
      { numRuns: 80 },
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

  it('has books whose parts are those of the facts it recorded, and sum to net (E1)', () => {
    let adjusted = 0;
    let takenBack = 0;
    fc.assert(
      fc.property(fc.integer(), bad, fc.boolean(), (seed, how, isLate) => {
        const play = new MarketPlay(seed, isLate ? LATE : how, SET);
        play.runFor(MINUTE);
        if (isLate) {
          // What is held is taken over, then what was listed late turns up.
          play.venue.how = { ...LATE, tradesPerSecond: 0 };
          play.runFor(4 * MINUTE);
          play.venue.how = { ...LATE, fillsLagMs: 0 };
        }
        play.runFor(3 * MINUTE);
        const entries = play.outputs.flatMap((one) =>
          one.kind === 'record' ? [one.fact.entry] : [],
        );
        const ids = entries.flatMap((one) => (one.kind === 'adjustment' ? [one.id] : []));
        adjusted += ids.length;
        takenBack += ids.filter((id) => id.includes('-back-')).length;
        const { pnl, mids } = play.state.books;
        const mid = mids.at(-1)?.mid;
        const [ours, again] = [markTo(pnl, mid ?? price(1)), profitAndLossOf(entries, LOT, mid)];
        for (const part of PARTS) expect(ours[part]).toBeCloseTo(again[part], 6);
        expect(ours.position.size).toBe(again.position.size);
        const sum = PARTS.reduce((total, part) => total + ours[part], 0);
        expect(sum).toBeCloseTo(netPnlUsd(ours), 6);
      }),
      { numRuns: 40 },
    );
    expect(takenBack).toBeGreaterThan(10);
    expect(adjusted).toBeGreaterThan(takenBack);
  });

  it('wants the same again of the same events, and changes no state it was given', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        bad,
        fc.constantFrom('none', 'to-the-back'),
        (seed, how, modify) => {
          const play = new MarketPlay(seed, how, SET, { ...ABILITIES, modify });
          play.runFor(MINUTE);
          let state = deepFrozen(play.first);
          const wanted: unknown[] = [];
          for (const { event, at } of play.heard) {
            const next = step(state, event, at, play.rules);
            wanted.push(...next.outputs);
            state = deepFrozen(next.state);
          }
          expect(JSON.stringify(wanted)).toBe(JSON.stringify(play.outputs));
          expect(state).toEqual(play.state);
        },
      ),
      { numRuns: 10 },
    );
  });
});

const PARTS = [
  'spreadIncomeUsd',
  'makerFeesUsd',
  'takerFeesUsd',
  'inventoryPnlUsd',
  'hedgeCostUsd',
  'fundingUsd',
] as const;

/**
 * Nothing in it can be changed any more; a signal's own state may be typed arrays, which cannot be.
 */
function deepFrozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFrozen(inner);
  return value;
}

const placesIn = (outputs: readonly Output[]): number =>
  outputs
    .flatMap((output) => (output.kind === 'send' ? output.commands : []))
    .filter(({ kind }) => kind === 'place').length;
