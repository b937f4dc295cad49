import { describe, expect, it } from 'vitest';
import type { Parameters } from '#shared/domain/parameters.ts';
import type { WorkingOrder } from '#shared/domain/working-order.ts';
import { done } from '#shared/domain/failure.ts';
import { type EpochMs, epochMs, price, size, usd } from '#shared/domain/units.ts';
import type { MarketTrade, MarketView, QuoteFill } from '#shared/domain/view.ts';
import { type BrainState, learn } from '#shared/strategy/brain-state.ts';
import { decide } from '#shared/strategy/decide.ts';
import { type Decision, delayUpToMsOf, figuresOf, wantedOf } from '#shared/strategy/decision.ts';
import type { Look } from '#shared/strategy/memory.ts';
import { readSignals, type Signals } from '#shared/strategy/signals/read-signals.ts';
import {
  annualised,
  observeVolatility,
  readVolatility,
  type VolatilityReading,
  type VolatilityState,
} from '#shared/strategy/signals/volatility.ts';
import { takerImbalance } from '#shared/strategy/signals/taker-imbalance.ts';
import {
  aBook,
  aBrain,
  aCheckedBook,
  aView,
  aWorkingOrder,
  parameters,
  START,
} from '#test/builders/market.ts';

const at = (ms: number): ReturnType<typeof epochMs> => epochMs(START + ms);

/** An order whose cancel is on its way. */
const going = (over: Partial<ReturnType<typeof aWorkingOrder>>): WorkingOrder => {
  const { knownSince, ...order } = aWorkingOrder(over);
  const before = { state: 'open', knownSince } as const;
  return { ...order, state: 'cancelling', confirmedAt: undefined, stillListed: 0, before };
};

/** An order that the venue has not named yet. */
const unnamed = (since: EpochMs): WorkingOrder => {
  const { side, level, price: asked, size: sent, remaining, booked, adopted } = aWorkingOrder();
  const quoted = { side, level, price: asked, size: sent, remaining, booked, adopted, since };
  return { ...quoted, state: 'sending', clientId: 'q2.test.quote.BTC-PERP.buy.0.1.0' };
};

const aQuoteFill = (over: Partial<QuoteFill> = {}): QuoteFill => ({
  id: 'fil_1',
  at: at(1000),
  side: 'buy',
  price: price(99_950),
  size: size(0.001),
  feeUsd: usd(-0.01),
  orderId: 'ord_1',
  placedAt: START,
  ...over,
});

const codes = ({ reasons }: Pick<Decision, 'reasons'>): readonly string[] =>
  reasons.map(({ code }) => code);

const lookAt = (
  view: MarketView,
  { last }: BrainState,
  over: Partial<Parameters> = {},
): Look<keyof Parameters> => {
  if (!view.book.ok) throw new Error(view.book.failure);
  return {
    view,
    book: view.book.value,
    isFresh: true,
    last,
    parameters: parameters(over).values,
  };
};

