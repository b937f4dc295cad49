import { describe, expect, it } from 'vitest';
import { done, failed } from '#shared/domain/failure.ts';
import { epochMs, price, size, usd } from '#shared/domain/units.ts';
import { sessionOf } from '#shared/market/begin.ts';
import type { Output } from '#shared/market/output.ts';
import {
  aLoneFill,
  kinds,
  LoneMarket,
  LOST,
  nothingKnown,
  rowsOf,
  RULES,
  said,
} from '../../builders/play/lone-market.ts';
import { PLAYED } from '../../builders/play/market-play.ts';
import { START } from '../../builders/market.ts';

const midsOf = (outputs: readonly Output[]): readonly number[] =>
  outputs.flatMap((output) =>
    output.kind === 'record' && 'mid' in output.fact.entry ? [output.fact.entry.mid] : [],
  );

/** A look is behind it, and another under way. */
function looking(): LoneMarket {
  const market = new LoneMarket();
  market.look(0);
  market.fills([]);
  market.time(10_000);
  return market;
}

describe('a fill', () => {
  it('that one list shows twice is booked once (E1)', () => {
    const market = new LoneMarket();
    market.time(0);
    market.book();
    const outputs = market.fills([aLoneFill(), aLoneFill()]);
    expect(market.state.books.pnl.position.size).toBe(0.001);
    expect(midsOf(outputs)).toHaveLength(1);
  });

  it('heard before the book of its look is in is booked against that, not the last one (E1)', () => {
    const market = looking();
    const fill = aLoneFill({ at: epochMs(market.at - 500) });
    expect(kinds(market.fills([fill]))).not.toContain('record');
    expect(midsOf(market.book(100_200))).toEqual([100_200]);
    expect(market.state.books.pnl.spreadIncomeUsd).toBeCloseTo(0.2);
  });

  it('heard after it is booked at once, against the first mid at or after its time (E1)', () => {
    const market = looking();
    market.book(100_200);
    const old = aLoneFill({ id: 'old', at: epochMs(START) });
    const fresh = aLoneFill({ id: 'fresh', at: epochMs(market.at - 500) });
    expect(midsOf(market.fills([fresh, old]))).toEqual([100_000, 100_200]);
  });

  it('is booked at once where no look is under way, and where the look fails', () => {
    const market = new LoneMarket();
    market.look(0, { mid: 100_100 });
    expect(midsOf(market.fills([aLoneFill({ at: epochMs(START + 1) })]))).toEqual([100_100]);
    const blind = looking();
    blind.fills([aLoneFill({ at: epochMs(blind.at - 500) })]);
    const answer = failed(LOST);
    expect(midsOf(blind.hear({ kind: 'book', askedAt: blind.at, answer }))).toEqual([100_000]);
  });

  it('is not booked against a mid that is doubted (E1)', () => {
    const market = looking();
    market.fills([aLoneFill({ at: epochMs(market.at - 500) })]);
    expect(midsOf(market.book(120_000))).toEqual([100_000]);
  });

  it('that could not be read stays wanted until a read as far back succeeds', () => {
    const market = looking();
    const since = epochMs(START - 7000);
    market.book();
    market.account({ held: 0.001 });
    expect(said(market.fillsLost(since))).toContain('look failed');
    expect(market.state.sight.look).toBeUndefined();
    // The next look shows nothing odd, and asks for them all the same, as far back.
    const asked = market.time(20_000);
    expect(kinds(asked)).toContain('ask');
    market.book();
    const again = market.account({ held: 0 });
    const question = again.find(({ kind }) => kind === 'ask-fills');
    expect(question?.kind === 'ask-fills' && question.since <= since).toBe(true);
    expect(kinds(again)).not.toContain('decided');
    const answered = market.fills([aLoneFill({ size: size(0.001) })], since);
    expect(midsOf(answered)).toHaveLength(1);
    expect(market.state.sight.fillsWanted).toBeUndefined();
  });

  it('that a deep read was to find is looked for as far back by the next look', () => {
    const young = new LoneMarket();
    const saved = sessionOf(young.state, 'g', START, RULES);
    const old = { ...saved, startedAt: epochMs(START - 86_400_000) };
    const market = new LoneMarket({ ...nothingKnown(), saved: old });
    const deep = epochMs(START - 7_200_000);
    expect(market.outputs).toContainEqual({ kind: 'ask-fills', since: deep });
    market.fillsLost(deep);
    market.time(20_000);
    market.book();
    expect(market.account()).toContainEqual({ kind: 'ask-fills', since: deep });
    market.fills([], deep);
    market.time(60_000);
    market.book();
    expect(kinds(market.account())).not.toContain('ask-fills');
  });

  it('is wanted as far back as the deepest question that failed', () => {
    const market = looking();
    const deep = epochMs(START - 9_000_000);
    market.fillsLost(deep);
    market.fillsLost(epochMs(START));
    market.fills([], epochMs(START));
    expect(market.state.sight.fillsWanted).toBe(deep);
    market.fills([], deep);
    expect(market.state.sight.fillsWanted).toBeUndefined();
  });
});

