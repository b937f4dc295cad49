import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TimedMid } from '#shared/domain/view.ts';
import { seededRandom } from '#shared/math/random.ts';
import {
  limitTailRisk,
  NO_TAIL_RISK,
  type TailState,
  targetFactor,
} from '#shared/strategy/guardrails/tail-risk/tail-limiter.ts';
import { TAIL_SETTINGS } from '#shared/strategy/guardrails/tail-risk/tail-settings.ts';
import { capByVolatility } from '#shared/strategy/guardrails/tail-risk/volatility-cap.ts';

const START = Date.UTC(2026, 0, 5);
const GRID = TAIL_SETTINGS.gridMs;
const MINUTE = 60_000;
/** Of a return over one grid step: 1 bps per square root of a second. */
const STEP_SIGMA = 1e-4 * Math.sqrt(GRID / 1000);

type Mids = Record<string, TimedMid>;

interface Market {
  readonly state: TailState;
  readonly mids: Mids;
  readonly now: number;
}

const nameOf = (index: number): string => `M${index}-PERP`;

const opened = (count: number, price = 100): Market => ({
  state: NO_TAIL_RISK,
  mids: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      nameOf(index),
      { mid: price * (index + 1), at: START },
    ]),
  ),
  now: START,
});

/**
 * One grid step: each market's return in units of `STEP_SIGMA`; undefined is a market without data.
 */
function stepped(
  { state, mids, now }: Market,
  move: (index: number) => number | undefined,
  settings = TAIL_SETTINGS,
): Market {
  const next = now + GRID;
  const shown: Mids = {};
  const all: Mids = { ...mids };
  for (const [index, [name, { mid }]] of Object.entries(mids).entries()) {
    const sigmas = move(index);
    if (sigmas === undefined) continue;
    shown[name] = all[name] = {
      mid: mid * Math.exp(sigmas * STEP_SIGMA),
      at: next - (index % 3) * 100,
    };
  }
  return { state: limitTailRisk(state, shown, next, settings), mids: all, now: next };
}

/** Returns of a common factor and a private one: pairwise correlation rho. */
function drifted(market: Market, steps: number, rho: number, seed: number): Market {
  const random = seededRandom(`tail/${seed}`);
  let after = market;
  for (let step = 0; step < steps; step += 1) {
    const common = random.normal();
    after = stepped(after, () => Math.sqrt(rho) * common + Math.sqrt(1 - rho) * random.normal());
  }
  return after;
}

const calm = (count = 12): Market => drifted(opened(count), 360, 0.3, 1);

const codes = ({ state }: Market): readonly string[] => state.reasons.map(({ code }) => code);

