import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done } from '#shared/domain/failure.ts';
import { CLOCKS_APART_MS } from '#shared/domain/time.ts';
import { epochMs } from '#shared/domain/units.ts';
import { NEW_BRAIN } from '#shared/strategy/brain-state.ts';
import { decide } from '#shared/strategy/decide.ts';
import { type Decision, wantedOf } from '#shared/strategy/decision.ts';
import { LoneMarket, nothingKnown } from '../builders/play/lone-market.ts';
import { aBook, aView, parameters, START } from '../builders/market.ts';

/** What is decided on a book of that age at a venue whose clock is so far ahead. */
const decided = (ageMs: number, aheadMs: number, clockSkewMs: number | undefined): Decision =>
  decide(
    aView({ book: done(aBook(99_999, 100_001, epochMs(START - ageMs + aheadMs))), clockSkewMs }),
    NEW_BRAIN,
    parameters(),
  );

const staleness = ({ reasons }: Decision): string | undefined =>
  reasons.find(({ code }) => code === 'stale-book')?.text;

const age = fc.integer({ min: -5000, max: 5000 });
const skew = fc.integer({ min: -CLOCKS_APART_MS, max: CLOCKS_APART_MS });

describe("the age of a venue's book", () => {
  it('is by our clock, however far the two are apart within ten seconds: the same pictures are quoted on (C11)', () => {
    fc.assert(
      fc.property(age, skew, (ageMs, aheadMs) => {
        const together = decided(ageMs, 0, 0);
        const apart = decided(ageMs, aheadMs, aheadMs);
        expect(wantedOf(apart).quotes).toEqual(wantedOf(together).quotes);
        expect(staleness(apart) === undefined).toBe(Math.abs(ageMs) <= 2000);
        expect(apart.state.tail).toEqual(together.state.tail);
      }),
    );
  });

  it('is the same for the whole loop: the same looks send the same quotes (C11)', () => {
    fc.assert(
      fc.property(age, skew, (ageMs, aheadMs) => {
        const sent = (ahead: number) => {
          const market = new LoneMarket(nothingKnown());
          const bookAt = epochMs(market.at - ageMs + ahead);
          const outputs = market.look(0, { bookAt, clockSkewMs: ahead });
          return outputs.filter(({ kind }) => kind === 'send');
        };
        expect(sent(aheadMs)).toEqual(sent(0));
      }),
    );
  });

  it('says how far the clocks are apart, and beyond ten seconds that they are', () => {
    expect(staleness(decided(2001, 0, 0))).toBe('the book is 2001 ms old, allowed are 2000 ms');
    expect(staleness(decided(2001, 4000, 4000))).toBe(
      "the book is 2001 ms old, allowed are 2000 ms; the venue's clock is 4000 ms ahead of ours",
    );
    expect(staleness(decided(2001, -4000, -4000))).toContain('4000 ms behind ours');
    expect(staleness(decided(0, 10_001, 10_001))).toBe(
      "the book is -10001 ms old, allowed are 2000 ms; the venue's clock is 10001 ms ahead of ours, more than the 10000 ms that are allowed for",
    );
    expect(staleness(decided(0, 4000, undefined))).toBe(
      'the book is -4000 ms old, allowed are 2000 ms',
    );
  });
});
