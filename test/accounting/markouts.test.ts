import { describe, expect, it } from 'vitest';
import { adverseSelectionRatio, markoutFigures } from '#shared/accounting/markout-figures.ts';
import {
  MARKOUT_POLICY,
  markoutOnFill,
  markoutOnMid,
  NEW_MARKOUTS,
} from '#shared/accounting/markouts.ts';
import {
  MARKOUT_HORIZONS_MS,
  type MarkoutCell,
  type MarkoutHorizonMs,
} from '#shared/domain/books/markouts.ts';
import { price, size } from '#shared/domain/units.ts';
import { after, START } from '#test/builders/market.ts';
import { aBuy, throughMids, waitingFor } from './markout-states.ts';

const about = (value: number, digits = 9): unknown => expect.closeTo(value, digits);

const averages = (cells: readonly MarkoutCell[]): readonly (number | undefined)[] =>
  MARKOUT_HORIZONS_MS.map((horizonMs) => markoutFigures(cells, horizonMs).averageBps);

describe('markouts', () => {
  it('are side x (mid at 1, 5, 30 and 60 s - fill price) / fill price in bps (E4)', () => {
    const bought = waitingFor(aBuy(), 100.5);
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
    const sold = waitingFor(aBuy({ side: 'sell' }), 99.5);
    expect(averages(throughMids(sold, mids).cells)).toEqual(
      [-10, -20, 50, 100].map((bps) => about(bps, 8)),
    );
  });

  it('take the first mid at or after the horizon, and say how late it was (E4)', () => {
    const state = throughMids(waitingFor(aBuy()), [
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
    const bought = waitingFor(aBuy());
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
    const told = waitingFor(big, 102, waitingFor(small));
    const figures = markoutFigures(throughMids(told, [[1000, 101]]).cells, 1000);
    expect(figures.averageBps).toBeCloseTo((100 - 10_000 / 102) / 2, 9);
    expect(figures.markoutUsd).toBeCloseTo(1 - 3, 12);
    expect(figures.sizeWeightedBps).toBeCloseTo(((1 - 3) / (100 + 306)) * 1e4, 9);
  });

  it('have a standard error, from two fills on (E4, A14)', () => {
    const one = throughMids(waitingFor(aBuy({ id: '1' })), [[1000, 101]]);
    expect(markoutFigures(one.cells, 1000).standardErrorBps).toBeUndefined();
    const two = throughMids(waitingFor(aBuy({ id: '2', at: after(2000) }), 100, one), [
      [3000, 103],
    ]);
    // 100 and 300 bps: deviation 100 x sqrt(2), over sqrt(2) fills.
    expect(markoutFigures(two.cells, 1000)).toMatchObject({
      averageBps: 200,
      standardErrorBps: about(100),
    });
    const alike = throughMids(waitingFor(aBuy({ id: '2', at: after(2000) }), 100, one), [
      [3000, 101],
    ]);
    expect(markoutFigures(alike.cells, 1000).standardErrorBps).toBeCloseTo(0, 4);
  });

  it('of a fill without size count without weight, and nothing has no figures (E4)', () => {
    const empty = throughMids(waitingFor(aBuy({ size: size(0) })), [[1000, 101]]);
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
    const waiting = waitingFor(aBuy());
    expect(markoutOnMid(waiting, price(100), after(999))).toBe(waiting);
    const partly = throughMids(waiting, [[1000, 101]]);
    expect(partly.nextDueAt).toBe(START + 5000);
    expect(markoutOnMid(partly, price(100), after(4999))).toBe(partly);
  });

  it('count a fill once that is told twice while it waits (E4)', () => {
    const once = waitingFor(aBuy());
    expect(waitingFor(aBuy(), 100, once)).toBe(once);
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
    const first = waitingFor(aBuy({ id: 'new', at: after(10_000) }));
    const both = waitingFor(aBuy({ id: 'late', at: after(3000) }), 100, first);
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
    const told = fills.reduce((state, fill) => waitingFor(fill, 90, state), NEW_MARKOUTS);
    expect(adverseSelectionRatio(throughMids(told, [[29_999, 500]]).cells)).toBeUndefined();
    expect(adverseSelectionRatio(throughMids(told, [[30_000, 101]]).cells)).toBe(2 / 4);
  });

  it('comes with its cost in bps: what the edge at the fill lost until the horizon (E6, E10)', () => {
    const told = waitingFor(aBuy(), 100.05);
    const figures = markoutFigures(throughMids(told, [[30_000, 100.02]]).cells, 30_000);
    expect(figures.averageBps).toBeCloseTo(2, 9);
    expect(figures.adverseSelectionBps).toBeCloseTo(3, 9);
  });
});
