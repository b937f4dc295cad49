import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bookEntry, profitAndLossOf } from '#shared/accounting/from-ledger.ts';
import { mergeMarkouts } from '#shared/accounting/markout-cells.ts';
import { markoutFigures } from '#shared/accounting/markout-figures.ts';
import {
  cutMarkouts,
  markoutOnFill,
  markoutOnMid,
  NEW_MARKOUTS,
} from '#shared/accounting/markouts.ts';
import {
  profitAndLossBetween,
  windowProfitAndLoss,
} from '#shared/accounting/profit-and-loss-window.ts';
import { markTo, NO_PROFIT_YET, residualUsd } from '#shared/accounting/profit-and-loss.ts';
import type { LedgerEntry } from '#shared/domain/books/ledger-entry.ts';
import type { MarkoutCell } from '#shared/domain/books/markouts.ts';
import type { ProfitAndLoss } from '#shared/domain/books/profit-and-loss.ts';
import { price, type Price } from '#shared/domain/units.ts';
import {
  accountAfter,
  arbitraryLedger,
  arbitraryMid,
  before,
  levelOf,
  LOT,
} from '#test/builders/arbitrary/arbitrary-ledger.ts';
import { after } from '#test/builders/market.ts';

const PARTS = [
  'spreadIncomeUsd',
  'makerFeesUsd',
  'takerFeesUsd',
  'inventoryPnlUsd',
  'hedgeCostUsd',
  'fundingUsd',
  'volumeUsd',
  'fills',
] as const;

/**
 * Cuts of a history at random times, with the mid at each; the first lies before everything, the
 * last after it.
 */
const arbitraryCuts = fc
  .array(fc.record({ ms: fc.integer({ min: 0, max: 2_500_000 }), mid: arbitraryMid }), {
    minLength: 2,
    maxLength: 8,
  })
  .map((cuts) => {
    const inner = cuts.slice(2).sort((a, b) => a.ms - b.ms);
    return [{ ...cuts[0]!, ms: 0 }, ...inner, { ...cuts[1]!, ms: 2_500_000 }].map(
      ({ ms, mid }) => ({ at: after(ms), mid }),
    );
  });

type Cuts = typeof arbitraryCuts extends fc.Arbitrary<infer T> ? T : never;

const windowsOf = (history: readonly LedgerEntry[], cuts: Cuts): readonly ProfitAndLoss[] =>
  cuts.slice(1).map((to, index) => {
    const from = cuts[index]!;
    return windowProfitAndLoss({
      entries: history,
      lot: LOT,
      from: from.at,
      to: to.at,
      midAtFrom: from.mid,
      midAtTo: to.mid,
    });
  });

const equityAt = (history: readonly LedgerEntry[], { at, mid }: Cuts[number]): number => {
  const { cashUsd, lots } = accountAfter(before(history, at));
  return cashUsd + (lots / 1000) * mid;
};

/** 1e-9 of the money that moved. */
const dustUsd = (history: readonly LedgerEntry[]): number =>
  1e-9 * Math.max(1, history.length * 150);

const runningBefore = (history: readonly LedgerEntry[], at: number): ProfitAndLoss =>
  before(history, at).reduce((pnl, entry) => bookEntry(pnl, entry, LOT), NO_PROFIT_YET);

/** Markouts of the history with mids so close that none is dropped. */
function allMeasured(history: readonly LedgerEntry[], cutEvery: number): readonly MarkoutCell[] {
  const always = { toleranceMs: Infinity, maxPending: 1000 };
  const mid: Price = price(100);
  let state = NEW_MARKOUTS;
  let cells: readonly MarkoutCell[] = [];
  for (const [index, entry] of history.entries()) {
    if (entry.kind !== 'fill') continue;
    const level = entry.fill.liquidity === 'maker' ? levelOf(entry.fill.orderId) : undefined;
    state = markoutOnMid(
      markoutOnFill(state, entry.fill, entry.mid, level, always),
      mid,
      entry.fill.at,
      always,
    );
    if (index % cutEvery > 0) continue;
    const cut = cutMarkouts(state);
    cells = mergeMarkouts(cells, cut.cells);
    ({ state } = cut);
  }
  return mergeMarkouts(cells, markoutOnMid(state, mid, after(1e9), always).cells);
}

describe('for any history and any cuts', () => {
  it('parts of each window sum to the change of equity over it: residual 0 (E1, B5, D6)', () => {
    fc.assert(
      fc.property(arbitraryLedger, arbitraryCuts, (history, cuts) => {
        for (const [index, window] of windowsOf(history, cuts).entries()) {
          const change = equityAt(history, cuts[index + 1]!) - equityAt(history, cuts[index]!);
          expect(Math.abs(residualUsd(change, window))).toBeLessThan(dustUsd(history));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('consecutive windows add up to the whole, in every part (E1)', () => {
    fc.assert(
      fc.property(arbitraryLedger, arbitraryCuts, (history, cuts) => {
        const windows = windowsOf(history, cuts);
        const whole = profitAndLossOf(history, LOT, cuts.at(-1)!.mid);
        for (const part of PARTS) {
          const sum = windows.reduce((soFar, window) => soFar + window[part], 0);
          expect(Math.abs(sum - whole[part])).toBeLessThan(
            dustUsd(history) + 1e-9 * Math.abs(whole[part]),
          );
        }
        expect(windows.at(-1)!.position.size).toBe(whole.position.size);
      }),
      { numRuns: 300 },
    );
  });

  it('two looks at the running P&L give the window between them, without the ledger (E1)', () => {
    fc.assert(
      fc.property(arbitraryLedger, arbitraryCuts, (history, cuts) => {
        const looks = cuts.map(({ at, mid }) => markTo(runningBefore(history, at), mid));
        for (const [index, window] of windowsOf(history, cuts).entries()) {
          const between = profitAndLossBetween(looks[index]!, looks[index + 1]!);
          for (const part of PARTS)
            expect(Math.abs(between[part] - window[part])).toBeLessThan(dustUsd(history));
          expect([between.position.size, between.markPrice]).toEqual([
            window.position.size,
            window.markPrice,
          ]);
        }
      }),
    );
  });

  it('the edge of fills per side and level, in spans, sums to the spread income and the hedge cost (E1, E4, B5)', () => {
    fc.assert(
      fc.property(arbitraryLedger, fc.integer({ min: 1, max: 20 }), (history, cutEvery) => {
        const pnl = profitAndLossOf(history, LOT, undefined);
        const cells = allMeasured(history, cutEvery);
        const maker = (['buy', 'sell'] as const).flatMap((side) =>
          [0, 1, 2, 3].map((level) =>
            cells.filter(
              (cell) => cell.horizonMs === 1000 && cell.side === side && cell.level === level,
            ),
          ),
        );
        const makerEdge = maker.flat().reduce((sum, { edgeUsd }) => sum + edgeUsd, 0);
        const takerEdge = cells
          .filter(({ liquidity, horizonMs }) => liquidity === 'taker' && horizonMs === 1000)
          .reduce((sum, { edgeUsd }) => sum + edgeUsd, 0);
        expect(makerEdge).toBeCloseTo(pnl.spreadIncomeUsd, 7);
        expect(takerEdge).toBeCloseTo(pnl.hedgeCostUsd, 7);
        expect(markoutFigures(cells, 60_000).fills).toBe(pnl.fills);
        expect(markoutFigures(cells, 60_000).volumeUsd).toBeCloseTo(pnl.volumeUsd, 6);
      }),
    );
  });
});
