import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  MARKOUT_HORIZONS_MS,
  type MarkoutCell,
  type MarkoutHorizonMs,
  mergeMarkouts,
} from '#shared/accounting/markout-cells.ts';
import { adverseSelectionRatio, markoutFigures } from '#shared/accounting/markout-figures.ts';
import {
  cutMarkouts,
  MARKOUT_POLICY,
  markoutOnFill,
  markoutOnMid,
  type MarkoutState,
  NEW_MARKOUTS,
} from '#shared/accounting/markouts.ts';
import type { Fill } from '#shared/domain/fill.ts';
import { signOf } from '#shared/domain/side.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { aFill, START } from '#test/builders/market.ts';

const about = (value: number, digits = 9): unknown => expect.closeTo(value, digits);

const after = (ms: number) => epochMs(START + ms);
const aBuy = (over: Partial<Fill> = {}): Fill =>
  aFill({ side: 'buy', price: price(100), size: size(2), ...over });

/** Mids by milliseconds after START, in the order given. */
const throughMids = (
  state: MarkoutState,
  mids: readonly (readonly [ms: number, mid: number])[],
): MarkoutState =>
  mids.reduce((soFar, [ms, mid]) => markoutOnMid(soFar, price(mid), after(ms)), state);

const averages = (cells: readonly MarkoutCell[]): readonly (number | undefined)[] =>
  MARKOUT_HORIZONS_MS.map((horizonMs) => markoutFigures(cells, horizonMs).averageBps);

