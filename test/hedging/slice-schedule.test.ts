import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { optimalTrajectory } from '#shared/hedging/almgren-chriss.ts';
import {
  nextSlice,
  scheduleSlices,
  type SliceLook,
  type SlicePace,
} from '#shared/hedging/slice-schedule.ts';
import { aSpec } from '#test/builders/market.ts';

const even = (count: number): readonly number[] => Array.from({ length: count }, () => 1);
const pace = (over: Partial<SlicePace> = {}): SlicePace => ({
  intervalMs: 5000,
  jitterRatio: 0,
  uniforms: [],
  ...over,
});
const market = (over: Parameters<typeof aSpec>[0] = {}, mid = 100_000) => ({
  spec: aSpec(over),
  mid,
});
const aLook = (over: Partial<SliceLook> = {}): SliceLook => ({
  position: 0.03,
  mid: 100_000,
  spec: aSpec(),
  insideUsd: 800,
  maxSlippageBps: 20,
  ...over,
});

describe('slices of a hedge', () => {
  it('takes half of a long off in three equal slices, five seconds apart (B2, B3)', () => {
    expect(scheduleSlices(0.03, 0.015, even(3), market(), pace())).toEqual({
      side: 'sell',
      keep: 0.015,
      slices: [
        { size: 0.005, afterMs: 0 },
        { size: 0.005, afterMs: 5000 },
        { size: 0.005, afterMs: 10_000 },
      ],
    });
  });

  it('follows the shares, and comes later by its own share of the interval, never out of turn (B3)', () => {
    const { side, slices } = scheduleSlices(
      -1,
      1,
      [6, 3, 1],
      market(),
      pace({ jitterRatio: 0.5, uniforms: [0.5, 0.9] }),
    );
    expect(side).toBe('buy');
    expect(slices).toEqual([
      { size: 0.6, afterMs: 1250 },
      { size: 0.3, afterMs: 7250 },
      { size: 0.1, afterMs: 10_000 },
    ]);
  });

  it('sends what is below the minimum with an earlier slice, and a target below it in one piece (B3)', () => {
    const sizes = (target: number, shares: readonly number[]) =>
      scheduleSlices(1, target, shares, market({ minNotional: 100 }), pace()).slices.map(
        (slice) => [slice.size, slice.afterMs],
      );
    expect(sizes(0.0025, even(5))).toEqual([
      [0.001, 0],
      [0.0015, 10_000],
    ]);
    expect(sizes(0.01, [98, 1, 1])).toEqual([[0.01, 0]]);
    expect(sizes(0.0005, even(3))).toEqual([[0.0005, 0]]);
    expect(sizes(0.000001, even(3))).toEqual([]);
  });

  it('sums to the target in whole lots, never exceeds the position, and keeps the minimum wherever it can, whatever the numbers (B2, B3)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5000, max: 5000 }),
        fc.integer({ min: 0, max: 6000 }),
        fc.array(fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1, noNaN: true })), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 12 }),
        (heldLots, targetLots, shares, least, uniforms) => {
          fc.pre(shares.some((share) => share > 0));
          const spec = aSpec({ lot: 0.001, minNotional: least * 0.001 * 50 });
          const schedule = scheduleSlices(
            heldLots * 0.001,
            targetLots * 0.001,
            shares,
            { spec, mid: 50 },
            pace({ jitterRatio: 1, uniforms }),
          );
          const lots = schedule.slices.map((slice) => Math.round(slice.size * 1000));
          for (const [index, count] of lots.entries())
            expect(schedule.slices[index]!.size).toBe(count / 1000);
          const target = Math.min(Math.abs(heldLots), targetLots);
          expect(lots.reduce((sum, count) => sum + count, 0)).toBe(target);
          expect(Math.round(schedule.keep * 1000)).toBe(Math.abs(heldLots) - target);
          if (target >= least)
            for (const count of lots) expect(count).toBeGreaterThanOrEqual(least);
          else expect(lots.length).toBe(target === 0 ? 0 : 1);
          for (const [index, { afterMs }] of schedule.slices.entries()) {
            expect(afterMs).toBeGreaterThan(index === 0 ? -1 : schedule.slices[index - 1]!.afterMs);
          }
        },
      ),
    );
  });

  it('is risk-averse as a whole: what Almgren and Chriss plan is what is sent, to the lot (B3)', () => {
    const { trades } = optimalTrajectory({
      from: 2,
      to: 1,
      slices: 4,
      intervalSeconds: 5,
      sigmaPerSqrtSecond: 30,
      temporaryImpact: 500,
      permanentImpact: 0,
      fixedCost: 10,
      riskAversion: 0.0005,
    });
    const { slices } = scheduleSlices(2, 1, trades, market(), pace());
    expect(slices.length).toBe(4);
    for (const [index, slice] of slices.entries())
      expect(slice.size).toBeCloseTo(trades[index]!, 4);
    expect(slices[0]!.size).toBeGreaterThan(slices[3]!.size);
  });

  it('refuses shares without any, negative ones and a jitter beyond the interval (B3)', () => {
    expect(() => scheduleSlices(1, 1, [], market(), pace())).toThrow('the sum of shares');
    expect(() => scheduleSlices(1, 1, [1, -1], market(), pace())).toThrow('shares');
    expect(() => scheduleSlices(1, 1, [1], market(), pace({ jitterRatio: 2 }))).toThrow(
      'pace.jitterRatio',
    );
    expect(() => scheduleSlices(1, 1, [1], market(), pace({ uniforms: [7] }))).toThrow(
      'pace.uniforms',
    );
  });
});

