import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#shared/domain/failure.ts';
import {
  type SpreadEvaluation,
  tuneSpread,
  TUNER_STEPS,
  type TunerBounds,
} from '#shared/tuning/tune-spread.ts';

const anEvaluation = (over: Partial<SpreadEvaluation> = {}): SpreadEvaluation => ({
  baseSpreadBps: 10,
  realisedSpreadBps: 4,
  standardErrorBps: 0.5,
  fills: 200,
  ...over,
});
const bounds = (over: Partial<TunerBounds> = {}): TunerBounds => ({
  minBps: 2,
  maxBps: 50,
  makerFeeBps: 1.5,
  ...TUNER_STEPS,
  ...over,
});
const positive = [anEvaluation(), anEvaluation()];

describe('the spread tuner', () => {
  it('widens by 5 bps when the realised spread is negative, and says by which figures (A14)', () => {
    const now = anEvaluation({ realisedSpreadBps: -0.21, standardErrorBps: 0.3, fills: 120 });
    expect(tuneSpread(now, bounds(), positive)).toEqual({
      kind: 'widen',
      baseSpreadBps: 15,
      reason: {
        code: 'widened',
        text: 'widened to 15 bps, the realised spread is negative: realised spread -0.21 bps, standard error 0.3, over 120 fills at 10 bps',
      },
    });
  });

  it('widens no further than the upper bound, and then keeps (A14)', () => {
    const losing = { realisedSpreadBps: -1 };
    expect(tuneSpread(anEvaluation({ ...losing, baseSpreadBps: 48 }), bounds(), [])).toMatchObject({
      kind: 'widen',
      baseSpreadBps: 50,
    });
    for (const baseSpreadBps of [50, 60]) {
      const kept = tuneSpread(anEvaluation({ ...losing, baseSpreadBps }), bounds(), []);
      expect(kept).toMatchObject({
        kind: 'keep',
        baseSpreadBps,
        reason: { code: 'at-upper-bound' },
      });
    }
  });

  it('narrows by a smaller step when it was positive three times in a row by more than chance, fee and step explain (A14)', () => {
    expect(tuneSpread(anEvaluation(), bounds(), positive)).toEqual({
      kind: 'narrow',
      baseSpreadBps: 9,
      reason: {
        code: 'narrowed',
        text:
          'narrowed to 9 bps, positive 3 times in a row; less 2 standard errors it is 3 bps, against 2 bps for the fee and the step: ' +
          'realised spread 4 bps, standard error 0.5, over 200 fills at 10 bps',
      },
    });
  });

  it.each([
    ['nothing came before', []],
    ['only one came before', [anEvaluation()]],
    [
      'one of them was negative',
      [anEvaluation(), anEvaluation({ realisedSpreadBps: -0.1 }), anEvaluation()],
    ],
    ['one of them was zero', [anEvaluation(), anEvaluation({ realisedSpreadBps: 0 })]],
    ['one of them had too few fills', [anEvaluation(), anEvaluation({ fills: 49 })]],
    [
      'some of them were at another base spread',
      [anEvaluation({ baseSpreadBps: 11 }), anEvaluation()],
    ],
  ])('does not narrow when %s (A14)', (_, history) => {
    const kept = tuneSpread(anEvaluation(), bounds(), history);
    expect(kept).toMatchObject({
      kind: 'keep',
      baseSpreadBps: 10,
      reason: { code: 'not-persistent' },
    });
  });

  it('does not narrow what is within its standard errors of the fee and half the step, to the edge (A14)', () => {
    // Narrowing by 1 bp costs each fill half of it: 1.5 + 0.5 + 2 x 0.5.
    const edge = anEvaluation({ realisedSpreadBps: 3 });
    expect(tuneSpread(edge, bounds(), positive)).toMatchObject({
      kind: 'keep',
      reason: { code: 'not-significant' },
    });
    expect(tuneSpread(anEvaluation({ realisedSpreadBps: 3.01 }), bounds(), positive).kind).toBe(
      'narrow',
    );
    // A rebate is not counted upon: what is positive must be so without it.
    const rebate = bounds({ makerFeeBps: -2 });
    expect(tuneSpread(anEvaluation({ realisedSpreadBps: 1.5 }), rebate, positive).kind).toBe(
      'keep',
    );
    expect(tuneSpread(anEvaluation({ realisedSpreadBps: 1.51 }), rebate, positive).kind).toBe(
      'narrow',
    );
  });

  it('narrows no further than the lower bound or the fees of a round trip (A14)', () => {
    const at = (baseSpreadBps: number) => ({
      now: anEvaluation({ baseSpreadBps }),
      history: positive.map((one) => ({ ...one, baseSpreadBps })),
    });
    const near = at(3.4);
    expect(tuneSpread(near.now, bounds(), near.history)).toMatchObject({
      kind: 'narrow',
      baseSpreadBps: 3,
    });
    const floor = at(3);
    expect(tuneSpread(floor.now, bounds(), floor.history)).toMatchObject({
      kind: 'keep',
      reason: { code: 'at-lower-bound' },
    });
    const bound = at(4.5);
    expect(tuneSpread(bound.now, bounds({ minBps: 4 }), bound.history)).toMatchObject({
      kind: 'narrow',
      baseSpreadBps: 4,
    });
  });

  it('keeps on too few fills, however bad they were (A14)', () => {
    const kept = tuneSpread(anEvaluation({ fills: 49, realisedSpreadBps: -9 }), bounds(), positive);
    expect(kept).toMatchObject({
      kind: 'keep',
      baseSpreadBps: 10,
      reason: { code: 'too-few-fills' },
    });
    expect(kept.reason.text).toContain('fewer than 50 fills say nothing: realised spread -9 bps');
  });

  it('keeps when the fees of a round trip leave no room below the upper bound (A14)', () => {
    expect(tuneSpread(anEvaluation(), bounds({ maxBps: 2.5 }), positive)).toMatchObject({
      kind: 'keep',
      reason: { code: 'no-room' },
    });
  });

  it('walks a base spread that is below the fees up to them, a step at a time (A14)', () => {
    const from = (baseSpreadBps: number, realisedSpreadBps = 1) =>
      tuneSpread(
        anEvaluation({ baseSpreadBps, realisedSpreadBps }),
        bounds({ makerFeeBps: 4 }),
        [],
      );
    expect(from(1)).toMatchObject({ kind: 'widen', baseSpreadBps: 6 });
    expect(from(6)).toMatchObject({ kind: 'widen', baseSpreadBps: 8 });
    expect(from(6).reason.text).toContain('it was below the least of 8 bps');
    expect(from(6, -1)).toMatchObject({ kind: 'widen', baseSpreadBps: 11 });
    expect(from(8)).toMatchObject({ kind: 'keep' });
  });

  it('gives decimals without float dust (A14)', () => {
    const now = anEvaluation({ baseSpreadBps: 10.3 });
    expect(tuneSpread(now, bounds(), [now, now]).baseSpreadBps).toBe(9.3);
  });

  it.each([
    [{ realisedSpreadBps: Number.NaN }, {}, 'realisedSpreadBps must be finite'],
    [{ fills: -1 }, {}, 'fills must not be negative'],
    [{}, { widenStepBps: -1 }, 'widenStepBps must not be negative'],
    [{}, { minBps: 60 }, 'minBps must not be above maxBps'],
  ])('refuses %j within %j (A14)', (now, within, message) => {
    expect(() => tuneSpread(anEvaluation(now), bounds(within), [])).toThrow(InvariantError);
    expect(() => tuneSpread(anEvaluation(now), bounds(within), [])).toThrow(message);
  });
});

