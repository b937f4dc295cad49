import { describe, expect, it } from 'vitest';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { type EpochMs, size } from '#shared/domain/units.ts';
import type { MarketTrade, MarketView } from '#shared/domain/venue/view.ts';
import { type BrainState, learn } from '#shared/strategy/brain-state.ts';
import { delayUpToMsOf, figuresOf } from '#shared/strategy/decision.ts';
import { readSignals, type Signals } from '#shared/strategy/signals/read-signals.ts';
import { takerImbalance } from '#shared/strategy/signals/taker-imbalance.ts';
import {
  aBrain,
  aCheckedBook,
  after,
  aQuoteFill,
  aTrade,
  aView,
  START,
} from '#test/builders/market.ts';
import { codesOf, decided, fixed, seenAt } from '../decisions.ts';
import { lookAt } from '../looks.ts';

describe('readSignals', () => {
  const signals = (
    view: MarketView,
    over: Partial<Parameters> = {},
    before: BrainState = aBrain,
  ): { readonly state: BrainState; readonly signals: Signals } => {
    const look = lookAt(view, before, over);
    const state = learn(before, look);
    return { state, signals: readSignals(state, look, before) };
  };

  it('shrinks by the regime and by bad markouts, and widens by these (A10, A13, A17)', () => {
    expect(signals(aView({ venueHourlyVolatility: 0.02 })).signals.sizeFactor).toBe(0.3);
    const bad = signals(aView({ venueHourlyVolatility: 0.02, averageMarkoutBps: -12 })).signals;
    expect(bad.sizeFactor).toBeCloseTo(0.3 * 0.55, 12);
    expect(bad.widening).toBe(1.5);
    expect(codesOf(bad)).toContain('adverse-markout');
  });

  it('puts the fair value between mid and microprice, and moves it towards a leader it knows (A11)', () => {
    const heavy = aView({
      book: aCheckedBook([{ price: 99_990, size: 3 }], [{ price: 100_010, size: 1 }]),
    });
    expect(signals(heavy, { micropriceWeight: 0 }).signals.fairValue).toBe(100_000);
    expect(signals(heavy, { micropriceWeight: 1 }).signals.fairValue).toBeCloseTo(100_005, 6);
    expect(signals(heavy, { micropriceWeight: 0.5 }).signals.fairValue).toBeCloseTo(100_002.5, 6);
    const led = signals(aView({ reference: { mid: 100_000, at: START } }));
    expect(codesOf(led.signals)).toContain('reference-learning');
    expect(led.state.reference.at).toBe(START);
    expect(signals(aView()).state.reference.at).toBeUndefined();
    let state = aBrain;
    for (let look = 0; look < 200; look += 1) {
      const now = after(look * 3000);
      const mid = 100_000 * (1 + 1e-5 * Math.sin(look));
      const view = aView({ ...seenAt(now, mid - 1, mid + 1), reference: { mid, at: now } });
      state = signals(view, {}, state).state;
    }
    const now = after(600_000);
    const reference = { mid: 100_003, at: now };
    const view = aView({ ...seenAt(now, 99_999, 100_001), reference });
    const ahead = signals(view, {}, state).signals;
    expect(ahead.fairValue).toBeGreaterThan(100_001);
    expect(ahead.fairValue).toBeLessThan(100_002);
  });

  it('reads the flow of all trades, or of our own fills where no others are shown: who fills our bid sells (A11)', () => {
    const seen = (view: Partial<MarketView>): number => {
      const { state } = signals(aView(view));
      return signals(aView({ now: after(120_000), trades: [] }), {}, state).signals.readings.flow
        .imbalance;
    };
    expect(seen({ trades: [aTrade({ size: size(0.1) })] })).toBeGreaterThan(0);
    expect(seen({ trades: undefined, fills: [aQuoteFill({ at: START })] })).toBeLessThan(0);
    expect(seen({ trades: undefined })).toBe(0);
    expect(seen({ trades: [], fills: [aQuoteFill({ at: START })] })).toBe(0);
  });

  it('forgets half of the flow in seconds and half of the volatility in minutes, neither stirred by the other (A12)', () => {
    const market = (
      from: number,
      looks: number,
      moves: number,
      trades: readonly MarketTrade[],
      before: BrainState,
    ): BrainState => {
      let state = before;
      for (let look = from; look < from + looks; look += 1) {
        const now = after(look * 3000);
        const mid = 100_000 + (look % 2) * moves;
        const view = aView({
          ...seenAt(now, mid - 1, mid + 1),
          trades: trades.map((trade) => ({ ...trade, at: now })),
        });
        state = signals(view, {}, state).state;
      }
      return state;
    };
    const bought = aTrade({ size: size(0.1) });
    const busy = market(0, 2400, 10, [bought], aBrain);
    expect(market(0, 2400, 10, [], aBrain).volatility).toEqual(busy.volatility);
    expect(market(0, 2400, 70, [bought], aBrain).flow).toEqual(busy.flow);
    const [soon, late] = [market(2400, 5, 0, [], busy), market(2400, 200, 0, [], busy)];
    const variance = ({ volatility: { returns } }: BrainState): number =>
      returns.squares / returns.squaresMs;
    const flow = (state: BrainState, looks: number): number =>
      takerImbalance(state.flow, after((2399 + looks) * 3000), {
        halfLifeMs: 15_000,
        leastUsd: 1e5,
      });
    expect(flow(soon, 5) / flow(busy, 0)).toBeCloseTo(0.5, 9);
    expect(variance(soon) / variance(busy)).toBeGreaterThan(0.95);
    expect(flow(late, 200) / flow(busy, 0)).toBeLessThan(1e-9);
    expect(variance(late) / variance(busy)).toBeCloseTo(0.5, 2);
  });

  it('asks for a wider spread and a delayed look while quotes are filled at once (A13)', () => {
    const toxic: BrainState = { ...aBrain, toxicity: { at: START, placed: 20, filledAtOnce: 20 } };
    const decision = decided({}, fixed(10, { jitterMs: 700 }), toxic);
    expect(decision).toMatchObject({ delayUpToMs: 700, figures: { spreadBps: 15 } });
    expect(codesOf(decision)).toContain('toxic-fills');
    expect(delayUpToMsOf(decided())).toBe(0);
  });

  it('widens in a thin book (A18)', () => {
    const bookOf = (bidSize: number, now: EpochMs): ReturnType<typeof aCheckedBook> =>
      aCheckedBook(
        [
          { price: 99_999, size: bidSize },
          { price: 99_990, size: 0 },
        ],
        [
          { price: 100_001, size: 1 },
          { price: 100_010, size: 0 },
        ],
        now,
      );
    let state = aBrain;
    for (let look = 0; look < 200; look += 1) {
      const now = after(look * 3000);
      state = signals(aView({ now, book: bookOf(1, now) }), {}, state).state;
    }
    const now = after(600_000);
    const decision = decided({ now, book: bookOf(0.05, now) }, fixed(10), state);
    expect(figuresOf(decision)?.spreadBps).toBe(20);
    expect(codesOf(decision)).toContain('thin-book');
  });
});