describe('the next slice', () => {
  const schedule = scheduleSlices(0.03, 0.015, even(3), market(), pace());

  it('sells with a limit 20 bps below the mid of now, and buys with one 20 bps above, rounded towards the mid (B3)', () => {
    expect(nextSlice(schedule, 0, aLook())).toEqual({
      kind: 'send',
      side: 'sell',
      size: 0.005,
      limitPrice: 99_800,
    });
    expect(nextSlice(schedule, 0, aLook({ mid: 99_999.5 }))).toMatchObject({ limitPrice: 99_800 });
    const short = scheduleSlices(-0.03, 0.015, even(3), market(), pace());
    expect(nextSlice(short, 2, aLook({ position: -0.02, mid: 99_999.5 }))).toEqual({
      kind: 'send',
      side: 'buy',
      size: 0.005,
      limitPrice: 100_199,
    });
  });

  it('stops inside the threshold, when flat, when the position has turned, and when all is sent (B1, B3)', () => {
    const code = (index: number, over: Partial<SliceLook>): string => {
      const step = nextSlice(schedule, index, aLook(over));
      return step.kind === 'stop' ? step.reason.code : step.kind;
    };
    expect(code(1, { position: 0.02, insideUsd: 2000 })).toBe('hedge-inside');
    expect(code(1, { position: 0.02, insideUsd: 1999 })).toBe('send');
    expect(code(1, { position: 0 })).toBe('hedge-flat');
    expect(code(1, { position: -0.03 })).toBe('hedge-flat');
    expect(code(3, {})).toBe('hedge-sliced');
    expect(code(2, { position: 0.015 })).toBe('hedge-done');
    expect(code(0, { position: 0.03, spec: aSpec({ tick: 1_000_000 }) })).toBe('send');
    const short = scheduleSlices(-0.03, 0.015, even(3), market(), pace());
    expect(
      nextSlice(short, 0, aLook({ position: -0.03, spec: aSpec({ tick: 1_000_000 }) })),
    ).toMatchObject({
      reason: { code: 'hedge-no-price' },
    });
  });

  it('takes nothing off beyond the target, however often, late or half filled slices are sent (B2, B6)', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: 3 }), fc.double({ min: 0, max: 1, noNaN: true })),
          { maxLength: 30 },
        ),
        fc.boolean(),
        (sends, long) => {
          const sign = long ? 1 : -1;
          const planned = scheduleSlices(sign * 0.03, 0.015, even(4), market(), pace());
          let position = sign * 0.03;
          for (const [index, filled] of sends) {
            const step = nextSlice(planned, index, aLook({ position, insideUsd: 0 }));
            if (step.kind === 'stop') continue;
            expect(step.side).toBe(long ? 'sell' : 'buy');
            position =
              Math.round((position - (sign * Math.floor(step.size * filled * 1e5)) / 1e5) * 1e5) /
              1e5;
          }
          expect(sign * position).toBeGreaterThanOrEqual(0.015);
        },
      ),
    );
  });
});