describe('what learns from our own fills', () => {
  const known: BrainState = learn(aBrain, lookAt(aView({ now: START }), aBrain));
  const watching: BrainState = { ...known, last: { at: START, mid: 100_000 } };
  const after = (view: Partial<MarketView>): BrainState =>
    learn(watching, lookAt(aView({ now: at(3000), ...view }), watching));
  const bucket = (state: BrainState, index: number): { seconds: number; fills: number } => ({
    seconds: Number(state.intensity.seconds[index]),
    fills: Number(state.intensity.fills[index]),
  });

  it('counts how long each open order rested at its distance, and fills where they happened (A4, A5)', () => {
    const orders: readonly WorkingOrder[] = [
      aWorkingOrder({ venueId: 'a', price: price(99_955), since: at(1000) }),
      aWorkingOrder({ venueId: 'b', side: 'sell', price: price(100_025), since: at(-9000) }),
      aWorkingOrder({ venueId: 'c', side: 'sell', price: price(100_995), since: START }),
      going({ venueId: 'd', price: price(99_985) }),
    ];
    const state = after({ orders, fills: [aQuoteFill({ price: price(99_935), at: at(1500) })] });
    expect(bucket(state, 4)).toEqual({ seconds: 2, fills: 0 });
    expect(bucket(state, 2)).toEqual({ seconds: 3, fills: 0 });
    expect(bucket(state, 6)).toEqual({ seconds: 1.5, fills: 1 });
    expect(bucket(state, 1)).toEqual({ seconds: 0, fills: 0 });
    expect(state.intensity.seconds.reduce((sum, seconds) => sum + seconds, 0)).toBeCloseTo(6.5, 9);
  });

  it('counts a part of an order as that part, and its time once (A5)', () => {
    const state = after({
      orders: [
        aWorkingOrder({
          venueId: 'ord_1',
          price: price(99_955),
          remaining: size(0.003),
          since: START,
        }),
      ],
      fills: [aQuoteFill({ price: price(99_955), size: size(0.001) })],
    });
    expect(bucket(state, 4)).toEqual({ seconds: 3, fills: 0.25 });
  });

  it('tells quotes filled at once from those that rest, each once, and older ones not at all (A13)', () => {
    const state = after({
      orders: [
        aWorkingOrder({ venueId: 'rests', since: at(10) }),
        aWorkingOrder({ venueId: 'partly', since: at(10) }),
        aWorkingOrder({ venueId: 'old', since: at(-10) }),
        going({ venueId: 'going', since: at(10) }),
        unnamed(at(10)),
      ],
      fills: [
        aQuoteFill({ id: '1', orderId: 'partly', placedAt: at(10) }),
        aQuoteFill({ id: '2', orderId: 'gone', placedAt: at(10) }),
        aQuoteFill({ id: '3', orderId: 'gone', placedAt: at(10) }),
        aQuoteFill({ id: '4', orderId: 'old-one', placedAt: at(-10) }),
        aQuoteFill({ id: '5', orderId: 'unknown', placedAt: undefined }),
      ],
    });
    expect(state.toxicity).toMatchObject({ placed: 3, filledAtOnce: 2 });
  });

  it('measures how far takers went beyond the last mid on each side, where trades are shown (A4, A5)', () => {
    const first = after({ trades: [] });
    const trade = (side: 'buy' | 'sell', paid: number) => ({
      at: at(5000),
      side,
      price: price(paid),
      size: size(1),
    });
    const view = aView({
      now: at(6000),
      trades: [
        trade('buy', 100_020),
        trade('buy', 100_050),
        trade('sell', 99_990),
        trade('sell', 100_010),
      ],
    });
    const second = learn(first, lookAt(view, first));
    expect(second.reach.events).toBeCloseTo(2, 9);
    expect(second.reach.distance).toBeCloseTo(5 + 1, 6);
    expect(second.reach.seconds).toBeCloseTo(6, 9);
    expect(after({ trades: undefined }).reach).toBe(watching.reach);
  });
});

/** What ten minutes teach of a market that moves by so much every 3 s. */
const watched = (move: number): VolatilityState =>
  Array.from({ length: 200 }, (_, look) => look).reduce(
    (state, look) =>
      observeVolatility(state, price(100_000 * (1 + (look % 2) * move)), at(look * 3000)),
    aBrain.volatility,
  );
const WATCHED = watched(1e-4);

describe('readVolatility', () => {
  const read = (
    state: VolatilityState,
    venue: number | undefined,
    over: Partial<Parameters> = {},
  ): VolatilityReading => readVolatility(state, venue, parameters(over).values);

  it('takes the most cautious of four opinions and says how far they are apart (A10)', () => {
    const reading = read(WATCHED, 0.001);
    const own = [reading.opinions.squares, reading.opinions.bipower, reading.opinions.range].map(
      Number,
    );
    // 1 bp every 3 s for an hour.
    expect(reading.opinions.squares).toBeCloseTo(1e-4 * Math.sqrt(1200), 6);
    expect(reading.hourly).toBe(Math.max(...own, 0.001));
    expect(reading.disagreement).toBeCloseTo(Math.max(...own, 0.001) / Math.min(...own, 0.001), 9);
    expect(read(WATCHED, 0.02).hourly).toBe(0.02);
    expect(reading.reasons).toEqual([]);
  });

  it('calls an unknown volatility high, and one opinion medium at least (A10)', () => {
    expect(read(aBrain.volatility, undefined)).toMatchObject({
      hourly: undefined,
      regime: 'high',
      reasons: [{ code: 'volatility-unknown' }],
    });
    expect(read(aBrain.volatility, Number.NaN)).toMatchObject({
      hourly: undefined,
      regime: 'high',
    });
    expect(read(aBrain.volatility, 0.001)).toMatchObject({
      hourly: 0.001,
      regime: 'medium',
      reasons: [{ code: 'single-estimator' }],
    });
    expect(read(aBrain.volatility, 0.005)).toMatchObject({ regime: 'medium', reasons: [] });
    expect(read(aBrain.volatility, 0.009)).toMatchObject({ regime: 'high', reasons: [] });
  });

  it('has its bounds from the parameters, annualised by time: 2 % an hour is 187 % a year (A10)', () => {
    expect(annualised(0.02)).toBeCloseTo(1.872, 3);
    expect(read(WATCHED, 0.02).regime).toBe('high');
    expect(read(WATCHED, 0.02, { volRegimeLow: 1, volRegimeHigh: 2 }).regime).toBe('medium');
    expect(read(WATCHED, 0.02, { volRegimeLow: 2, volRegimeHigh: 3 }).regime).toBe('low');
    // Back from high only 10 % below its bound.
    expect(read({ ...WATCHED, regime: 'high' }, 0.0083).regime).toBe('high');
  });
});

