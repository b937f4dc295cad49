import { describe, expect, it } from 'vitest';
import { profitAndLossOf } from '#shared/accounting/from-ledger.ts';
import { windowProfitAndLoss } from '#shared/accounting/profit-and-loss-window.ts';
import { netPnlUsd, NO_PROFIT_YET } from '#shared/accounting/profit-and-loss.ts';
import { InvariantError } from '#shared/domain/failure.ts';
import { FLAT } from '#shared/domain/books/position.ts';
import type { ProfitAndLoss } from '#shared/domain/books/profit-and-loss.ts';
import { price } from '#shared/domain/units.ts';
import { LOT } from '#test/builders/arbitrary/arbitrary-ledger.ts';
import { deal } from '#test/builders/ledger-entries.ts';
import { after, aPosition, START } from '#test/builders/market.ts';

const entries = [
  deal('buy', 1, 99, { ms: 1000, feeUsd: -0.1 }),
  deal('buy', 1, 98, { ms: 2000, mid: 99, feeUsd: -0.1 }),
  deal('sell', 1, 103, { ms: 3000, mid: 102, feeUsd: -0.1 }),
];

type Window = Parameters<typeof windowProfitAndLoss>[0];

/** From a mid of 101 to one of 97. */
const windowOf = (over: Pick<Window, 'from' | 'to'> & Partial<Window>): ProfitAndLoss =>
  windowProfitAndLoss({
    entries,
    lot: LOT,
    midAtFrom: price(101),
    midAtTo: price(97),
    ...over,
  });

describe('profit and loss of a window', () => {
  it('takes over what was held at the mid of its beginning, and has what happened from then until before its end (E1)', () => {
    const window = windowOf({ from: after(2000), to: after(3000) });
    expect(window).toMatchObject({
      fills: 1,
      volumeUsd: 98,
      spreadIncomeUsd: 1,
      makerFeesUsd: -0.1,
      markPrice: 97,
    });
    expect(window.inventoryPnlUsd).toBeCloseTo(1 * (99 - 101) + 2 * (97 - 99), 12);
    expect(window.position).toEqual({ size: 2, averageEntry: 98.5 });
  });

  it('needs no older entries when it is told what was held before them (E1)', () => {
    const span = { from: after(1500), to: after(9000) };
    const held = aPosition(1, 99);
    expect(windowOf({ ...span, entries: entries.slice(1), held })).toEqual(windowOf(span));
  });

  it('needs no mid where nothing is held, and throws rather than guess one where something is (E1)', () => {
    const blind = { from: START, midAtFrom: undefined, midAtTo: undefined };
    expect(netPnlUsd(windowOf({ ...blind, to: after(1000) }))).toBe(0);
    const inside = { ...blind, from: after(1500), to: after(1600) };
    expect(() => windowOf(inside)).toThrow(InvariantError);
    expect(() => windowOf(inside)).toThrow(/midAtFrom is needed, for 1 is held/);
    expect(() => windowOf({ ...blind, to: after(1500) })).toThrow(
      /midAtTo is needed, for 1 is held/,
    );
  });

  it('is nothing when empty, and may not be reversed (E1)', () => {
    const midAtTo = price(101);
    const empty = windowOf({ from: after(2500), to: after(2500), midAtTo });
    expect(netPnlUsd(empty)).toBe(0);
    expect(() => windowOf({ from: after(2), to: after(1), midAtTo })).toThrow(
      /must not end before/,
    );
  });
});

describe('profit and loss of the ledger', () => {
  it('stays at the last mid booked when no final mid is known (E1)', () => {
    expect(profitAndLossOf(entries, LOT, undefined).markPrice).toBe(102);
    expect(profitAndLossOf([], LOT, undefined)).toEqual(NO_PROFIT_YET);
  });
});

describe('a window that begins flat', () => {
  it('is the P&L of its entries alone (E1)', () => {
    const window = windowOf({ from: START, to: after(9000), held: FLAT, midAtFrom: price(55) });
    expect(window).toEqual(profitAndLossOf(entries, LOT, 97));
  });
});
