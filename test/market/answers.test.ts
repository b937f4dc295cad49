import { describe, expect, it } from 'vitest';
import { epochMs } from '#shared/domain/units.ts';
import { remainsSaved } from '#shared/market/remains.ts';
import { begin, sessionOf } from '#shared/market/begin.ts';
import { step } from '#shared/market/step.ts';
import { NEW_BRAIN } from '#shared/strategy/brain-state.ts';
import { MarketPlay } from '../builders/market-play.ts';
import { GOOD } from '../builders/misbehaviour.ts';
import { START } from '../builders/market.ts';

const STILL = { ...GOOD, tradesPerSecond: 0 };
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