describe('markouts', () => {
  it('are side x (mid at 1, 5, 30 and 60 s - fill price) / fill price in bps (E4)', () => {
    const bought = markoutOnFill(NEW_MARKOUTS, aBuy(), price(100.5), 0);
    const mids = [
      [0, 200],
      [999, 200],
      [1000, 100.1],
      [4999, 200],
      [5000, 100.2],
      [30_000, 99.5],
      [60_000, 99],
    ] as const;
    expect(averages(throughMids(bought, mids).cells)).toEqual(
      [10, 20, -50, -100].map((bps) => about(bps, 8)),
    );
    const sold = markoutOnFill(NEW_MARKOUTS, aBuy({ side: 'sell' }), price(99.5), 0);
    expect(averages(throughMids(sold, mids).cells)).toEqual(
      [-10, -20, 50, 100].map((bps) => about(bps, 8)),
    );
  });

  it('take the first mid at or after the horizon, and say how late it was (E4)', () => {
    const state = throughMids(markoutOnFill(NEW_MARKOUTS, aBuy(), price(100), 0), [
      [900, 50],
      [1400, 101],
      [1500, 150],
    ]);
    expect(markoutFigures(state.cells, 1000)).toMatchObject({
      fills: 1,
      dropped: 0,
      averageBps: 100,
      averageLateMs: 400,
    });
    expect(markoutFigures(state.cells, 5000)).toMatchObject({
      fills: 0,
      dropped: 0,
      averageBps: undefined,
    });
  });

  it('are dropped and counted when the mid comes later than the tolerance, to the millisecond (E4)', () => {
    const bought = markoutOnFill(NEW_MARKOUTS, aBuy(), price(100), 0);
    const inTime = throughMids(bought, [[6000, 101]]);
    expect(markoutFigures(inTime.cells, 1000)).toMatchObject({ fills: 1, dropped: 0 });
    const tooLate = throughMids(bought, [[6001, 101]]);
    expect(markoutFigures(tooLate.cells, 1000)).toMatchObject({
      fills: 0,
      dropped: 1,
      averageBps: undefined,
      averageLateMs: undefined,
    });
    expect(markoutFigures(tooLate.cells, 5000)).toMatchObject({
      fills: 1,
      dropped: 0,
      averageBps: 100,
    });
    const gone = throughMids(bought, [[600_000, 101]]);
    expect(gone.pending).toEqual([]);
    expect(
      MARKOUT_HORIZONS_MS.map((horizonMs) => markoutFigures(gone.cells, horizonMs).dropped),
    ).toEqual([1, 1, 1, 1]);
  });

  it('are counted per side and per level, hedges and foreign orders apart, and the parts sum to the total (E4)', () => {
    const fills = [
      { fill: aBuy({ id: '1' }), level: 0 },
      { fill: aBuy({ id: '2', side: 'sell' }), level: 0 },
      { fill: aBuy({ id: '3' }), level: 2 },
      { fill: aBuy({ id: '4', liquidity: 'taker' }), level: undefined },
      { fill: aBuy({ id: '5' }), level: 64 },
      { fill: aBuy({ id: '6' }), level: -1 },
      { fill: aBuy({ id: '7' }), level: 0.5 },
    ] as const;
    const told = fills.reduce(
      (state, { fill, level }) => markoutOnFill(state, fill, price(100), level),
      NEW_MARKOUTS,
    );
    const { cells } = throughMids(told, [[30_000, 101]]);
    const of = (where: Parameters<typeof markoutFigures>[2]) =>
      markoutFigures(cells, 30_000, where);
    expect(of({ side: 'buy', level: 0 })).toMatchObject({ fills: 1, averageBps: 100 });
    expect(of({ side: 'sell' })).toMatchObject({ fills: 1, averageBps: -100 });
    expect(of({ level: 2 })).toMatchObject({ fills: 1 });
    expect(of({ level: 'none', liquidity: 'taker' })).toMatchObject({ fills: 1 });
    expect(of({ level: 'none', liquidity: 'maker' })).toMatchObject({ fills: 3 });
    expect(of({})).toMatchObject({ fills: 7, markoutUsd: 2 * (6 - 1), volumeUsd: 7 * 200 });
  });

  it('are also weighted by size: the weighted mean times the volume is what the fills were worth (E4)', () => {
    const small = aBuy({ id: 'small', size: size(1) });
    const big = aBuy({ id: 'big', price: price(102), size: size(3) });
    const told = markoutOnFill(
      markoutOnFill(NEW_MARKOUTS, small, price(100), 0),
      big,
      price(102),
      0,
    );
    const figures = markoutFigures(throughMids(told, [[1000, 101]]).cells, 1000);
    expect(figures.averageBps).toBeCloseTo((100 - 10_000 / 102) / 2, 9);
    expect(figures.markoutUsd).toBeCloseTo(1 - 3, 12);
    expect(figures.sizeWeightedBps).toBeCloseTo(((1 - 3) / (100 + 306)) * 1e4, 9);
  });

  it('have a standard error, from two fills on (E4, A14)', () => {
    const one = throughMids(markoutOnFill(NEW_MARKOUTS, aBuy({ id: '1' }), price(100), 0), [
      [1000, 101],
    ]);
    expect(markoutFigures(one.cells, 1000).standardErrorBps).toBeUndefined();
    const two = throughMids(markoutOnFill(one, aBuy({ id: '2', at: after(2000) }), price(100), 0), [
      [3000, 103],
    ]);
    // 100 and 300 bps: deviation 100 x sqrt(2), over sqrt(2) fills.
    expect(markoutFigures(two.cells, 1000)).toMatchObject({
      averageBps: 200,
      standardErrorBps: about(100),
    });
    const alike = throughMids(
      markoutOnFill(one, aBuy({ id: '2', at: after(2000) }), price(100), 0),
      [[3000, 101]],
    );
    expect(markoutFigures(alike.cells, 1000).standardErrorBps).toBeCloseTo(0, 4);
  });

  it('of a fill without size count without weight, and nothing has no figures (E4)', () => {
    const empty = throughMids(markoutOnFill(NEW_MARKOUTS, aBuy({ size: size(0) }), price(100), 0), [
      [1000, 101],
    ]);
    expect(markoutFigures(empty.cells, 1000)).toMatchObject({
      fills: 1,
      averageBps: 100,
      sizeWeightedBps: undefined,
    });
    expect(markoutFigures([], 1000)).toMatchObject({
      fills: 0,
      averageBps: undefined,
      losingShare: undefined,
      markoutUsd: 0,
    });
  });

  it('cost nothing while no horizon has ended: the state is the same one (E4)', () => {
    expect(markoutOnMid(NEW_MARKOUTS, price(100), START)).toBe(NEW_MARKOUTS);
    const waiting = markoutOnFill(NEW_MARKOUTS, aBuy(), price(100), 0);
    expect(markoutOnMid(waiting, price(100), after(999))).toBe(waiting);
    const partly = throughMids(waiting, [[1000, 101]]);
    expect(partly.nextDueAt).toBe(START + 5000);
    expect(markoutOnMid(partly, price(100), after(4999))).toBe(partly);
  });

  it('count a fill once that is told twice while it waits (E4)', () => {
    const once = markoutOnFill(NEW_MARKOUTS, aBuy(), price(100), 0);
    expect(markoutOnFill(once, aBuy(), price(100), 0)).toBe(once);
  });

  it('give up the fill that waited longest when too many wait, and count it (E4)', () => {
    const policy = { ...MARKOUT_POLICY, maxPending: 2 };
    const fills = ['1', '2', '3'].map((id) => aBuy({ id, price: price(100 + Number(id)) }));
    const first = markoutOnFill(NEW_MARKOUTS, fills[0]!, price(100), 0, policy);
    const partly = throughMids(first, [[1000, 101]]);
    const full = fills
      .slice(1)
      .reduce((state, fill) => markoutOnFill(state, fill, price(100), 0, policy), partly);
    expect(full.pending.map(({ fillId }) => fillId)).toEqual(['2', '3']);
    const dropped = (horizonMs: MarkoutHorizonMs) => markoutFigures(full.cells, horizonMs).dropped;
    expect(MARKOUT_HORIZONS_MS.map(dropped)).toEqual([0, 1, 1, 1]);
    expect(markoutFigures(full.cells, 1000).fills).toBe(1);
  });

  it('of a fill that became known late still get the mids to come (E4)', () => {
    const first = markoutOnFill(
      NEW_MARKOUTS,
      aBuy({ id: 'new', at: after(10_000) }),
      price(100),
      0,
    );
    const both = markoutOnFill(first, aBuy({ id: 'late', at: after(3000) }), price(100), 0);
    expect(both.nextDueAt).toBe(START + 4000);
    const { cells } = throughMids(both, [
      [8000, 101],
      [11_000, 102],
    ]);
    expect(markoutFigures(cells, 1000)).toMatchObject({ fills: 2, averageBps: 150 });
  });
});

