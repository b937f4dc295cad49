import { describe, expect, it } from 'vitest';
import { done } from '#shared/domain/failure.ts';
import { epochMs, price, size, usd } from '#shared/domain/units.ts';
import { begin, sessionOf } from '#shared/market/begin.ts';
import { step } from '#shared/market/step.ts';
import { NEW_BRAIN } from '#shared/strategy/brain-state.ts';
import type { Misbehaviour } from '../builders/lagging-venue.ts';
import { MarketPlay, PLAYED } from '../builders/market-play.ts';
import { START } from '../builders/market.ts';

const GOOD: Misbehaviour = {
  ordersLagMs: 0,
  positionLagMs: 0,
  fillsLagMs: 0,
  unknownShare: 0,
  refusedShare: 0,
  failedReads: 0,
  cutLists: 0,
  saysFilled: true,
  tradesPerSecond: 0,
};
const SET = { requoteIntervalMs: 1000, quoteSizeUsd: 300, levels: 2 };

describe('step', () => {
  it('believes an answer whose question went out a moment after the look', () => {
    const play = new MarketPlay(1, GOOD, SET);
    const askedAt = epochMs(START + 2);
    const heard = step(play.state, play.venue.book(START, askedAt), askedAt, play.rules);
    expect(heard.state.sight.look?.book?.kind).toBe('book');
    const early = play.venue.book(START, epochMs(START - 1));
    expect(step(play.state, early, askedAt, play.rules).state.sight.look?.book).toBeUndefined();
  });

  it('books an execution once that one list shows twice (E1)', () => {
    const play = new MarketPlay(1, GOOD, SET);
    const fill = {
      id: 'f1',
      market: PLAYED,
      at: START,
      side: 'buy',
      price: price(100_000),
      size: size(0.001),
      feeUsd: usd(-0.015),
      liquidity: 'maker',
      orderId: 'o1',
    } as const;
    const answer = done({ fills: [fill, { ...fill }], doubtful: [] });
    const event = { kind: 'fills', askedAt: START, since: START, answer } as const;
    const { state, outputs } = step(play.state, event, START, play.rules);
    expect(state.books.pnl.position.size).toBe(0.001);
    expect(outputs.filter(({ kind }) => kind === 'record')).toHaveLength(1);
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
        tilt: undefined,
        halt: undefined,
        hedge: undefined,
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
