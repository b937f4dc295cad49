import { describe, expect, it } from 'vitest';
import { failed } from '#shared/domain/failure.ts';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import { size } from '#shared/domain/units.ts';
import type { MarketView } from '#shared/domain/venue/view.ts';
import { figuresOf, wantedOf } from '#shared/strategy/decision.ts';
import { emergencyReduction } from '#shared/hedging/emergency-reduce.ts';
import { spreadPause } from '#shared/strategy/guardrails/market-spread.ts';
import { planHedge } from '#shared/hedging/hedge-plan.ts';
import { readVolatility } from '#shared/strategy/signals/volatility.ts';
import { gridTolerance } from '#shared/strategy/quotes/requote-tolerance.ts';
import { targetInventory } from '#shared/strategy/quotes/target-inventory.ts';
import {
  aBook,
  aBrain,
  aFundingTilt,
  after,
  aPosition,
  aSpec,
  aTrade,
  parameters,
  START,
} from '#test/builders/market.ts';
import { decided, fixed, seenAt, sidesOf, textOf } from './decisions.ts';

/** Each of these was once a change to the code that no other test of it minded. */

const FIXED = fixed(10, { sizeMultipliers: [1, 1, 1], micropriceWeight: 0 });

describe('a decision', () => {
  it('moves both quotes by the lean and the flow together, up when takers buy (A8, A11)', () => {
    const seen = { ...aBrain, last: { at: after(-3000), mid: 100_000 } };
    const usual = Array.from({ length: 40 }, (_, index) =>
      aTrade({
        at: after(-100_000 + index * 1000),
        side: index % 2 === 0 ? 'buy' : 'sell',
        size: size(0.01),
      }),
    );
    const taught = decided({ trades: usual }, FIXED, seen).state;
    const decision = decided(
      { trades: [aTrade()], position: aPosition(-0.005), spec: aSpec({ tick: 0.001 }) },
      { ...FIXED, flowGain: 0.8, levels: 1 },
      taught,
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
    const quoted = decided({}, FIXED).state;
    expect(quoted.quoted).toMatchObject({ inventorySize: 0 });
    const stale = decided({ now: after(10_000) }, FIXED, quoted);
    expect(sidesOf(stale)).toEqual([]);
    expect(stale.state.quoted).toBeUndefined();
    const blind = decided({ book: failed('the book has no bid') }, FIXED, quoted);
    expect(blind.state).toEqual({ ...quoted, quoted: undefined });
    expect(wantedOf(blind).tolerance).toEqual({ maxAgeMs: 0, maxAwayBps: 0, maxTowardsBps: 0 });
  });

  it('watches its own market beside the others (C8)', () => {
    const { state } = decided({ peers: { 'ETH-PERP': { mid: 4000, at: START } } }, FIXED);
    expect(state.tail.markets.tracks).toMatchObject({
      'BTC-PERP': { mid: 100_000, at: START },
      'ETH-PERP': { mid: 4000, at: START },
    });
  });

  const WILD = { venueHourlyVolatility: 0.06 };
  it.each<[string, Partial<MarketView>, Partial<Parameters>, string]>([
    [
      'market-spread',
      seenAt(START, 99_800, 100_200),
      {},
      'the market is 40.0 bps wide; paused above 30, resumed below 24.0',
    ],
    ['stale-book', { now: after(2001) }, {}, 'the book is 2001 ms old, allowed are 2000 ms'],
    ['volatility-breaker', WILD, {}, 'volatility is 6.00 % an hour, above 5: at least 50 bps wide'],
    [
      'volatility-breaker',
      WILD,
      { volBreakerAction: 'stop' },
      'volatility is 6.00 % an hour, above 5: no quotes',
    ],
    ['volatility-cap', WILD, {}, '6.00 % an hour, above 2.00 %: inventory capped at 333.33 USD'],
    [
      'one-sided',
      { position: aPosition(-0.0095) },
      {},
      'one-sided: short 95 % of cap, sell side withdrawn',
    ],
    [
      'within-room',
      { position: aPosition(0.0085) },
      { quoteSizeUsd: 200 },
      'quotes shrunk to the room below the cap of 1000 USD',
    ],
    [
      'below-minimum',
      {},
      { quoteSizeUsd: 5 },
      "buy level 0 is below the venue's minimum of 10 USD",
    ],
    ['spread-capped', {}, { baseSpreadBps: 80 }, 'spread 80.00 bps capped at 50.00 bps'],
    [
      'spread-floored',
      {},
      { baseSpreadBps: 1 },
      'spread 1.00 bps raised to 3.00 bps, which the fees or minSpreadBps ask for',
    ],
    [
      'quiet-window',
      {},
      { quietWindows: ['06:00-07:00'] },
      'a quiet window lasts until 2026-01-05T07:00:00.000Z',
    ],
  ])(
    'says in figures what held it back: %s (C1, C2, C6, C8, C11, A15)',
    (code, view, over, text) => {
      expect(textOf(decided(view, { ...FIXED, ...over }), code)).toBe(text);
    },
  );

  it('takes the venue minimum to the cent, and the spread floor as enough (A16)', () => {
    const exactly = aSpec({ tick: 1, lot: 0.001, minNotional: 99.95 });
    expect(sidesOf(decided({ spec: exactly }, { ...FIXED, quoteSizeUsd: 100 }))).toEqual([
      'buy',
      'sell',
    ]);
    const enough = decided({}, { ...FIXED, baseSpreadBps: 3 });
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
    const tilt = aFundingTilt({ rateBps: 4, fundingTime: after(1), expiresAt: after(1) });
    expect(targetInventory({ ...tilt, targetRatio: 0 }, START, 0.2)).toEqual({
      ratio: 0,
      reasons: [],
    });
    expect(targetInventory({ ...tilt, targetRatio: -0.2 }, START, 0.2).reasons[0]?.text).toBe(
      'lean_short: target -20 % of cap for 4.00 bps of funding',
    );
    expect(targetInventory({ ...tilt, targetRatio: -0.2 }, after(1), 0.2).ratio).toBe(0);
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