describe('the adverse selection ratio', () => {
  it('is the share of quote fills whose 30 s markout against the fill price is below zero (E6)', () => {
    const fills = [
      aBuy({ id: 'wins' }),
      aBuy({ id: 'loses', price: price(102) }),
      aBuy({ id: 'even', price: price(101) }),
      aBuy({ id: 'sold low', side: 'sell' }),
      aBuy({ id: 'a hedge', price: price(200), liquidity: 'taker' }),
    ];
    // The mid at the fill plays no part in it: all of these had lost or gained already.
    const told = fills.reduce(
      (state, fill) => markoutOnFill(state, fill, price(90), 0),
      NEW_MARKOUTS,
    );
    expect(adverseSelectionRatio(throughMids(told, [[29_999, 500]]).cells)).toBeUndefined();
    expect(adverseSelectionRatio(throughMids(told, [[30_000, 101]]).cells)).toBe(2 / 4);
  });

  it('comes with its cost in bps: what the edge at the fill lost until the horizon (E6, E10)', () => {
    const told = markoutOnFill(NEW_MARKOUTS, aBuy(), price(100.05), 0);
    const figures = markoutFigures(throughMids(told, [[30_000, 100.02]]).cells, 30_000);
    expect(figures.averageBps).toBeCloseTo(2, 9);
    expect(figures.adverseSelectionBps).toBeCloseTo(3, 9);
  });
});

const arbitraryPlay = fc.array(
  fc.record({
    waitedMs: fc.integer({ min: 0, max: 9000 }),
    fill: fc.boolean(),
    buy: fc.boolean(),
    level: fc.integer({ min: 0, max: 3 }),
    price: fc.integer({ min: 9000, max: 11_000 }).map((value) => value / 100),
    lots: fc.integer({ min: 1, max: 900 }),
    mid: fc.integer({ min: 9000, max: 11_000 }).map((value) => value / 100),
  }),
  { maxLength: 60 },
);

interface Play {
  readonly fills: readonly Fill[];
  readonly mids: readonly { readonly at: number; readonly mid: number }[];
  readonly state: MarkoutState;
  readonly cuts: readonly (readonly MarkoutCell[])[];
}

/**
 * Plays it with everything in prices times `scale`, through JSON and cut into spans where
 * `cutEvery` says.
 */
