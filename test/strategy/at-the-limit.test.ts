import { describe, expect, it } from 'vitest';
import { failed } from '#shared/domain/failure.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { decide } from '#shared/strategy/decide.ts';
import { type Decision, figuresOf, wantedOf } from '#shared/strategy/decision.ts';
import { emergencyReduction } from '#shared/hedging/emergency-reduce.ts';
import { spreadPause } from '#shared/strategy/guardrails/market-spread.ts';
import { planHedge } from '#shared/hedging/hedge-plan.ts';
import { readVolatility } from '#shared/strategy/signals/volatility.ts';
import { gridTolerance } from '#shared/strategy/quotes/requote-tolerance.ts';
import { targetInventory } from '#shared/strategy/quotes/target-inventory.ts';
import {
  aBook,
  aBrain,
  aCheckedBook,
  aPosition,
  aSpec,
  aView,
  parameters,
  START,
} from '#test/builders/market.ts';
import { BTC } from '#test/builders/market.ts';

/** Each of these was once a change to the code that no other test of it minded. */

const FIXED = {
  spreadModel: 'fixed',
  baseSpreadBps: 10,
  sizeMultipliers: [1, 1, 1],
  micropriceWeight: 0,
} as const;
const textOf = ({ reasons }: Decision, wanted: string): string | undefined =>
  reasons.find(({ code }) => code === wanted)?.text;

describe('a decision', () => {
  it('moves both quotes by the lean and the flow together, up when takers buy (A8, A11)', () => {
    const seen = { ...aBrain, last: { at: epochMs(START - 3000), mid: 100_000 } };
    const usual = Array.from({ length: 40 }, (_, index) => ({
      at: epochMs(START - 100_000 + index * 1000),
      side: index % 2 === 0 ? ('buy' as const) : ('sell' as const),
      price: price(100_000),
      size: size(0.01),
    }));
    const bought = { at: START, side: 'buy', price: price(100_000), size: size(1) } as const;
    const taught = decide(aView({ trades: usual }), seen, parameters(FIXED)).state;
    const decision = decide(
      aView({ trades: [bought], position: aPosition(-0.005), spec: aSpec({ tick: 0.001 }) }),
      taught,
      parameters({ ...FIXED, flowGain: 0.8, levels: 1 }),
    );
    const [{ quotes }, figures] = [wantedOf(decision), figuresOf(decision)];
    // Half a cap short leans by a quarter of the half-spread of 5 bps, flow by up to 0.8 of it.
    expect(figures?.skewBps).toBeCloseTo(1.25, 9);
    expect(figures?.flowShiftBps).toBeGreaterThan(0.5);
    expect(figures?.flowShiftBps).toBeLessThanOrEqual(0.8 * 5);
    const middle = quotes.reduce((sum, quote) => sum + quote.price, 0) / 2;
    expect((middle / 100_000 - 1) * 1e4).toBeCloseTo(
      (figures?.skewBps ?? 0) + (figures?.flowShiftBps ?? 0),
      3,
    );
  });

  it('remembers what it quoted from only if it quoted, and what it learned in any case', () => {
    const quoted = decide(aView(), aBrain, parameters(FIXED)).state;
    expect(quoted.quoted).toMatchObject({ inventorySize: 0 });
    const stale = decide(aView({ now: epochMs(START + 10_000) }), quoted, parameters(FIXED));
    expect(wantedOf(stale).quotes).toEqual([]);
    expect(stale.state.quoted).toBeUndefined();
    const blind = decide(aView({ book: failed('the book has no bid') }), quoted, parameters(FIXED));
    expect(blind.state).toEqual({ ...quoted, quoted: undefined });
    expect(wantedOf(blind).tolerance).toEqual({ maxAgeMs: 0, maxAwayBps: 0, maxTowardsBps: 0 });
  });

  it('watches its own market beside the others (C8)', () => {
    const { state } = decide(
      aView({ peers: { 'ETH-PERP': { mid: 4000, at: START } } }),
      aBrain,
      parameters(FIXED),
    );
    expect(state.tail.markets.tracks).toMatchObject({
      'BTC-PERP': { mid: 100_000, at: START },
      'ETH-PERP': { mid: 4000, at: START },
    });
  });

  it('says in figures what held it back (C1, C2, C6, C8, C11, A15)', () => {
    const wide = aView({
      book: aCheckedBook([{ price: 99_800, size: 1 }], [{ price: 100_200, size: 1 }]),
    });
    expect(textOf(decide(wide, aBrain, parameters(FIXED)), 'market-spread')).toBe(
      'the market is 40.0 bps wide; paused above 30, resumed below 24.0',
    );
    expect(
      textOf(
        decide(aView({ now: epochMs(START + 2001) }), aBrain, parameters(FIXED)),
        'stale-book',
      ),
    ).toBe('the book is 2001 ms old, allowed are 2000 ms');
    const wild = aView({ venueHourlyVolatility: 0.06 });
    expect(textOf(decide(wild, aBrain, parameters(FIXED)), 'volatility-breaker')).toBe(
      'volatility is 6.00 % an hour, above 5: at least 50 bps wide',
    );
    expect(
      textOf(
        decide(wild, aBrain, parameters({ ...FIXED, volBreakerAction: 'stop' })),
        'volatility-breaker',
      ),
    ).toBe('volatility is 6.00 % an hour, above 5: no quotes');
    expect(textOf(decide(wild, aBrain, parameters(FIXED)), 'volatility-cap')).toBe(
      '6.00 % an hour, above 2.00 %: inventory capped at 333.33 USD',
    );
    const short = decide(aView({ position: aPosition(-0.0095) }), aBrain, parameters(FIXED));
    expect(textOf(short, 'one-sided')).toBe('one-sided: short 95 % of cap, sell side withdrawn');
    const full = decide(
      aView({ position: aPosition(0.0085) }),
      aBrain,
      parameters({ ...FIXED, quoteSizeUsd: 200 }),
    );
    expect(textOf(full, 'within-room')).toBe('quotes shrunk to the room below the cap of 1000 USD');
    const tiny = decide(aView(), aBrain, parameters({ ...FIXED, quoteSizeUsd: 5 }));
    expect(textOf(tiny, 'below-minimum')).toBe(
      "buy level 0 is below the venue's minimum of 10 USD",
    );
    const capped = decide(aView(), aBrain, parameters({ ...FIXED, baseSpreadBps: 80 }));
    expect(textOf(capped, 'spread-capped')).toBe('spread 80.00 bps capped at 50.00 bps');
    const floored = decide(aView(), aBrain, parameters({ ...FIXED, baseSpreadBps: 1 }));
    expect(textOf(floored, 'spread-floored')).toBe(
      'spread 1.00 bps raised to 3.00 bps, which the fees or minSpreadBps ask for',
    );
    const quiet = decide(aView(), aBrain, parameters({ ...FIXED, quietWindows: ['06:00-07:00'] }));
    expect(textOf(quiet, 'quiet-window')).toBe(
      'a quiet window lasts until 2026-01-05T07:00:00.000Z',
    );
  });

  it('takes the venue minimum to the cent, and the spread floor as enough (A16)', () => {
    const exactly = aSpec({ tick: 1, lot: 0.001, minNotional: 99.95 });
    const { quotes } = wantedOf(
      decide(aView({ spec: exactly }), aBrain, parameters({ ...FIXED, quoteSizeUsd: 100 })),
    );
    expect(quotes.map(({ side }) => side)).toEqual(['buy', 'sell']);
    const enough = decide(aView(), aBrain, parameters({ ...FIXED, baseSpreadBps: 3 }));
    expect(textOf(enough, 'spread-floored')).toBeUndefined();
  });
});

