import { describe, expect, it } from 'vitest';
import { roundTripFigures, roundTripOnEntry } from '#shared/accounting/round-trips.ts';
import type { LedgerEntry } from '#shared/domain/books/ledger-entry.ts';
import { LOT } from '#test/builders/arbitrary/arbitrary-ledger.ts';
import { adjusted, deal, funded } from '#test/builders/ledger-entries.ts';
import { through } from './trips.ts';

const about = (value: number, digits = 9): unknown => expect.closeTo(value, digits);

const figuresOf = (...entries: readonly LedgerEntry[]) => roundTripFigures(through(entries));

describe('realised spread per round trip', () => {
  it('is (average sell - average buy) / mid, whichever side came first (E3)', () => {
    const bought = figuresOf(deal('buy', 2, 99.9), deal('sell', 2, 100.1, { mid: 100 }));
    expect(bought).toMatchObject({ roundTrips: 1, averageBps: about(20), volumeUsd: 200 });
    const sold = figuresOf(deal('sell', 2, 100.1), deal('buy', 2, 99.9, { mid: 100 }));
    expect(sold).toMatchObject({ roundTrips: 1, averageBps: about(20), grossUsd: about(0.4, 12) });
    const lost = figuresOf(deal('sell', 2, 99.9), deal('buy', 2, 100.1));
    expect(lost).toMatchObject({ averageBps: about(-20), profitableShare: 0 });
  });

  it('matches first in, first out, and averages the lots one fill closes (E3)', () => {
    const figures = figuresOf(
      deal('buy', 1, 98),
      deal('buy', 1, 100),
      deal('buy', 1, 90),
      deal('sell', 1.5, 101),
    );
    expect(figures).toMatchObject({
      roundTrips: 1,
      volumeUsd: 150,
      grossUsd: about(1.5 * 101 - 98 - 50),
    });
    expect(figures.averageBps).toBeCloseTo(((101 - 148 / 1.5) / 100) * 1e4, 9);
    const rest = through([deal('buy', 1, 98), deal('buy', 1, 100), deal('sell', 1.5, 101)]);
    expect(rest.lots).toEqual([{ size: 0.5, price: 100, feeUsd: 0, quoted: true }]);
  });

  it('counts what a closing fill has beyond the inventory as the beginning of the next trip (E3)', () => {
    const state = through([
      deal('buy', 1, 99, { feeUsd: -0.01 }),
      deal('sell', 4, 101, { feeUsd: -0.04 }),
    ]);
    expect(state.lots).toEqual([{ size: -3, price: 101, feeUsd: about(-0.03, 12), quoted: true }]);
    const closed = roundTripFigures(roundTripOnEntry(state, deal('buy', 3, 100), LOT));
    expect(closed).toMatchObject({
      roundTrips: 2,
      grossUsd: about(2 + 3),
      feesUsd: about(-0.05, 12),
    });
  });

  it('is counted net of the fees of both sides too, rebates included (E3, A6)', () => {
    const cost = figuresOf(
      deal('buy', 2, 99.99, { feeUsd: -0.03 }),
      deal('sell', 1, 100.01, { feeUsd: -0.015 }),
    );
    // Half of the buy's fee and all of the sell's: 3 bps, against 2 bps of spread.
    expect(cost.averageBps).toBeCloseTo(2, 9);
    expect(cost.averageNetBps).toBeCloseTo(-1, 9);
    expect(cost).toMatchObject({ profitableShare: 0, feesUsd: about(-0.03, 12) });
    const rebate = figuresOf(
      deal('buy', 1, 100, { feeUsd: 0.02 }),
      deal('sell', 1, 100, { feeUsd: 0.02 }),
    );
    expect(rebate).toMatchObject({ averageBps: 0, averageNetBps: about(4), profitableShare: 1 });
  });

  it('is averaged over trips and by volume (E3)', () => {
    const figures = figuresOf(deal('buy', 4, 100), deal('sell', 1, 101), deal('sell', 3, 100.2));
    expect(figures.averageBps).toBeCloseTo((100 + 20) / 2, 9);
    expect(figures.sizeWeightedBps).toBeCloseTo((100 + 3 * 20) / 4, 9);
    expect(figures.sizeWeightedNetBps).toBeCloseTo((100 + 3 * 20) / 4, 9);
  });

  it('leaves out what a hedge or an adjustment closed or opened, and says how much that was (E3, B5)', () => {
    const hedged = figuresOf(
      deal('buy', 2, 99),
      deal('sell', 1, 95, { liquidity: 'taker' }),
      adjusted(-0.5),
      deal('sell', 1, 101),
    );
    expect(hedged).toMatchObject({
      roundTrips: 1,
      volumeUsd: 50,
      averageBps: about(200),
      otherwiseClosedUsd: 150,
    });
    const opened = through([adjusted(1), deal('sell', 1, 101)]);
    expect(roundTripFigures(opened)).toMatchObject({
      roundTrips: 0,
      averageBps: undefined,
      profitableShare: undefined,
      otherwiseClosedUsd: 100,
    });
    const mixed = figuresOf(
      adjusted(1, 50),
      deal('buy', 1, 99),
      deal('sell', 2, 101, { feeUsd: -0.2 }),
    );
    expect(mixed).toMatchObject({
      roundTrips: 1,
      averageBps: about(200),
      feesUsd: about(-0.1, 12),
      otherwiseClosedUsd: 100,
    });
  });

  it('is undefined before the first trip; funding and fills of nothing change nothing (E3)', () => {
    const held = through([deal('buy', 1, 99)]);
    expect(roundTripOnEntry(held, funded(5), LOT)).toBe(held);
    expect(roundTripOnEntry(held, deal('sell', 0, 101), LOT)).toEqual(held);
    expect(roundTripFigures(held)).toMatchObject({
      roundTrips: 0,
      averageBps: undefined,
      sizeWeightedNetBps: undefined,
    });
  });

  it('keeps at most so many lots, averaging the newest: size, cost and fees stay whole (E3)', () => {
    const buys = [
      deal('buy', 1, 100, { feeUsd: -0.1 }),
      deal('buy', 1, 96, { feeUsd: -0.1 }),
      deal('buy', 3, 100, { feeUsd: -0.2 }),
    ];
    const state = through(buys, 2);
    expect(state.lots).toEqual([
      { size: 1, price: 100, feeUsd: -0.1, quoted: true },
      { size: 4, price: 99, feeUsd: about(-0.3, 12), quoted: true },
    ]);
    expect(through([...buys, adjusted(1)], 2).lots.at(-1)?.quoted).toBe(false);
  });
});
