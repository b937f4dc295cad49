import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { done, failed } from '#shared/domain/failure.ts';
import { isOnGrid, sizeDown } from '#shared/domain/grid.ts';
import type { DesiredQuote } from '#shared/domain/order.ts';
import { bps, epochMs } from '#shared/domain/units.ts';
import { decide } from '#shared/strategy/decide.ts';
import { type Decision, figuresOf, wantedOf } from '#shared/strategy/decision.ts';
import {
  aBook,
  aBrain,
  aPosition,
  aSpec,
  aView,
  parameters,
  START,
} from '#test/builders/market.ts';

const codes = (decision: Decision): readonly string[] => decision.reasons.map(({ code }) => code);
const quote = (decision: Decision, side: 'buy' | 'sell'): DesiredQuote => {
  const found = wantedOf(decision).quotes.find((candidate) => candidate.side === side);
  if (found === undefined) throw new Error(`no ${side} in ${JSON.stringify(decision)}`);
  return found;
};

/** Spread and size are the same whatever the volatility's regime. */
const NO_REGIMES = { spreadMultipliers: [1, 1, 1], sizeMultipliers: [1, 1, 1] } as const;

/** Markets of every price level, spreads from one tick to far beyond any limit. */
const markets = fc
  .record({
    tick: fc.constantFrom(1, 0.1, 0.01, 0.0001),
    bidTicks: fc.integer({ min: 200, max: 2_000_000 }),
    width: fc.integer({ min: 1, max: 2000 }),
    makerBps: fc.integer({ min: -3, max: 5 }),
  })
  .map(({ tick, bidTicks, width, makerBps }) => {
    const [bid, ask] = [bidTicks * tick, (bidTicks + width) * tick].map((value) =>
      Number(value.toFixed(4)),
    );
    const mid = ((bid ?? 0) + (ask ?? 0)) / 2;
    const lot = 10 ** Math.floor(Math.log10(1 / mid));
    return {
      bid: bid ?? 0,
      ask: ask ?? 0,
      mid,
      spec: aSpec({ tick, lot: Number(lot.toFixed(12)), makerBps }),
    };
  });

const someParameters = fc.record({
  spreadModel: fc.constantFrom('fixed', 'additive', 'avellaneda-stoikov', 'glft'),
  fillDecay: fc.option(fc.double({ min: 0.05, max: 3, noNaN: true }), { nil: undefined }),
  arrivalRate: fc.double({ min: 0.001, max: 1, noNaN: true }),
  levels: fc.integer({ min: 1, max: 5 }),
  baseSpreadBps: fc.double({ min: 0.1, max: 200, noNaN: true }),
  skewFactor: fc.double({ min: 0, max: 1, noNaN: true }),
  maxSpreadBps: fc.double({ min: 1, max: 500, noNaN: true }),
  quoteSizeUsd: fc.double({ min: 20, max: 1000, noNaN: true }),
  maxMarketSpreadBps: fc.constant(5000),
});

const decideAt = (
  market: { bid: number; ask: number; mid: number; spec: ReturnType<typeof aSpec> },
  inventoryUsd: number,
  over: Parameters<typeof parameters>[0],
  volatility: number | undefined = 0.01,
): Decision =>
  decide(
    aView({
      spec: market.spec,
      fees: market.spec.fees,
      book: done(aBook(market.bid, market.ask)),
      position: aPosition(inventoryUsd / market.mid, market.mid),
      venueHourlyVolatility: volatility,
    }),
    aBrain,
    parameters(over),
  );