describe('before a mid is seen', () => {
  const early = aLoneFill({ at: epochMs(START + 1), price: price(99_000) });
  const failing = (market: LoneMarket) =>
    market.hear({ kind: 'book', askedAt: market.at, answer: failed(LOST) });

  it('a fill is booked at its own price, or at the mark that was saved', () => {
    const market = new LoneMarket();
    failing(market);
    expect(midsOf(market.fills([early]))).toEqual([99_000]);
    const saved = sessionOf(market.state, 'g', market.at, RULES);
    const pnl = { ...saved.pnl, markPrice: price(99_500) };
    const next = new LoneMarket({ ...nothingKnown(), saved: { ...saved, pnl } });
    failing(next);
    expect(midsOf(next.fills([{ ...early, id: 'f2' }]))).toEqual([99_500]);
  });

  it('a payment is not booked, and stays open', () => {
    const market = new LoneMarket();
    const paid = (at: number) => ({ market: PLAYED, at: epochMs(at), rate: 0, amountUsd: usd(-1) });
    const answer = done([paid(START + 2000), paid(START + 1000)]);
    const until = epochMs(START + 3000);
    const event = { kind: 'payments', until, answer } as const;
    expect(midsOf(market.hear(event, 3000))).toEqual([]);
    expect(market.state.books.fundingPaid).toEqual([]);
    market.look(0);
    expect(midsOf(market.hear(event))).toHaveLength(2);
    expect(market.state.books.fundingPaid).toEqual([START + 1000, START + 2000]);
  });
});

describe('an execution', () => {
  it('of before the first session is ours only if it is of an order we sent', () => {
    const market = new LoneMarket();
    market.fills([]);
    market.sent([...market.book(), ...market.account()]);
    const [row] = rowsOf(market.state);
    const before = { at: epochMs(START - 1) };
    const ours = aLoneFill({ ...before, id: 'ours', orderId: row?.venueId ?? '' });
    market.fills([aLoneFill({ ...before, id: 'old' }), ours]);
    expect(market.state.books.pnl.fills).toBe(1);
  });

  it('that could not be read is said', () => {
    const market = new LoneMarket();
    const answer = done({ fills: [], doubtful: ['row 3 has no price'], clockSkewMs: 0 });
    const event = { kind: 'fills', askedAt: START, since: START, answer } as const;
    expect(said(market.hear(event))).toEqual(['an execution was doubted']);
  });
});

describe('a position that nothing explains', () => {
  const held = { held: 0.005 };

  it('is taken over only after the deep read is answered, against one asked later than it', () => {
    const market = new LoneMarket();
    market.look(0);
    market.fills([]);
    market.look(10_000, held);
    expect(market.state.sight.position.kind).toBe('asking');
    market.look(95_000, held);
    expect(market.state.sight.position.kind).toBe('disputed');
    // The deep read is lost, and whatever time passes, nothing is taken over.
    market.fillsLost();
    for (let looks = 0; looks < 5; looks += 1) {
      market.time(60_000);
      market.book();
      market.account(held);
      expect(midsOf(market.fillsLost())).toEqual([]);
    }
    market.time(60_000);
    market.book();
    market.account(held);
    expect(midsOf(market.fills([]))).toEqual([]);
    expect(midsOf(market.look(10_000, held))).toEqual([100_000]);
    expect(market.state.books.pnl.position.size).toBe(0.005);
  });
});
