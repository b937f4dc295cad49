import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#shared/domain/time.ts';
import { seededRandom } from '#shared/math/random.ts';
import { targetFactor } from '#shared/strategy/guardrails/tail-risk/tail-limiter.ts';
import { TAIL_SETTINGS } from '#shared/strategy/guardrails/tail-risk/tail-settings.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { calm, codes, drifted, opened, stepped } from './tail-markets.ts';

describe('average correlation', () => {
  it('is that of the returns, whatever it is, and the factor is whole while it is ordinary (C8)', () => {
    for (const rho of [0, 0.3, 0.6]) {
      const { state } = drifted(opened(12), 2000, rho, 3);
      expect(Math.abs(state.reading!.averageCorrelation! - rho)).toBeLessThan(0.1);
      expect(state.factor).toBe(1);
    }
  });

  it('is 1 when all move as one and -1 / (n - 1) when they cancel out, and is not believed at once (C8)', () => {
    const settings = { ...TAIL_SETTINGS, believedAfterMs: 10 * MINUTE_MS };
    let [one, none] = [opened(4), opened(4)];
    const random = seededRandom('signs');
    for (let step = 0; step < 200; step += 1) {
      const sign = random.uniform() < 0.5 ? 1 : -1;
      one = stepped(one, () => sign, settings);
      none = stepped(none, (index) => (index < 2 ? sign : -sign), settings);
      // Ten minutes for the variances, and ten more for the correlation.
      if (step < 119) expect(one.state.reading!.averageCorrelation).toBeUndefined();
    }
    expect(one.state.reading!.averageCorrelation).toBeCloseTo(1, 9);
    expect(none.state.reading!.averageCorrelation).toBeCloseTo(-1 / 3, 9);
  });

  it('shrinks the size when it spikes, says so, and stays within its floor (C8)', () => {
    const spiked = drifted(calm(), 700, 0.95, 4);
    expect(spiked.state.reading!.averageCorrelation).toBeGreaterThan(0.85);
    expect(spiked.state.factor).toBeLessThan(0.7);
    expect(spiked.state.factor).toBeGreaterThanOrEqual(TAIL_SETTINGS.leastFactor);
    expect(codes(spiked)).toContain('tail-correlation');
  });
});

describe('joint moves', () => {
  const crash = (sigmas: number, share: number) => (index: number) =>
    index < share * 12 ? sigmas : 0;

  it('of most markets cut the size at once, up or down, in the words of the reason (C8)', () => {
    const fallen = stepped(calm(), crash(-15, 1));
    expect(fallen.state.factor).toBe(TAIL_SETTINGS.leastFactor);
    expect(fallen.state.reasons).toEqual([
      expect.objectContaining({
        code: 'tail-joint-move',
        text: '12 of 12 markets went down by more than 4 sigma within 60 s: size x0.20',
      }),
    ]);
    const risen = stepped(calm(), crash(15, 0.5));
    expect(risen.state.reading).toMatchObject({ direction: 'up', jointShare: 0.5 });
    expect(risen.state.factor).toBeCloseTo(1 - 0.8 * 0.4, 9); // share 0.5 is 40 % of the way from 0.3 to 0.8
  });

  it('of a few markets, or in opposite directions, are no tail (C8)', () => {
    expect(stepped(calm(), crash(-15, 0.25)).state.factor).toBe(1);
    const apart = stepped(calm(), (index) => (index % 4 === 0 ? 15 : index % 4 === 1 ? -15 : 0));
    expect(apart.state.reading).toMatchObject({ jointShare: 0.25 });
    expect(apart.state.factor).toBe(1);
  });

  it('are seen when they come in steps that are each harmless (C8)', () => {
    let market = calm();
    for (let step = 0; step < 8; step += 1) market = stepped(market, () => -2.8);
    expect(codes(market)).toContain('tail-joint-move');
  });

  it('never raise the factor by being larger or wider, nor by more correlation (C8)', () => {
    const quiet = calm();
    const size = between(0, 60);
    fc.assert(
      fc.property(
        size,
        size,
        fc.integer({ min: 0, max: 12 }),
        fc.integer({ min: 0, max: 12 }),
        fc.constantFrom(1, -1),
        (a, b, m, n, sign) => {
          const factor = (sigmas: number, wide: number): number =>
            stepped(quiet, (index) => (index < wide ? sign * sigmas : 0)).state.factor;
          const [low, high, few, many] = [
            Math.min(a, b),
            Math.max(a, b),
            Math.min(m, n),
            Math.max(m, n),
          ];
          expect(factor(high, many)).toBeLessThanOrEqual(factor(low, many));
          expect(factor(high, many)).toBeLessThanOrEqual(factor(high, few));
        },
      ),
      { numRuns: 60 },
    );
    const share = between(0, 1);
    fc.assert(
      fc.property(share, share, share, (first, second, fixed) => {
        const [low, high] = [Math.min(first, second), Math.max(first, second)];
        const at = (averageCorrelation: number, jointShare: number): number =>
          targetFactor({ averageCorrelation, jointShare }, TAIL_SETTINGS);
        expect(at(high, fixed)).toBeLessThanOrEqual(at(low, fixed));
        expect(at(fixed, high)).toBeLessThanOrEqual(at(fixed, low));
        expect(at(high, fixed)).toBeGreaterThanOrEqual(TAIL_SETTINGS.leastFactor - 1e-12);
      }),
    );
  });
});
