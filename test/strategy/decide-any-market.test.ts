import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done } from '#shared/domain/failure.ts';
import { isOnGrid } from '#shared/domain/order/grid.ts';
import type { MarketSpec } from '#shared/domain/venue/market.ts';
import type { Parameters } from '#shared/domain/parameters/parameters.ts';
import type { MarketView } from '#shared/domain/venue/view.ts';
import { decide } from '#shared/strategy/decide.ts';
import { type Decision, figuresOf, wantedOf } from '#shared/strategy/decision.ts';
import { between, maybe } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { aBook, aBrain, aPosition, aSpec, aView, parameters } from '#test/builders/market.ts';
import { decided } from './decisions.ts';

interface Market {
  readonly bid: number;
  readonly ask: number;
  readonly mid: number;
  readonly spec: MarketSpec;
}

/** Markets of every price level, spreads from one tick to far beyond any limit. */
const markets = fc
  .record({
    tick: fc.constantFrom(1, 0.1, 0.01, 0.0001),
    bidTicks: fc.integer({ min: 200, max: 2_000_000 }),
    width: fc.integer({ min: 1, max: 2000 }),
    makerBps: fc.integer({ min: -3, max: 5 }),
  })
  .map(({ tick, bidTicks, width, makerBps }): Market => {
    const [bid = 0, ask = 0] = [bidTicks * tick, (bidTicks + width) * tick].map((value) =>
      Number(value.toFixed(4)),
    );
    const mid = (bid + ask) / 2;
    const lot = 10 ** Math.floor(Math.log10(1 / mid));
    return { bid, ask, mid, spec: aSpec({ tick, lot: Number(lot.toFixed(12)), makerBps }) };
  });

const settings = fc.record({
  spreadModel: fc.constantFrom('fixed', 'additive', 'avellaneda-stoikov', 'glft'),
  fillDecay: maybe(between(0.05, 3)),
  arrivalRate: between(0.001, 1),
  levels: fc.integer({ min: 1, max: 5 }),
  baseSpreadBps: between(0.1, 200),
  skewFactor: between(0, 1),
  maxSpreadBps: between(1, 500),
  quoteSizeUsd: between(20, 1000),
  maxMarketSpreadBps: fc.constant(5000),
});

const CAP = 1000;

/** With so much of the cap held. */
const decideAt = (
  market: Market,
  ratio: number,
  over: Partial<Parameters>,
  view: Partial<MarketView> = {},
): Decision =>
  decided(
    {
      spec: market.spec,
      fees: market.spec.fees,
      book: done(aBook(market.bid, market.ask)),
      position: aPosition((ratio * CAP) / market.mid, market.mid),
      ...view,
    },
    { ...over, maxInventoryUsd: CAP },
  );

describe('decide, whatever the market and the parameters', () => {
  it('quotes on the tick, never across the book or itself, within lot, minimum and the room to the cap, with finite figures, and says why it is silent (A16, C1)', () => {
    const ratios = between(-1.2, 1.2);
    const volatilities = maybe(between(0, 0.2));
    fc.assert(
      fc.property(markets, settings, ratios, volatilities, (market, over, ratio, hourly) => {
        const decision = decideAt(market, ratio, over, { venueHourlyVolatility: hourly });
        const { quotes } = wantedOf(decision);
        for (const { side, price, size } of quotes) {
          expect(isOnGrid(market.spec.tick, price)).toBe(true);
          expect(isOnGrid(market.spec.lot, size)).toBe(true);
          expect(size * price).toBeGreaterThanOrEqual(market.spec.minNotionalUsd);
          if (side === 'buy') expect(price).toBeLessThan(market.ask);
          else expect(price).toBeGreaterThan(market.bid);
          const room = side === 'buy' ? CAP - ratio * CAP : CAP + ratio * CAP;
          expect(size * Math.max(price, market.mid)).toBeLessThanOrEqual(Math.max(0, room) + 1e-6);
        }
        const [bid, ask] = (['buy', 'sell'] as const).map((side) =>
          quotes.find((candidate) => candidate.side === side),
        );
        if (bid !== undefined && ask !== undefined) expect(bid.price).toBeLessThan(ask.price);
        if (quotes.length < 2) expect(decision.reasons.length).toBeGreaterThan(0);
        expect(JSON.stringify(decision)).not.toMatch(/NaN|Infinity|null/);
      }),
      { numRuns: 500 },
    );
  });

  it('never makes a quote more aggressive by rounding: bids at or below the unrounded price, asks at or above (A16)', () => {
    fc.assert(
      fc.property(markets, settings, between(-0.8, 0.8), (market, over, ratio) => {
        const decision = decideAt(market, ratio, over);
        const figures = figuresOf(decision);
        if (figures === undefined) throw new Error('no figures');
        const reservation = figures.mid * (1 + figures.skewBps / 1e4);
        const half = (figures.mid * figures.spreadBps) / 2e4;
        for (const { side, price } of wantedOf(decision).quotes) {
          if (side === 'buy')
            expect(price).toBeLessThanOrEqual(reservation - half + 1e-6 * market.mid);
          else expect(price).toBeGreaterThanOrEqual(reservation + half - 1e-6 * market.mid);
        }
      }),
    );
  });

  it('is symmetric: short is the mirror of long (A8)', () => {
    fc.assert(
      fc.property(markets, settings, between(-1, 1), (market, over, ratio) => {
        const long = figuresOf(decideAt(market, ratio, over));
        const short = figuresOf(decideAt(market, -ratio, over));
        expect(short?.skewBps).toBeCloseTo(-(long?.skewBps ?? 0), 9);
        expect(short?.spreadBps).toBeCloseTo(long?.spreadBps ?? 0, 9);
      }),
    );
  });

  it('does the same in bps whatever the price level', () => {
    const cheap = { bid: 99.99, ask: 100.01, mid: 100, spec: aSpec({ tick: 0.01, lot: 0.001 }) };
    const spec = aSpec({ tick: 10, lot: 0.000001 });
    const dear = { bid: 99_990, ask: 100_010, mid: 100_000, spec };
    fc.assert(
      fc.property(settings, between(-1, 1), (over, ratio) => {
        const [small, large] = [cheap, dear].map((market) =>
          figuresOf(decideAt(market, ratio, over)),
        );
        expect(large?.spreadBps).toBeCloseTo(small?.spreadBps ?? 0, 9);
        expect(large?.skewBps).toBeCloseTo(small?.skewBps ?? 0, 6);
      }),
    );
  });

  it('is the same decision every time it is asked', () => {
    const view = aView({ position: aPosition(0.003) });
    expect(decide(view, aBrain, parameters())).toEqual(
      decide(structuredClone(view), structuredClone(aBrain), parameters()),
    );
  });
});