describe('sizes', () => {
  it('are whole, 0.7 and 0.3 of quoteSizeUsd at low, medium and high volatility, and never whole on one opinion (A10, A17)', () => {
    const sizesAt = (
      state: BrainState,
      venueHourlyVolatility: number | undefined,
    ): readonly number[] =>
      wantedOf(decide(aView({ venueHourlyVolatility }), state, parameters())).quotes.map(
        (quote) => quote.size,
      );
    const calm = { ...aBrain, volatility: watched(5e-5) };
    expect(sizesAt(calm, 0.001)).toEqual([0.001, 0.001]);
    expect(sizesAt(calm, 0.006)).toEqual([0.0007, 0.0007]);
    expect(sizesAt(calm, 0.02)).toEqual([0.0003, 0.0003]);
    expect(sizesAt(aBrain, 0.001)).toEqual([0.0007, 0.0007]);
    expect(sizesAt(aBrain, undefined)).toEqual([0.0003, 0.0003]);
  });
});

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
    expect(bad.reasons.map(({ code }) => code)).toContain('adverse-markout');
  });

  it('puts the fair value between mid and microprice, and moves it towards a leader it knows (A11)', () => {
    const heavy = aView({
      book: aCheckedBook([{ price: 99_990, size: 3 }], [{ price: 100_010, size: 1 }]),
    });
    expect(signals(heavy, { micropriceWeight: 0 }).signals.fairValue).toBe(100_000);
    expect(signals(heavy, { micropriceWeight: 1 }).signals.fairValue).toBeCloseTo(100_005, 6);
    expect(signals(heavy, { micropriceWeight: 0.5 }).signals.fairValue).toBeCloseTo(100_002.5, 6);
    const led = signals(aView({ reference: { mid: 100_000, at: START } }));
    expect(led.signals.reasons.map(({ code }) => code)).toContain('reference-learning');
    expect(led.state.reference.at).toBe(START);
    expect(signals(aView()).state.reference.at).toBeUndefined();
    let state = aBrain;
    for (let look = 0; look < 200; look += 1) {
      const now = at(look * 3000);
      const mid = 100_000 * (1 + 1e-5 * Math.sin(look));
      state = signals(
        aView({ now, book: done(aBook(mid - 1, mid + 1, now)), reference: { mid, at: now } }),
        {},
        state,
      ).state;
    }
    const now = at(600_000);
    const ahead = signals(
      aView({ now, book: done(aBook(99_999, 100_001, now)), reference: { mid: 100_003, at: now } }),
      {},
      state,
    ).signals;
    expect(ahead.fairValue).toBeGreaterThan(100_001);
    expect(ahead.fairValue).toBeLessThan(100_002);
  });

  it('reads the flow of all trades, or of our own fills where no others are shown: who fills our bid sells (A11)', () => {
    const trade = { at: START, side: 'buy' as const, price: price(100_000), size: size(0.1) };
    const seen = (view: Partial<MarketView>): number => {
      const { state } = signals(aView(view));
      return signals(aView({ now: at(120_000), trades: [] }), {}, state).signals.readings.flow
        .imbalance;
    };
    expect(seen({ trades: [trade] })).toBeGreaterThan(0);
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
        const now = at(look * 3000);
        const mid = 100_000 + (look % 2) * moves;
        const view = aView({
          now,
          book: done(aBook(mid - 1, mid + 1, now)),
          trades: trades.map((trade) => ({ ...trade, at: now })),
        });
        state = signals(view, {}, state).state;
      }
      return state;
    };
    const bought = { at: START, side: 'buy', price: price(100_000), size: size(0.1) } as const;
    const busy = market(0, 2400, 10, [bought], aBrain);
    expect(market(0, 2400, 10, [], aBrain).volatility).toEqual(busy.volatility);
    expect(market(0, 2400, 70, [bought], aBrain).flow).toEqual(busy.flow);
    const [soon, late] = [market(2400, 5, 0, [], busy), market(2400, 200, 0, [], busy)];
    const variance = ({ volatility: { returns } }: BrainState): number =>
      returns.squares / returns.squaresMs;
    const flow = (state: BrainState, looks: number): number =>
      takerImbalance(state.flow, at((2399 + looks) * 3000), { halfLifeMs: 15_000, leastUsd: 1e5 });
    expect(flow(soon, 5) / flow(busy, 0)).toBeCloseTo(0.5, 9);
    expect(variance(soon) / variance(busy)).toBeGreaterThan(0.95);
    expect(flow(late, 200) / flow(busy, 0)).toBeLessThan(1e-9);
    expect(variance(late) / variance(busy)).toBeCloseTo(0.5, 2);
  });

  it('asks for a wider spread and a delayed look while quotes are filled at once (A13)', () => {
    const toxic: BrainState = { ...aBrain, toxicity: { at: START, placed: 20, filledAtOnce: 20 } };
    const decision = decide(
      aView(),
      toxic,
      parameters({ spreadModel: 'fixed', baseSpreadBps: 10, jitterMs: 700 }),
    );
    expect(decision).toMatchObject({ delayUpToMs: 700, figures: { spreadBps: 15 } });
    expect(codes(decision)).toContain('toxic-fills');
    expect(delayUpToMsOf(decide(aView(), aBrain, parameters()))).toBe(0);
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
      const now = at(look * 3000);
      state = signals(aView({ now, book: bookOf(1, now) }), {}, state).state;
    }
    const now = at(600_000);
    const decision = decide(
      aView({ now, book: bookOf(0.05, now) }),
      state,
      parameters({ spreadModel: 'fixed', baseSpreadBps: 10 }),
    );
    expect(figuresOf(decision)?.spreadBps).toBe(20);
    expect(codes(decision)).toContain('thin-book');
  });
});