function play(
  events: typeof arbitraryPlay extends fc.Arbitrary<infer T> ? T : never,
  scale = 1,
  cutEvery = Infinity,
): Play {
  const fills: Fill[] = [];
  const mids: { at: number; mid: number }[] = [];
  const cuts: (readonly MarkoutCell[])[] = [];
  let state = NEW_MARKOUTS;
  let at: number = START;
  for (const [index, event] of events.entries()) {
    at += event.waitedMs;
    if (event.fill) {
      const side = event.buy ? 'buy' : 'sell';
      const fill = aFill({
        id: `${index}`,
        at: epochMs(at),
        side,
        price: price(event.price * scale),
        size: size(event.lots / 1000),
      });
      fills.push(fill);
      state = markoutOnFill(state, fill, price(event.mid * scale), event.level);
    }
    mids.push({ at, mid: event.mid * scale });
    state = markoutOnMid(state, price(event.mid * scale), epochMs(at));
    if (index % cutEvery === cutEvery - 1) {
      const cut = cutMarkouts(state);
      cuts.push(cut.cells);
      state = JSON.parse(JSON.stringify(cut.state)) as MarkoutState;
    }
  }
  return { fills, mids, state, cuts: [...cuts, state.cells] };
}

describe('markouts of any history', () => {
  it('are what looking through all of it afterwards gives (E4)', () => {
    fc.assert(
      fc.property(arbitraryPlay, (events) => {
        const { fills, mids, state } = play(events);
        for (const horizonMs of MARKOUT_HORIZONS_MS) {
          const found = fills.map((fill) => ({
            fill,
            mid: mids.find(({ at }) => at >= fill.at + horizonMs),
          }));
          const inTime = found.flatMap(({ fill, mid }) =>
            mid !== undefined && mid.at <= fill.at + horizonMs + 5000 ? [{ fill, mid }] : [],
          );
          const bps = inTime.map(
            ({ fill, mid }) => ((signOf(fill.side) * (mid.mid - fill.price)) / fill.price) * 1e4,
          );
          const figures = markoutFigures(state.cells, horizonMs);
          expect(figures.fills).toBe(inTime.length);
          expect(figures.dropped).toBe(
            found.filter(({ mid }) => mid !== undefined).length - inTime.length,
          );
          if (bps.length > 0)
            expect(figures.averageBps).toBeCloseTo(bps.reduce((a, b) => a + b, 0) / bps.length, 8);
        }
      }),
    );
  });

  it('per side and level sum to the total, and spans merged give the whole (E4)', () => {
    fc.assert(
      fc.property(arbitraryPlay, fc.integer({ min: 1, max: 20 }), (events, cutEvery) => {
        const whole = play(events).state.cells;
        const merged = play(events, 1, cutEvery).cuts.reduce<readonly MarkoutCell[]>(
          mergeMarkouts,
          [],
        );
        for (const horizonMs of MARKOUT_HORIZONS_MS) {
          const total = markoutFigures(whole, horizonMs);
          const parts = (['buy', 'sell'] as const).flatMap((side) =>
            [0, 1, 2, 3].map((level) => markoutFigures(merged, horizonMs, { side, level })),
          );
          const sum = (of: 'fills' | 'dropped' | 'markoutUsd' | 'volumeUsd') =>
            parts.reduce((soFar, part) => soFar + part[of], 0);
          expect([sum('fills'), sum('dropped')]).toEqual([total.fills, total.dropped]);
          expect(sum('markoutUsd')).toBeCloseTo(total.markoutUsd, 9);
          expect(sum('volumeUsd')).toBeCloseTo(total.volumeUsd, 9);
        }
      }),
    );
  });

  it('do not change in bps when all prices are a thousand times as high (E4)', () => {
    fc.assert(
      fc.property(arbitraryPlay, (events) => {
        const [small, big] = [play(events).state.cells, play(events, 1000).state.cells];
        for (const horizonMs of MARKOUT_HORIZONS_MS) {
          const {
            averageBps = 0,
            sizeWeightedBps = 0,
            adverseSelectionBps = 0,
          } = markoutFigures(small, horizonMs);
          const scaled = markoutFigures(big, horizonMs);
          expect(scaled.averageBps ?? 0).toBeCloseTo(averageBps, 7);
          expect(scaled.sizeWeightedBps ?? 0).toBeCloseTo(sizeWeightedBps, 7);
          expect(scaled.adverseSelectionBps ?? 0).toBeCloseTo(adverseSelectionBps, 7);
        }
      }),
    );
  });

  it('let nothing grow: what waits is younger than the last horizon, however many fills there were (E4)', () => {
    let state = NEW_MARKOUTS;
    for (let second = 0; second < 3000; second += 1) {
      state = markoutOnFill(
        state,
        aBuy({ id: `${second}`, at: after(second * 1000) }),
        price(100),
        second,
      );
      state = markoutOnMid(state, price(100), after(second * 1000));
    }
    expect(state.pending.length).toBe(60);
    expect(state.cells.length).toBeLessThanOrEqual(65 * MARKOUT_HORIZONS_MS.length);
  });
});
