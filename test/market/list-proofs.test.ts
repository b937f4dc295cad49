import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MarketEvent } from '#shared/domain/trading/market-event.ts';
import type { AccountQuestion } from '#shared/domain/trading/market-output.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { Output } from '#shared/market/output.ts';
import { remainsSaved } from '#shared/market/remains.ts';
import { START } from '../builders/market.ts';
import { kinds, LoneMarket, nothingKnown, rowsOf } from '../builders/play/lone-market.ts';
import { ABILITIES, MarketPlay } from '../builders/play/market-play.ts';
import { bad } from '../builders/play/misbehaviour.ts';

const MINUTE = 60_000;
const SET = { quoteSizeUsd: 300, levels: 2, requoteIntervalMs: 1000 };
const PARTS: readonly AccountQuestion[] = ['account', 'position', 'orders'];

/** When the list was asked for that this answer shows in full. */
const listedBy = (event: MarketEvent): number | undefined =>
  event.kind === 'account' &&
  event.answer.ok &&
  'orders' in event.answer.value &&
  event.answer.value.complete
    ? event.askedAt
    : undefined;

const places = (outputs: readonly Output[]): boolean =>
  outputs.some((one) => one.kind === 'send' && one.commands.some(({ kind }) => kind !== 'cancel'));

/** A venue that answers whatever it likes of an account, more or less than was asked for. */
function answersParts(play: MarketPlay): void {
  const { venue } = play;
  const account = venue.account.bind(venue);
  venue.account = (at, askedAt) =>
    account(at, askedAt, PARTS[Math.floor(venue.random.uniform() * PARTS.length)]);
}

/** Tells of everything that is heard, with what it led to. */
function watch(
  play: MarketPlay,
  told: (event: MarketEvent, outputs: readonly Output[]) => void,
): void {
  const hear = play.hear.bind(play);
  play.hear = (event) => {
    const before = play.outputs.length;
    hear(event);
    told(event, play.outputs.slice(before));
  };
}

describe('where a complete list is the proof', () => {
  it('a start after a kill places nothing before one that had to show all, whichever parts it hears', () => {
    let waited = 0;
    let placed = 0;
    fc.assert(
      fc.property(fc.integer(), bad, fc.integer({ min: 0, max: MINUTE }), (seed, how, ms) => {
        const play = new MarketPlay(seed, how, SET);
        const saved = play.saved();
        play.runFor(ms);
        play.deadFor(ABILITIES.arrivesWithinMs);
        const { shownFrom } = remainsSaved(saved, play.now, ABILITIES);
        let isShown = false;
        answersParts(play);
        watch(play, (event, outputs) => {
          isShown ||= (listedBy(event) ?? 0) >= shownFrom;
          if (!isShown) waited += 1;
          if (!places(outputs)) return;
          placed += 1;
          expect(isShown).toBe(true);
        });
        play.takeOver(saved);
        play.runFor(3 * MINUTE);
        expect(play.problems).toEqual([]);
      }),
      { numRuns: 40 },
    );
    expect(waited).toBeGreaterThan(1000);
    expect(placed).toBeGreaterThan(100);
  });

  it('a stop has left only by one that was asked for after everything was cancelled', () => {
    let left = 0;
    fc.assert(
      fc.property(fc.integer(), bad, fc.integer({ min: 500, max: MINUTE }), (seed, how, ms) => {
        const play = new MarketPlay(seed, { ...how, failedReads: 0 }, SET);
        play.runFor(ms);
        answersParts(play);
        let emptiedAt = Infinity;
        let isProven = false;
        watch(play, (event, outputs) => {
          if (event.kind === 'emptied' && event.cancelled.failure === undefined)
            emptiedAt = Math.min(emptiedAt, event.askedAt);
          isProven ||= (listedBy(event) ?? 0) >= emptiedAt;
          if (!outputs.some(({ kind }) => kind === 'left')) return;
          left += 1;
          expect(isProven).toBe(true);
        });
        play.hear({ kind: 'leave', leaving: { how: 'stop', why: 'test' } });
        play.runFor(6 * MINUTE);
        expect(play.venue.arriving).toEqual([]);
        if (play.state.leaving?.done === true) expect(play.venue.orders).toEqual([]);
      }),
      { numRuns: 40 },
    );
    expect(left).toBeGreaterThan(20);
  });

  it('neither a position alone nor a list that was cut lets a start place', () => {
    const shownFrom = epochMs(START + 20_000);
    const market = new LoneMarket({ ...nothingKnown(), shownFrom });
    expect(kinds(market.look(0))).not.toContain('send');
    for (let look = 0; look < 20; look += 1) {
      expect(market.time(3000)).toContainEqual({ kind: 'ask', what: 'account' });
      market.book();
      const heard = look % 2 === 0 ? market.position() : market.orders([], false);
      const read = market.state.sight.fillsAsked ? market.fills([]) : [];
      expect(kinds([...heard, ...read])).not.toContain('send');
    }
    market.time(3000);
    market.book();
    expect(kinds(market.orders([]))).toContain('send');
  });

  it('a list that may have been cut has all of the account asked until one is whole', () => {
    const market = new LoneMarket();
    market.sent(market.look(0));
    for (let look = 0; look < 5; look += 1) {
      market.look(3000, { orders: rowsOf(market.state), complete: false });
      expect(market.time(3000)).toContainEqual({ kind: 'ask', what: 'account' });
      market.book();
      market.account({ orders: rowsOf(market.state), complete: false });
    }
  });
});
