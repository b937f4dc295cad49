import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import { remainsSaved } from '#shared/market/remains.ts';
import { begin, sessionOf } from '#shared/market/begin.ts';
import { step } from '#shared/market/step.ts';
import { NEW_BRAIN } from '#shared/strategy/brain-state.ts';
import { LoneMarket } from '../builders/play/lone-market.ts';
import { MarketPlay } from '../builders/play/market-play.ts';
import { GOOD } from '../builders/play/misbehaviour.ts';
import { START } from '../builders/market.ts';

const STILL = { ...GOOD, tradesPerSecond: 0 };
const LEFT = { min: 0, max: 1, noNaN: true };
const SET = { requoteIntervalMs: 1000, quoteSizeUsd: 300, levels: 2 };

describe('step', () => {
  it('believes an answer whose question went out a moment after the look', () => {
    const play = new MarketPlay(1, STILL, SET);
    const askedAt = epochMs(START + 2);
    const heard = step(play.state, play.venue.book(START, askedAt), askedAt, play.rules);
    expect(heard.state.sight.look?.book?.kind).toBe('book');
    const early = play.venue.book(START, epochMs(START - 1));
    expect(step(play.state, early, askedAt, play.rules).state.sight.look?.book).toBeUndefined();
  });

  it('knows of the request allowance the least that a look was told, whichever answer came first', () => {
    const look = fc.record({
      bookLeft: fc.double(LEFT),
      accountLeft: fc.double(LEFT),
      isBookFirst: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 5 }), (looks) => {
        const market = new LoneMarket();
        for (const { bookLeft, accountLeft, isBookFirst } of looks) {
          market.time(10_000);
          const answers = [
            () => market.book(100_000, { bookLeft }),
            () => market.account({ accountLeft }),
          ];
          for (const answer of isBookFirst ? answers : answers.toReversed()) answer();
          expect(market.state.sight.requestsLeftRatio).toBe(Math.min(bookLeft, accountLeft));
          market.fills([]);
          if (market.state.sending !== undefined)
            market.hear({ kind: 'sent', id: market.state.sending, results: [] });
        }
      }),
    );
  });

  it('begins with what was on its way when it was saved as unknown, and uses no id again', () => {
    const play = new MarketPlay(1, GOOD, SET);
    while (play.state.sending === undefined) play.runFor(1);
    expect(play.state.orders.working.map(({ state }) => state)).toContain('sending');
    const at = epochMs(play.now + 10_000);
    const saved = sessionOf(play.state, 'g', play.now, play.rules);
    const { control, funding, sight } = play.state;
    const { state } = begin(
      {
        saved,
        facts: [],
        lastFact: 0,
        brain: NEW_BRAIN,
        parameters: control.parameters,
        written: { kind: 'accepted', ...control.parameters },
        tilt: undefined,
        halt: undefined,
        hedge: undefined,
        shownFrom: remainsSaved(saved, at, play.rules.abilities).shownFrom,
        funding: funding.rate,
        held: sight.position.held,
        mid: undefined,
      },
      at,
      play.rules,
    );
    expect(state.orders.working.map((order) => order.state)).not.toContain('sending');
    expect(state.tally.lastUnknownAt).toBe(at);
    expect(state.tally.nextCounter).toBeGreaterThan(play.state.tally.nextCounter);
  });
});