describe('decide, whatever the market and the parameters', () => {
  it('quotes on the tick, never across the book or itself, within lot, minimum and the room to the cap, with finite figures, and says why it is silent (A16, C1)', () => {
    fc.assert(
      fc.property(
        markets,
        someParameters,
        fc.double({ min: -1.2, max: 1.2, noNaN: true }),
        fc.option(fc.double({ min: 0, max: 0.2, noNaN: true }), { nil: undefined }),
        (market, over, ratio, volatility) => {
          const cap = 1000;
          const decision = decideAt(
            market,
            ratio * cap,
            { ...over, maxInventoryUsd: cap },
            volatility,
          );
          for (const { side, price, size } of wantedOf(decision).quotes) {
            expect(isOnGrid(market.spec.tick, price)).toBe(true);
            expect(isOnGrid(market.spec.lot, size)).toBe(true);
            expect(size * price).toBeGreaterThanOrEqual(market.spec.minNotionalUsd);
            if (side === 'buy') expect(price).toBeLessThan(market.ask);
            else expect(price).toBeGreaterThan(market.bid);
            const room = side === 'buy' ? cap - ratio * cap : cap + ratio * cap;
            expect(size * Math.max(price, market.mid)).toBeLessThanOrEqual(
              Math.max(0, room) + 1e-6,
            );
          }
          const [bid, ask] = (['buy', 'sell'] as const).map((side) =>
            wantedOf(decision).quotes.find((candidate) => candidate.side === side),
          );
          if (bid !== undefined && ask !== undefined) expect(bid.price).toBeLessThan(ask.price);
          if (wantedOf(decision).quotes.length < 2)
            expect(decision.reasons.length).toBeGreaterThan(0);
          expect(JSON.stringify(decision)).not.toMatch(/NaN|Infinity|null/);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('never makes a quote more aggressive by rounding: bids at or below the unrounded price, asks at or above (A16)', () => {
    fc.assert(
      fc.property(
        markets,
        someParameters,
        fc.double({ min: -0.8, max: 0.8, noNaN: true }),
        (market, over, ratio) => {
          const decision = decideAt(market, ratio * 1000, { ...over, maxInventoryUsd: 1000 });
          const figures = figuresOf(decision);
          if (figures === undefined) throw new Error('no figures');
          const reservation = figures.mid * (1 + figures.skewBps / 1e4);
          const half = (figures.mid * figures.spreadBps) / 2e4;
          for (const { side, price } of wantedOf(decision).quotes) {
            if (side === 'buy')
              expect(price).toBeLessThanOrEqual(reservation - half + 1e-6 * market.mid);
            else expect(price).toBeGreaterThanOrEqual(reservation + half - 1e-6 * market.mid);
          }
        },
      ),
    );
  });

  it('is symmetric: short is the mirror of long (A8)', () => {
    fc.assert(
      fc.property(
        markets,
        someParameters,
        fc.double({ min: -1, max: 1, noNaN: true }),
        (market, over, ratio) => {
          const long = figuresOf(
            decideAt(market, ratio * 1000, { ...over, maxInventoryUsd: 1000 }),
          );
          const short = figuresOf(
            decideAt(market, -ratio * 1000, { ...over, maxInventoryUsd: 1000 }),
          );
          expect(short?.skewBps).toBeCloseTo(-(long?.skewBps ?? 0), 9);
          expect(short?.spreadBps).toBeCloseTo(long?.spreadBps ?? 0, 9);
        },
      ),
    );
  });

  it('does the same in bps whatever the price level', () => {
    fc.assert(
      fc.property(someParameters, fc.double({ min: -1, max: 1, noNaN: true }), (over, ratio) => {
        const small = figuresOf(
          decideAt(
            { bid: 99.99, ask: 100.01, mid: 100, spec: aSpec({ tick: 0.01, lot: 0.001 }) },
            ratio * 1000,
            {
              ...over,
              maxInventoryUsd: 1000,
            },
          ),
        );
        const large = figuresOf(
          decideAt(
            { bid: 99_990, ask: 100_010, mid: 100_000, spec: aSpec({ tick: 10, lot: 0.000001 }) },
            ratio * 1000,
            {
              ...over,
              maxInventoryUsd: 1000,
            },
          ),
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

describe('decide', () => {
  it('puts half of a fixed spread on each side of the mid (A2)', () => {
    const decision = decide(
      aView(),
      aBrain,
      parameters({ spreadModel: 'fixed', baseSpreadBps: 10, ...NO_REGIMES }),
    );
    expect(wantedOf(decision).quotes).toMatchObject([
      { side: 'buy', level: 0, price: 99_950, size: 0.001 },
      { side: 'sell', level: 0, price: 100_050, size: 0.001 },
    ]);
  });

  it('leaves mid x bps / 1e4 / 2 between the mid and each quote: at 5 bps, at 10, at any other, wherever the mid is (A2)', () => {
    const spreads = fc.oneof(fc.constantFrom(5, 10), fc.double({ min: 3, max: 50, noNaN: true }));
    fc.assert(
      fc.property(spreads, fc.integer({ min: 20_000, max: 200_000 }), (baseSpreadBps, mid) => {
        const view = aView({ book: done(aBook(mid - 1, mid + 1)) });
        const decision = decide(view, aBrain, parameters({ spreadModel: 'fixed', baseSpreadBps }));
        const drafted = decision.kind === 'quote' ? decision.stages.drafted.quotes : [];
        const half = (mid * baseSpreadBps) / 1e4 / 2;
        expect(drafted.map(({ side, price }) => [side, price])).toEqual([
          ['buy', expect.closeTo(mid - half, 6)],
          ['sell', expect.closeTo(mid + half, 6)],
        ]);
      }),
    );
  });

  it('adds volatility and inventory to the base, and caps the sum (A3)', () => {
    const at2Percent = decide(
      aView({ venueHourlyVolatility: 0.02 }),
      aBrain,
      parameters(NO_REGIMES),
    );
    expect(figuresOf(at2Percent)?.spreadBps).toBeCloseTo(5 + 12.5, 9);
    const halfFull = decide(
      aView({ venueHourlyVolatility: 0.02, position: aPosition(0.005) }),
      aBrain,
      parameters(NO_REGIMES),
    );
    expect(figuresOf(halfFull)?.spreadBps).toBeCloseTo(5 + 12.5 + 2.5, 9);
    const wild = decide(aView({ venueHourlyVolatility: 0.2 }), aBrain, parameters());
    expect(figuresOf(wild)?.spreadBps).toBe(50);
    expect(codes(wild)).toContain('spread-capped');
  });

  it('quotes its widest while nobody knows the volatility (A3, A10)', () => {
    const decision = decide(aView({ venueHourlyVolatility: undefined }), aBrain, parameters());
    expect(figuresOf(decision)?.spreadBps).toBe(50);
    expect(codes(decision)).toContain('volatility-unknown');
  });

  it('never quotes below what the maker fee of both sides costs, unless told to', () => {
    const dear = aView({ fees: { makerBps: bps(4), takerBps: bps(5) } });
    const floored = decide(dear, aBrain, parameters({ spreadModel: 'fixed', baseSpreadBps: 1 }));
    expect(figuresOf(floored)?.spreadBps).toBe(8);
    expect(codes(floored)).toContain('spread-floored');
    expect(
      figuresOf(
        decide(
          dear,
          aBrain,
          parameters({ spreadModel: 'fixed', baseSpreadBps: 1, allowBelowCost: true }),
        ),
      )?.spreadBps,
    ).toBe(1);
  });

  it('shifts both quotes down when long and up when short (A8)', () => {
    const flat = decide(aView(), aBrain, parameters({ spreadModel: 'fixed', baseSpreadBps: 20 }));
    const long = decide(
      aView({ position: aPosition(0.005) }),
      aBrain,
      parameters({ spreadModel: 'fixed', baseSpreadBps: 20 }),
    );
    expect(figuresOf(long)?.skewBps).toBe(-2.5);
    expect(quote(long, 'buy').price).toBe(quote(flat, 'buy').price - 25);
    expect(quote(long, 'sell').price).toBe(quote(flat, 'sell').price - 25);
    expect(
      figuresOf(
        decide(
          aView({ position: aPosition(-0.005) }),
          aBrain,
          parameters({ spreadModel: 'fixed', baseSpreadBps: 20 }),
        ),
      )?.skewBps,
    ).toBe(2.5);
  });

  it('leans by skewFactor of the half-spread when full, in proportion below and no further beyond (A8)', () => {
    for (const skewFactor of [0.3, 0.5]) {
      const skewAt = (ratio: number): number | undefined =>
        figuresOf(
          decide(
            aView({ position: aPosition(ratio * 0.01) }),
            aBrain,
            parameters({ spreadModel: 'fixed', baseSpreadBps: 20, skewFactor }),
          ),
        )?.skewBps;
      const expected = [0, -2, -10, -10, -10, 2, 10, 10].map(
        (share) => expect.closeTo(share * skewFactor, 9) as number,
      );
      expect([0, 0.2, 1, 1.01, 9, -0.2, -1, -9].map(skewAt)).toEqual(expected);
    }
  });

  it('leans to the funding tilt until it expires, and never beyond the configured ratio (A15, D5)', () => {
    const tilt = {
      market: 'BTC-PERP',
      action: 'lean_short',
      rateBps: 5,
      annualisedYieldPct: 54.75,
      targetRatio: -0.6,
      fundingTime: epochMs(START + 1000),
      setAt: START,
      expiresAt: epochMs(START + 1000),
      reason: '',
    } as const;
    const leaning = decide(aView({ tilt }), aBrain, parameters());
    expect(figuresOf(leaning)?.targetRatio).toBe(-0.2);
    expect(figuresOf(leaning)?.skewBps).toBeLessThan(0);
    expect(codes(leaning)).toContain('funding-tilt');
    const expired = decide(aView({ tilt, now: epochMs(START + 1000) }), aBrain, parameters());
    expect(figuresOf(expired)?.targetRatio).toBe(0);
  });

  it('withdraws the growing side from 90 % of the cap on, and never both (C1)', () => {
    const long = decide(aView({ position: aPosition(0.0091) }), aBrain, parameters());
    expect(wantedOf(long).quotes.map(({ side }) => side)).toEqual(['sell']);
    expect(long.reasons.find(({ code }) => code === 'one-sided')?.text).toBe(
      'one-sided: long 91 % of cap, buy side withdrawn',
    );
    expect(
      wantedOf(decide(aView({ position: aPosition(-0.0091) }), aBrain, parameters())).quotes.map(
        ({ side }) => side,
      ),
    ).toEqual(['buy']);
  });

  it('quotes the reducing side at any inventory, and the growing one exactly below 90 % of the cap in force (C1, C8)', () => {
    const shares = fc.oneof(
      fc.double({ min: 0, max: 3, noNaN: true }),
      fc.double({ min: 0.85, max: 0.95, noNaN: true }),
    );
    fc.assert(
      fc.property(
        shares,
        fc.boolean(),
        fc.double({ min: 0, max: 0.2, noNaN: true }),
        (share, long, volatility) => {
          fc.pre(share > 0.001 && Math.abs(share - 0.9) > 1e-6);
          // Above 2 % an hour the cap shrinks in proportion, to a fifth at the least.
          const capUsd = 1000 * Math.max(0.2, Math.min(1, 0.02 / volatility));
          const view = aView({
            position: aPosition(((long ? share : -share) * capUsd) / 100_000),
            venueHourlyVolatility: volatility,
          });
          const sides = wantedOf(decide(view, aBrain, parameters())).quotes.map(({ side }) => side);
          expect(sides).toEqual(share < 0.9 ? ['buy', 'sell'] : [long ? 'sell' : 'buy']);
        },
      ),
    );
  });

  it('shrinks the growing side to the room that is left (A7)', () => {
    const decision = decide(
      aView({ position: aPosition(0.0085) }),
      aBrain,
      parameters({ quoteSizeUsd: 400, ...NO_REGIMES }),
    );
    expect(quote(decision, 'buy').size).toBe(0.0015);
    expect(quote(decision, 'sell').size).toBe(0.004);
    expect(codes(decision)).toContain('within-room');
  });

  it('pauses while the market is too wide and resumes only when it has come back far enough (C2)', () => {
    const wide = decide(aView({ book: done(aBook(99_800, 100_200)) }), aBrain, parameters());
    expect(wantedOf(wide).quotes).toEqual([]);
    expect(codes(wide)).toContain('market-spread');
    const stillWide = decide(
      aView({ book: done(aBook(99_870, 100_130)) }),
      wide.state,
      parameters(),
    );
    expect(wantedOf(stillWide).quotes).toEqual([]);
    const narrow = decide(
      aView({ book: done(aBook(99_890, 100_110)) }),
      stillWide.state,
      parameters(),
    );
    expect(wantedOf(narrow).quotes).toHaveLength(2);
    expect(
      wantedOf(decide(aView({ book: done(aBook(99_870, 100_130)) }), narrow.state, parameters()))
        .quotes,
    ).toHaveLength(2);
  });

  it('quotes 50 bps apart above 5 % an hour, or nothing where the parameter says so (C6)', () => {
    const pricesAt = (
      venueHourlyVolatility: number,
      volBreakerAction: 'widen' | 'stop',
    ): readonly number[] =>
      wantedOf(
        decide(
          aView({ venueHourlyVolatility }),
          aBrain,
          parameters({ spreadModel: 'fixed', baseSpreadBps: 10, volBreakerAction }),
        ),
      ).quotes.map(({ price }) => price);
    for (const action of ['widen', 'stop'] as const)
      expect(pricesAt(0.05, action)).toEqual([99_950, 100_050]);
    expect(pricesAt(0.0501, 'widen')).toEqual([99_750, 100_250]);
    expect(pricesAt(0.0501, 'stop')).toEqual([]);
  });

  it('never quotes on a book that is old, from the future, or no book (C11)', () => {
    for (const at of [START - 2001, START + 2001]) {
      const stale = decide(
        aView({ book: done(aBook(99_999, 100_001, epochMs(at))) }),
        aBrain,
        parameters(),
      );
      expect(wantedOf(stale).quotes).toEqual([]);
      expect(codes(stale)).toContain('stale-book');
      expect(stale.state.volatility).toEqual({ ...aBrain.volatility, regime: 'high' });
      expect(stale.state.depth).toEqual(aBrain.depth);
    }
    expect(
      wantedOf(
        decide(
          aView({ book: done(aBook(99_999, 100_001, epochMs(START - 2000))) }),
          aBrain,
          parameters(),
        ),
      ).quotes,
    ).toHaveLength(2);
    const blind = decide(
      aView({ book: failed('the book is crossed: bid 2 above ask 1') }),
      aBrain,
      parameters(),
    );
    expect(wantedOf(blind).quotes).toEqual([]);
    expect(blind.reasons).toEqual([
      { code: 'no-book', text: 'the book is crossed: bid 2 above ask 1' },
    ]);
  });

  it('says when a quote would be below the venue minimum (A16)', () => {
    const decision = decide(aView(), aBrain, parameters({ quoteSizeUsd: 5 }));
    expect(wantedOf(decision).quotes).toEqual([]);
    expect(codes(decision)).toEqual(['below-minimum', 'below-minimum']);
  });

  it('keeps the reducing side near the cap with the smallest order the venue takes, however much sizes shrink, and never more than is held (C1)', () => {
    const shrunk = { ...aBrain, tail: { ...aBrain.tail, factor: 0.2 } };
    const scenes = fc.record({
      ratio: fc.double({ min: 0.900_001, max: 1.2, noNaN: true }),
      short: fc.boolean(),
      quoteSizeUsd: fc.double({ min: 1, max: 40, noNaN: true }),
      lot: fc.constantFrom(0.001, 0.0001, 0.00001),
      maxInventoryUsd: fc.constantFrom(8, 50, 1000),
      minNotional: fc.constantFrom(0, 10, 9.9999),
    });
    fc.assert(
      fc.property(scenes, ({ ratio, short, quoteSizeUsd, lot, maxInventoryUsd, minNotional }) => {
        const held = ((short ? -1 : 1) * ratio * maxInventoryUsd) / 100_000;
        const spec = aSpec({ lot, minNotional });
        const view = aView({ spec, position: aPosition(held), venueHourlyVolatility: 0.02 });
        const { quotes } = wantedOf(
          decide(view, shrunk, parameters({ quoteSizeUsd, maxInventoryUsd })),
        );
        const canReduce =
          Math.abs(held) >= lot &&
          sizeDown(spec.lot, Math.abs(held)) * 99_000 >= Math.max(minNotional, lot * 99_000);
        if (canReduce) expect(quotes.map(({ side }) => side)).toEqual([short ? 'buy' : 'sell']);
        for (const { side, price, size } of quotes) {
          expect(size * price).toBeGreaterThanOrEqual(minNotional);
          expect(side).toBe(short ? 'buy' : 'sell');
          if (size > quoteSizeUsd / 99_000) expect(size).toBeLessThanOrEqual(Math.abs(held));
        }
      }),
    );
    const below = decide(
      aView({ position: aPosition(0.0085), venueHourlyVolatility: 0.02 }),
      shrunk,
      parameters({ quoteSizeUsd: 20 }),
    );
    expect(wantedOf(below).quotes).toEqual([]);
    expect(codes(below)).toContain('below-minimum');
  });

  it('says when a side has no price above zero (A16)', () => {
    const cheap = aView({ spec: aSpec({ tick: 1, lot: 1 }), book: done(aBook(9, 10)) });
    const decision = decide(
      cheap,
      aBrain,
      parameters({
        spreadModel: 'fixed',
        baseSpreadBps: 900,
        maxSpreadBps: 5000,
        maxMarketSpreadBps: 5000,
        levels: 10,
        levelSpacingBps: 1000,
      }),
    );
    expect(codes(decision)).toContain('no-price');
    expect(wantedOf(decision).quotes.every(({ price }) => price > 0)).toBe(true);
  });

  it('widens with volatility, inventory and fees, never the other way (A3)', () => {
    const ratios = fc.double({ min: 0, max: 1, noNaN: true });
    const volatilities = fc.double({ min: 0, max: 0.2, noNaN: true });
    fc.assert(
      fc.property(ratios, ratios, volatilities, volatilities, (r1, r2, v1, v2) => {
        const spreadAt = (ratio: number, volatility: number): number =>
          figuresOf(
            decide(
              aView({ position: aPosition(ratio * 0.01), venueHourlyVolatility: volatility }),
              aBrain,
              parameters(),
            ),
          )?.spreadBps ?? 0;
        const [low, high] = [
          spreadAt(Math.min(r1, r2), Math.min(v1, v2)),
          spreadAt(Math.max(r1, r2), Math.max(v1, v2)),
        ];
        expect(high).toBeGreaterThanOrEqual(low - 1e-9);
      }),
    );
  });
});