describe('limits', () => {
  it('of the market spread: at the limit it is not paused, and at 80 % of it no longer (C2)', () => {
    const book = aBook(99_850, 100_150);
    expect([30, 29.999].map((limit) => spreadPause(false, book, limit))).toEqual([false, true]);
    expect([37.5, 37.499].map((limit) => spreadPause(true, book, limit))).toEqual([false, true]);
  });

  it('of an opinion on volatility: what is no number of at least 0 is none (A10)', () => {
    for (const venue of [undefined, Number.NaN, -0.01, Infinity])
      expect(readVolatility(aBrain.volatility, venue, parameters().values)).toMatchObject({
        hourly: undefined,
        regime: 'high',
        reasons: [
          { code: 'volatility-unknown', text: 'volatility is not known yet: it counts as high' },
        ],
      });
    expect(readVolatility(aBrain.volatility, 0, parameters().values)).toMatchObject({
      hourly: 0,
      regime: 'medium',
      reasons: [{ text: 'only one opinion on volatility: it counts as medium at least' }],
    });
  });

  it('of a tilt: none for a target of 0, in words for any other (A15)', () => {
    const tilt = {
      market: BTC,
      action: 'lean_short' as const,
      rateBps: 4,
      annualisedYieldPct: 40,
      fundingTime: epochMs(START + 1),
      setAt: START,
      expiresAt: epochMs(START + 1),
      reason: '',
    };
    expect(targetInventory({ ...tilt, targetRatio: 0 }, START, 0.2)).toEqual({
      ratio: 0,
      reasons: [],
    });
    expect(targetInventory({ ...tilt, targetRatio: -0.2 }, START, 0.2).reasons[0]?.text).toBe(
      'lean_short: target -20 % of cap for 4.00 bps of funding',
    );
    expect(targetInventory({ ...tilt, targetRatio: -0.2 }, epochMs(START + 1), 0.2).ratio).toBe(0);
  });

  it('of a hedge: a limit below the first tick is no price', () => {
    const spec = aSpec({ tick: 1, lot: 1 });
    const limits = { thresholdUsd: 1, fraction: 1, maxSlippageBps: 9000 };
    // Bought back at most at 90 % above the mid of 0.5, which is 0.95: below one tick.
    expect(planHedge(-10, 0.5, spec, limits)).toBeUndefined();
    expect(planHedge(-10, 1, spec, limits)).toMatchObject({ side: 'buy', limitPrice: 1 });
  });

  it('of the emergency rule, in its words (B7)', () => {
    const limits = { capUsd: 1000, maxSlippageBps: 20, isOrdered: false };
    expect(emergencyReduction(0.011, 100_000, aSpec(), limits)).toMatchObject({
      kind: 'reduce',
      reason: {
        code: 'emergency-reduce',
        text: '1100.00 USD held, the cap is 1000.00: half of it goes at once',
      },
    });
    expect(emergencyReduction(0.009, 100_000, aSpec(), limits)).toMatchObject({
      reason: { text: '900.00 USD held, the cap is 1000.00' },
    });
    expect(emergencyReduction(0.011, 100_000, aSpec({ lot: 0.02 }), limits)).toMatchObject({
      kind: 'nothing',
      reason: {
        text: '1100.00 USD held, the cap is 1000.00: all of it is less than the smallest order, or has no price',
      },
    });
  });

  it('of the grid: its orders keep their place for ever, at their own price alone (A6)', () => {
    expect(gridTolerance()).toEqual({
      maxAgeMs: Number.MAX_SAFE_INTEGER,
      maxAwayBps: 0,
      maxTowardsBps: 0,
    });
  });
});