describe('decide', () => {
  it('moves both quotes out of the way of takers that only buy (A11)', () => {
    const trade = { at: START, side: 'buy' as const, price: price(100_001), size: size(1) };
    const first = decide(
      aView({ trades: [trade] }),
      aBrain,
      parameters({ spreadModel: 'fixed', baseSpreadBps: 20 }),
    );
    const view = aView({
      now: at(60_000),
      book: done(aBook(99_999, 100_001, at(60_000))),
      trades: [{ ...trade, at: at(60_000) }],
    });
    const later = (flowGain: number): number =>
      Number(
        figuresOf(
          decide(
            view,
            first.state,
            parameters({ spreadModel: 'fixed', baseSpreadBps: 20, flowGain }),
          ),
        )?.flowShiftBps,
      );
    expect(later(0.5)).toBeGreaterThan(0);
    expect(later(-0.5)).toBeCloseTo(-later(0.5), 12);
    expect(later(0)).toBe(0);
    // Out of their way unless somebody asks for the opposite.
    expect(later(parameters().values.flowGain)).toBeGreaterThan(0);
  });

  it('shrinks every size while all markets move together, and not below correlationCap 1 (C8)', () => {
    const run = (correlationCap: number): Decision => {
      let state = aBrain;
      let last: Decision | undefined;
      for (let look = 0; look < 400; look += 1) {
        const now = at(look * 10_000);
        const wave = 1 + 0.0004 * Math.sin(look * 1.7) + 0.0003 * Math.sin(look * 0.9);
        const mid = 100_000 * wave;
        last = decide(
          aView({
            now,
            book: done(aBook(Math.floor(mid), Math.floor(mid) + 2, now)),
            venueHourlyVolatility: 0.001,
            peers: {
              A: { mid: 10 * wave, at: now },
              B: { mid: 20 * wave, at: now },
              C: { mid: 3000 * wave, at: now },
            },
          }),
          state,
          parameters({
            spreadModel: 'fixed',
            baseSpreadBps: 10,
            correlationCap,
            sizeMultipliers: [1, 1, 1],
          }),
        );
        state = last.state;
      }
      if (last === undefined) throw new Error('no decision');
      return last;
    };
    const together = run(0.75);
    expect(codes(together)).toContain('tail-correlation');
    expect(together.state.tail.factor).toBeLessThan(0.5);
    expect(wantedOf(together).quotes[0]?.size).toBeLessThan(0.0005);
    const free = run(1);
    expect(free.state.tail.factor).toBe(1);
  });

  it('says what halts it, and quotes nothing then (C4)', () => {
    const profit = { sessionUsd: usd(-60), dayUsd: usd(0), belowPeakUsd: usd(0) };
    const halted = decide(aView({ profit }), aBrain, parameters({ sessionStopLossUsd: 50 }));
    expect(halted).toMatchObject({ kind: 'halt', order: { cause: 'session-stop-loss' } });
    expect(wantedOf(halted).quotes).toEqual([]);
    expect(decide(aView(), aBrain, parameters({ sessionStopLossUsd: 50 })).kind).toBe('quote');
  });
});