describe('average correlation', () => {
  it('is that of the returns, whatever it is, and the factor is whole while it is ordinary (C8)', () => {
    for (const rho of [0, 0.3, 0.6]) {
      const { state } = drifted(opened(12), 2000, rho, 3);
      expect(Math.abs(state.reading!.averageCorrelation! - rho)).toBeLessThan(0.1);
      expect(state.factor).toBe(1);
    }
  });

  it('is 1 when all move as one and -1 / (n - 1) when they cancel out, and is not believed at once (C8)', () => {
    const settings = { ...TAIL_SETTINGS, believedAfterMs: 10 * MINUTE };
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
    const size = fc.double({ min: 0, max: 60, noNaN: true });
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
    const share = fc.double({ min: 0, max: 1, noNaN: true });
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

describe('recovery', () => {
  const crashed = (): Market => stepped(calm(), () => -15);

  it('waits for five minutes of calm, then takes fifteen, and ends at exactly 1 without a reason (C8)', () => {
    let market = crashed();
    const still = { ...TAIL_SETTINGS, correlationFrom: 1.2, correlationTo: 2 };
    const random = seededRandom('still');
    const factors: number[] = [];
    let calmAt: number | undefined;
    for (let step = 0; step < 160; step += 1) {
      market = stepped(market, () => 0.3 * random.normal(), still);
      calmAt ??= market.state.calmSince;
      factors.push(market.state.factor);
      expect(market.state.factor >= (factors.at(-2) ?? 0)).toBe(true);
      if (market.now - calmAt! < TAIL_SETTINGS.holdMs)
        expect(market.state.factor).toBe(TAIL_SETTINGS.leastFactor);
      if (market.state.factor < 1) expect(codes(market).length).toBe(1);
      if (market.now - calmAt! >= TAIL_SETTINGS.holdMs + TAIL_SETTINGS.recoverMs)
        expect(market.state.factor).toBe(1);
    }
    expect(calmAt! - START).toBeLessThan(360 * GRID + 5 * MINUTE);
    expect(codes(market)).toEqual([]);
    const middle = factors.filter((factor) => factor > 0.2 && factor < 1);
    expect(middle.length).toBeGreaterThan(60);
  });

  it('does not flicker about the limit: what is no reason to shrink is not yet calm (C8)', () => {
    const near = { ...TAIL_SETTINGS, correlationFrom: 2, correlationTo: 3, sigmas: 0.5 };
    let market = stepped(calm(), () => -15, near);
    // Three of twelve, a quarter, is below the limit of 0.3 but not 0.1 below it.
    for (let step = 0; step < 100; step += 1)
      market = stepped(market, (index) => (index < 3 ? 1 : 0), near);
    expect(market.state.reading!.jointShare).toBe(0.25);
    expect(market.state).toMatchObject({ factor: TAIL_SETTINGS.leastFactor, calmSince: undefined });
    expect(codes(market)).toEqual(['tail-recovering']);
  });

  it('does not happen in the dark: not while most markets are silent, nor across a gap nobody watched (C8, C11)', () => {
    let silent = crashed();
    for (let step = 0; step < 300; step += 1)
      silent = stepped(silent, (index) => (index < 5 ? 0 : undefined));
    expect(silent.state.factor).toBe(TAIL_SETTINGS.leastFactor);
    const { state, mids, now } = crashed();
    const later = now + 6 * 3_600_000;
    const fresh = Object.fromEntries(
      Object.entries(mids).map(([name, { mid }]) => [name, { mid, at: later }]),
    );
    expect(limitTailRisk(state, fresh, later).factor).toBe(TAIL_SETTINGS.leastFactor);
  });

  it('of a deployment that has shrunk to two markets comes once the others are forgotten (C8)', () => {
    const settings = { ...TAIL_SETTINGS, forgetAfterMs: 10 * MINUTE };
    let market = crashed();
    for (let step = 0; step < 300; step += 1)
      market = stepped(market, (index) => (index < 2 ? 0 : undefined), settings);
    expect(market.state.factor).toBe(1);
    expect(Object.keys(market.state.markets.tracks)).toEqual([nameOf(0), nameOf(1)]);
  });
});

describe('tail-risk limiter', () => {
  it('is never stopped by a market without data, with nonsense or with an old mid, and sees the crash of the others (C8, C11)', () => {
    let market = opened(12);
    const random = seededRandom('holes');
    for (let step = 0; step < 360; step += 1)
      market = stepped(market, (index) =>
        index === 0 || random.uniform() < 0.1 ? undefined : random.normal(),
      );
    const nonsense: Mids = {
      'NEW-PERP': { mid: 1, at: market.now },
      'BAD-PERP': { mid: Number.NaN, at: market.now },
      'ZERO-PERP': { mid: 0, at: market.now },
    };
    const shown: Mids = { ...nonsense, [nameOf(0)]: { mid: 1e9, at: START } };
    for (let index = 1; index < 12; index += 1)
      shown[nameOf(index)] = { mid: market.mids[nameOf(index)]!.mid * 0.99, at: market.now + GRID };
    const after = limitTailRisk(market.state, shown, market.now + GRID);
    expect(after.reading).toMatchObject({ measured: 11, jointShare: 1, direction: 'down' });
    expect(after.factor).toBe(TAIL_SETTINGS.leastFactor);
    expect(Object.keys(after.markets.tracks)).not.toContain('BAD-PERP');
    expect(JSON.stringify(after)).not.toMatch(/null|NaN/);
  });

  it('does nothing twice: a look at the same grid point, or an older one, changes nothing (C8)', () => {
    const { state, mids, now } = calm();
    for (const at of [now, now - 1, now + GRID - 1, Number.NaN])
      expect(limitTailRisk(state, mids, at)).toBe(state);
  });

  it('starts the window anew after a silence, so that an hour of drift is not a sudden move (C8)', () => {
    const { state, mids, now } = calm();
    const later = now + 3_600_000;
    const moved = Object.fromEntries(
      Object.entries(mids).map(([name, { mid }]) => [name, { mid: mid * 0.9, at: later }]),
    );
    const after = limitTailRisk(state, moved, later);
    expect(after.reading).toMatchObject({ measured: 0, jointShare: 0, believed: 12 });
    expect(after.factor).toBe(1);
  });

  it('leaves one or two markets alone, and one that has never moved (C8)', () => {
    expect(stepped(drifted(opened(2), 360, 0.9, 5), () => -20).state.factor).toBe(1);
    let frozen = opened(5);
    for (let step = 0; step < 200; step += 1) frozen = stepped(frozen, () => 0);
    expect(frozen.state).toMatchObject({ factor: 1, reasons: [] });
    expect(frozen.state.reading!.averageCorrelation).toBeUndefined();
  });

  it('is the same at prices a thousand times as high, and survives being stored (C8)', () => {
    const play = (price: number): TailState => {
      let market = drifted(opened(6, price), 200, 0.5, 9);
      market = { ...market, state: JSON.parse(JSON.stringify(market.state)) as TailState };
      return stepped(market, (index) => (index < 3 ? -12 : 0)).state;
    };
    const [cheap, dear] = [play(1), play(1000)];
    expect(dear.factor).toBeCloseTo(cheap.factor, 9);
    expect(cheap.factor).toBeLessThan(1);
    expect(dear.reading!.averageCorrelation).toBeCloseTo(cheap.reading!.averageCorrelation!, 6);
  });

  it('is never above 1 nor below its floor, and finite, whatever the mids (C8)', () => {
    const mid = fc.oneof(
      fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
      fc.constantFrom(100, 0, -1, Number.NaN, Infinity),
    );
    const look = fc.tuple(
      fc.integer({ min: 0, max: 100_000 }),
      fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), mid), { maxLength: 6 }),
    );
    const quick = { ...TAIL_SETTINGS, believedAfterMs: 20_000, holdMs: 0, recoverMs: 1 };
    fc.assert(
      fc.property(fc.array(look, { maxLength: 40 }), (looks) => {
        let state = NO_TAIL_RISK;
        let now = START;
        for (const [waitMs, seen] of looks) {
          now += waitMs;
          state = limitTailRisk(
            state,
            Object.fromEntries(
              seen.map(([index, value]) => [nameOf(index), { mid: value, at: now }]),
            ),
            now,
            quick,
          );
          expect(state.factor).toBeGreaterThanOrEqual(quick.leastFactor - 1e-12);
          expect(state.factor).toBeLessThanOrEqual(1);
          expect(Math.abs(state.reading?.averageCorrelation ?? 0)).toBeLessThanOrEqual(1 + 1e-9);
          expect(state.factor === 1).toBe(state.reasons.length === 0);
        }
        expect(JSON.stringify(state)).not.toMatch(/null|NaN/);
      }),
    );
  });

  it('refuses settings that could divide by nothing or size by nothing (C8)', () => {
    expect(() => limitTailRisk(NO_TAIL_RISK, {}, START, { ...TAIL_SETTINGS, gridMs: 0 })).toThrow(
      'gridMs',
    );
    expect(() =>
      limitTailRisk(NO_TAIL_RISK, {}, START, { ...TAIL_SETTINGS, leastFactor: 0 }),
    ).toThrow('leastFactor');
  });
});

describe('volatility cap', () => {
  it('lowers the cap above the trigger so that the risk at full inventory stays the same, down to its floor (C8)', () => {
    expect(capByVolatility(1000, 0.02, 0.02, 0.25)).toEqual({ capUsd: 1000, reason: undefined });
    expect(capByVolatility(1000, 0.04, 0.02, 0.25)).toEqual({
      capUsd: 500,
      reason: {
        code: 'volatility-cap',
        text: '4.00 % an hour, above 2.00 %: inventory capped at 500.00 USD',
      },
    });
    expect(capByVolatility(1000, 1, 0.02, 0.25).capUsd).toBe(250);
  });

  it('never raises the cap, and never by more volatility (C8)', () => {
    const volatility = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        volatility,
        fc.double({ min: 1, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 1e9, noNaN: true }),
        (hourly, times, capUsd) => {
          const capped = capByVolatility(capUsd, hourly, 0.03, 0.1).capUsd;
          expect(capped).toBeLessThanOrEqual(capUsd);
          expect(capped).toBeGreaterThanOrEqual(capUsd * 0.1);
          expect(capByVolatility(capUsd, hourly * times, 0.03, 0.1).capUsd).toBeLessThanOrEqual(
            capped,
          );
        },
      ),
    );
    expect(() => capByVolatility(1000, Number.NaN, 0.02, 0.25)).toThrow('hourlyVolatility');
  });
});
