import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '#shared/domain/time.ts';
import { seededRandom } from '#shared/math/random.ts';
import {
  limitTailRisk,
  NO_TAIL_RISK,
  type TailState,
} from '#shared/strategy/guardrails/tail-risk/tail-limiter.ts';
import { TAIL_SETTINGS } from '#shared/strategy/guardrails/tail-risk/tail-settings.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import {
  calm,
  codes,
  drifted,
  GRID,
  type Market,
  type Mids,
  nameOf,
  opened,
  START,
  stepped,
} from './tail-markets.ts';

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
    expect(calmAt! - START).toBeLessThan(360 * GRID + 5 * MINUTE_MS);
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
    const settings = { ...TAIL_SETTINGS, forgetAfterMs: 10 * MINUTE_MS };
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
    const mid = fc.oneof(between(1e-9, 1e9), fc.constantFrom(100, 0, -1, Number.NaN, Infinity));
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
