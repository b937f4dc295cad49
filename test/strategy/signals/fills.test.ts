import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import { epochMs } from '#shared/domain/units.ts';
import {
  fillToxicity,
  jitterMs,
  NO_QUOTES,
  observeQuotes,
} from '#shared/strategy/signals/fill-toxicity.ts';
import { markoutResponse } from '#shared/strategy/signals/markout-response.ts';
import { START } from '#test/builders/market.ts';

const HALF_LIFE = 60_000;
const SETTINGS = { halfLifeMs: HALF_LIFE, toxicFillRate: 0.9, leastQuotes: 10, toxicWidening: 1.5 };

describe('fillToxicity', () => {
  it('widens and asks for a delay when more than 90 % of quotes were filled at once, of enough of them (A13)', () => {
    const at = START;
    const ten = observeQuotes(NO_QUOTES, { at, placed: 10, filledAtOnce: 10 }, HALF_LIFE);
    expect(fillToxicity(ten, at, SETTINGS)).toMatchObject({
      fillRate: 1,
      widening: 1.5,
      delay: true,
      reason: { code: 'toxic-fills' },
    });
    const nine = observeQuotes(NO_QUOTES, { at, placed: 10, filledAtOnce: 9 }, HALF_LIFE);
    expect(fillToxicity(nine, at, SETTINGS)).toEqual({
      fillRate: 0.9,
      widening: 1,
      delay: false,
      reason: undefined,
    });
    const few = observeQuotes(NO_QUOTES, { at, placed: 9, filledAtOnce: 9 }, HALF_LIFE);
    expect(fillToxicity(few, at, SETTINGS)).toEqual({
      fillRate: undefined,
      widening: 1,
      delay: false,
      reason: undefined,
    });
    // Half of the evidence is gone after a half-life: the market is tried again.
    expect(fillToxicity(ten, epochMs(at + HALF_LIFE), SETTINGS).fillRate).toBeUndefined();
    expect(fillToxicity(NO_QUOTES, at, SETTINGS).fillRate).toBeUndefined();
  });

  it('counts each outcome by its age, in whatever order they come (A13)', () => {
    const outcome = fc.record({
      after: fc.integer({ min: 0, max: 200_000 }),
      placed: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(fc.array(outcome, { minLength: 1, maxLength: 12 }), (drawn) => {
        const outcomes = drawn.map(({ after, placed }) => ({
          at: epochMs(START + after),
          placed,
          filledAtOnce: Math.floor(placed / 2),
        }));
        const states = [outcomes, outcomes.toReversed()].map((list) =>
          list.reduce((state, one) => observeQuotes(state, one, HALF_LIFE), NO_QUOTES),
        );
        const last = Math.max(...outcomes.map(({ at }) => at));
        const expected = outcomes.reduce(
          (sum, { at, placed }) => sum + placed * 0.5 ** ((last - at) / HALF_LIFE),
          0,
        );
        for (const state of states) {
          expect(state.at).toBe(last);
          expect(state.placed).toBeCloseTo(expected, 9);
          expect(state.filledAtOnce).toBeLessThanOrEqual(state.placed + 1e-9);
        }
      }),
    );
  });

  it('draws a delay within its bounds (A13)', () => {
    expect([jitterMs(0, 1000), jitterMs(0.5, 1000), jitterMs(0.5, 0)]).toEqual([0, 500, 0]);
  });

  it('refuses what cannot be', () => {
    const refused = [
      () => observeQuotes(NO_QUOTES, { at: START, placed: 1, filledAtOnce: 2 }, 1),
      () => observeQuotes(NO_QUOTES, { at: START, placed: 1, filledAtOnce: -1 }, 1),
      () => observeQuotes(NO_QUOTES, { at: START, placed: -1, filledAtOnce: 0 }, 1),
      () => observeQuotes(NO_QUOTES, { at: START, placed: 1, filledAtOnce: 0 }, 0),
      () => fillToxicity(NO_QUOTES, START, { ...SETTINGS, halfLifeMs: 0 }),
      () => fillToxicity(NO_QUOTES, START, { ...SETTINGS, toxicFillRate: -1 }),
      () => fillToxicity(NO_QUOTES, START, { ...SETTINGS, leastQuotes: 0 }),
      () => fillToxicity(NO_QUOTES, START, { ...SETTINGS, toxicWidening: 0.9 }),
      () => jitterMs(1, 5),
      () => jitterMs(-0.1, 5),
      () => jitterMs(0.5, -1),
    ];
    for (const act of refused) expect(act).toThrow(InvariantError);
  });
});

describe('markoutResponse', () => {
  it('widens by 5 % and shrinks by 6 % per bps worse than -2, to x 1.5 and x 0.55, and never the other way (A13)', () => {
    expect(markoutResponse(undefined)).toEqual({
      spreadFactor: 1,
      sizeFactor: 1,
      reason: undefined,
    });
    expect(markoutResponse(-2)).toEqual({ spreadFactor: 1, sizeFactor: 1, reason: undefined });
    const atFour = markoutResponse(-4);
    expect(atFour.spreadFactor).toBeCloseTo(1.1, 12);
    expect(atFour.sizeFactor).toBeCloseTo(0.88, 12);
    expect(atFour.reason?.code).toBe('adverse-markout');
    expect(markoutResponse(-100)).toMatchObject({ spreadFactor: 1.5, sizeFactor: 0.55 });
    expect(() => markoutResponse(Number.NaN)).toThrow(InvariantError);
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (bps) => {
        const { spreadFactor, sizeFactor } = markoutResponse(bps);
        expect(
          spreadFactor >= 1 && spreadFactor <= 1.5 && sizeFactor <= 1 && sizeFactor >= 0.55,
        ).toBe(true);
      }),
    );
  });
});