const arbitraryEvaluation = fc.record({
  baseSpreadBps: fc.constantFrom(1, 4, 7.5, 20, 48, 50, 70),
  realisedSpreadBps: fc.double({ min: -10, max: 20, noNaN: true }),
  standardErrorBps: fc.double({ min: 0, max: 3, noNaN: true }),
  fills: fc.integer({ min: 30, max: 500 }),
});

describe('whatever the figures', () => {
  it('one evaluation moves by at most one step, towards the bounds or within them, and never below the fees (A14)', () => {
    fc.assert(
      fc.property(
        arbitraryEvaluation,
        fc.array(arbitraryEvaluation, { maxLength: 6 }),
        fc.double({ min: -3, max: 8, noNaN: true }),
        (now, history, makerFeeBps) => {
          const within = bounds({ makerFeeBps });
          const { kind, baseSpreadBps, reason } = tuneSpread(now, within, [...history, now, now]);
          const lowest = Math.max(within.minBps, 2 * makerFeeBps);
          const step = baseSpreadBps - now.baseSpreadBps;
          expect(kind).toBe(step > 0 ? 'widen' : step < 0 ? 'narrow' : 'keep');
          expect(step).toBeLessThanOrEqual(within.widenStepBps + 1e-6);
          expect(step).toBeGreaterThanOrEqual(-within.narrowStepBps - 1e-6);
          if (now.baseSpreadBps >= lowest) expect(baseSpreadBps).toBeGreaterThanOrEqual(lowest);
          if (now.baseSpreadBps <= within.maxBps)
            expect(baseSpreadBps).toBeLessThanOrEqual(within.maxBps);
          if (now.fills < within.minFills) expect(kind).toBe('keep');
          if (now.realisedSpreadBps < 0) expect(kind).not.toBe('narrow');
          expect(reason.text).toContain(`over ${now.fills} fills`);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('a better realised spread never makes it wider, a less certain one never narrower (A14)', () => {
    fc.assert(
      fc.property(arbitraryEvaluation, fc.double({ min: 0, max: 5, noNaN: true }), (now, more) => {
        const history = [now, now].map((one) => ({ ...one, realisedSpreadBps: 1, fills: 100 }));
        const at = (over: Partial<SpreadEvaluation>) =>
          tuneSpread({ ...now, ...over }, bounds(), history).baseSpreadBps;
        expect(at({ realisedSpreadBps: now.realisedSpreadBps + more })).toBeLessThanOrEqual(at({}));
        expect(at({ standardErrorBps: now.standardErrorBps + more })).toBeGreaterThanOrEqual(
          at({}),
        );
      }),
    );
  });
});
