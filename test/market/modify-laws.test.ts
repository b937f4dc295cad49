import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import type { ModifyAbility } from '#shared/domain/venue/venue-abilities.ts';
import { ABILITIES, MarketPlay } from '../builders/play/market-play.ts';
import { bad, GOOD, slow } from '../builders/play/misbehaviour.ts';
import type { Misbehaviour } from '../builders/play/lagging-venue.ts';

const MINUTE = 60_000;
/** Orders of several lots, so that what is replaced may have traded in part. */
const SET: Partial<Parameters> = { levels: 2, sizeMultipliers: [1, 1, 1] };

const played = (
  seed: number,
  how: Misbehaviour,
  modify: ModifyAbility,
  over: Partial<Parameters> = { requoteIntervalMs: 1000 },
): MarketPlay => {
  // With the smaller there is room for the old and the new, with the larger for few of them.
  const quoteSizeUsd = seed % 2 === 0 ? 200 : 300;
  return new MarketPlay(seed, how, { ...SET, quoteSizeUsd, ...over }, { ...ABILITIES, modify });
};

const can: fc.Arbitrary<ModifyAbility> = fc.constantFrom('to-the-back', 'shrinks-in-place');

/** Commands that went out, by kind. */
function sentBy(play: MarketPlay, kind: 'place' | 'modify' | 'cancel'): number {
  const sends = play.outputs.flatMap((one) => (one.kind === 'send' ? one.commands : []));
  return sends.filter((command) => command.kind === kind).length;
}

describe('step against a venue that modifies', () => {
  it('does with fewer commands what takes a cancel and a place elsewhere', () => {
    const [modifying, replacing] = [played(7, GOOD, 'to-the-back'), played(7, GOOD, 'none')];
    for (const play of [modifying, replacing]) {
      play.runFor(10 * MINUTE);
      play.runFor(5000, true);
      expect(play.problems).toEqual([]);
      expect(play.venue.fills.length).toBeGreaterThan(50);
      expect(play.state.books.pnl.fills).toBe(play.venue.fills.length);
      expect(play.state.books.pnl.position.size).toBe(play.venue.position);
      expect(play.state.orders.working.length).toBeGreaterThan(1);
    }
    const writes = (play: MarketPlay): number =>
      sentBy(play, 'place') + sentBy(play, 'modify') + sentBy(play, 'cancel');
    expect(sentBy(replacing, 'modify')).toBe(0);
    expect(sentBy(modifying, 'modify')).toBeGreaterThan(100);
    expect(writes(modifying)).toBeLessThan(writes(replacing) * 0.9);
  });

  it('never may hold more than the cap or counts less than there is, whatever a list shows of the two orders of a modify (C1)', () => {
    const heard = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.integer(),
        fc.oneof(bad, slow),
        can,
        fc.constantFrom(250, 1000, 3000),
        (seed, how, able, ms) => {
          const play = played(seed, how, able, { requoteIntervalMs: ms });
          play.runFor(4 * MINUTE);
          expect(play.problems).toEqual([]);
          for (const { event } of play.heard)
            for (const { kind, outcome } of event.kind === 'sent' ? event.results : [])
              if (kind === 'modify') heard.set(outcome.kind, (heard.get(outcome.kind) ?? 0) + 1);
        },
      ),
      { numRuns: 200 },
    );
    // What is proven is proven of every answer there is.
    for (const kind of ['modified', 'refused', 'neither', 'gone', 'unknown'])
      expect([kind, (heard.get(kind) ?? 0) > 5]).toEqual([kind, true]);
  }, 120_000);

  it('keeps both when another holder goes on, whatever was under way (C1)', () => {
    let underWay = 0;
    fc.assert(
      fc.property(fc.integer(), bad, can, fc.nat(500), (seed, how, able, atMs) => {
        const play = played(seed, how, able, { requoteIntervalMs: 250 });
        for (let times = 0; times < 3; times += 1) {
          // Longer than a start waits for what the one before may have left.
          play.runFor(100_000 + atMs);
          // Now or when a modify goes out next: that is where it hurts.
          for (let waited = 0; waited < 100 && !isModifying(play); waited += 1) play.runFor(50);
          if (isModifying(play)) underWay += 1;
          play.takeOver();
        }
        play.runFor(MINUTE);
        expect(play.problems).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(underWay).toBeGreaterThan(20);
  }, 120_000);

  it('has each fill in its books once, of the old order and of the new (E1)', () => {
    fc.assert(
      fc.property(fc.integer(), bad, can, (seed, how, able) => {
        const play = played(seed, { ...how, cutLists: 0 }, able);
        play.runFor(3 * MINUTE);
        play.runFor(4 * MINUTE, true);
        expect(play.state.books.pnl.position.size).toBe(play.venue.position);
        expect(play.state.books.pnl.fills).toBe(play.venue.fills.length);
      }),
      { numRuns: 40 },
    );
  });

  it('leaves nothing on the book when it has stopped, nothing on its way when it hands over', () => {
    fc.assert(
      fc.property(fc.integer(), bad, can, fc.boolean(), (seed, how, able, isStop) => {
        const play = played(seed, { ...how, ordersLagMs: 0 }, able, { requoteIntervalMs: 250 });
        play.runFor(MINUTE / 2);
        for (let waited = 0; waited < 100 && !isModifying(play); waited += 1) play.runFor(50);
        play.hear({ kind: 'leave', leaving: { how: isStop ? 'stop' : 'hand-over', why: 'test' } });
        for (let waited = 0; waited < 300 && !hasLeft(play); waited += 1) play.runFor(1000);
        expect(hasLeft(play)).toBe(true);
        expect(play.venue.arriving).toEqual([]);
        if (isStop) expect(play.venue.orders).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

const isModifying = ({ state }: MarketPlay): boolean =>
  state.orders.working.some((order) => 'old' in order);

const hasLeft = ({ outputs }: MarketPlay): boolean => outputs.some(({ kind }) => kind === 'left');
