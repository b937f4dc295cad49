import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { activityOf } from '#shared/accounting/activity.ts';
import { profitAndLossOf } from '#shared/accounting/from-ledger.ts';
import {
  bookFill,
  bookFunding,
  markTo,
  netPnlUsd,
  NO_PROFIT_YET,
  residualUsd,
} from '#shared/accounting/profit-and-loss.ts';
import { grid } from '#shared/domain/grid.ts';
import type { LedgerEntry } from '#shared/domain/ledger-entry.ts';
import { signOf } from '#shared/domain/side.ts';
import { epochMs, price, signedSize, size, usd } from '#shared/domain/units.ts';
import { aFill, START } from '#test/builders/market.ts';
import { BTC } from '#test/builders/market.ts';

const lot = grid(0.001);

/** A market's random history: fills of both kinds, mids that move, funding of either sign. */
const histories = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('fill' as const),
      buy: fc.boolean(),
      maker: fc.boolean(),
      lots: fc.integer({ min: 1, max: 9000 }),
      at: fc.integer({ min: 5000, max: 15_000 }).map((cents) => cents / 100),
      mid: fc.integer({ min: 5000, max: 15_000 }).map((cents) => cents / 100),
      fee: fc.double({ min: -3, max: 3, noNaN: true }),
    }),
    fc.record({
      kind: fc.constant('mid' as const),
      mid: fc.integer({ min: 5000, max: 15_000 }).map((cents) => cents / 100),
    }),
    fc.record({
      kind: fc.constant('funding' as const),
      amount: fc.double({ min: -50, max: 50, noNaN: true }),
    }),
  ),
  { maxLength: 80 },
);

describe('profit and loss', () => {
  it('parts sum to the change of equity for any history, flips through zero included (E1)', () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 5000, max: 15_000 }), (history, lastCents) => {
        let pnl = NO_PROFIT_YET;
        let cash = 0;
        let held = 0;
        for (const event of history) {
          if (event.kind === 'mid') pnl = markTo(pnl, price(event.mid));
          if (event.kind === 'funding') {
            pnl = bookFunding(pnl, {
              market: BTC,
              at: START,
              rate: 0.0001,
              amountUsd: usd(event.amount),
            });
            cash += event.amount;
          }
          if (event.kind === 'fill') {
            const side = event.buy ? 'buy' : 'sell';
            const fill = aFill({
              side,
              price: price(event.at),
              size: size(event.lots / 1000),
              feeUsd: usd(event.fee),
              liquidity: event.maker ? 'maker' : 'taker',
            });
            pnl = bookFill(pnl, fill, price(event.mid), lot);
            cash += -signOf(side) * fill.size * fill.price + event.fee;
            held += signOf(side) * event.lots;
          }
        }
        const mark = lastCents / 100;
        const equity = cash + (held / 1000) * mark;
        expect(Math.abs(residualUsd(equity, markTo(pnl, price(mark))))).toBeLessThan(1e-6);
      }),
      { numRuns: 300 },
    );
  });

  it('a maker buy a dollar below the mid earns a dollar a unit of spread, a taker sell a dollar below costs it (E1, B5)', () => {
    const bought = bookFill(
      NO_PROFIT_YET,
      aFill({ side: 'buy', price: price(99), size: size(2), feeUsd: usd(-0.1) }),
      price(100),
      lot,
    );
    expect(bought).toMatchObject({
      spreadIncomeUsd: 2,
      makerFeesUsd: -0.1,
      hedgeCostUsd: 0,
      inventoryPnlUsd: 0,
      volumeUsd: 198,
      fills: 1,
    });
    const hedged = bookFill(
      bought,
      aFill({
        side: 'sell',
        price: price(109),
        size: size(1),
        feeUsd: usd(-0.2),
        liquidity: 'taker',
      }),
      price(110),
      lot,
    );
    expect(hedged).toMatchObject({
      spreadIncomeUsd: 2,
      hedgeCostUsd: -1,
      takerFeesUsd: -0.2,
      inventoryPnlUsd: 20,
    });
    expect(netPnlUsd(markTo(hedged, price(108)))).toBeCloseTo(2 - 0.1 - 1 - 0.2 + 20 - 2, 12);
  });

  it('a fill at the beginning is not blamed for what the mid did before there was a position', () => {
    const pnl = bookFill(
      markTo(NO_PROFIT_YET, price(50)),
      aFill({ price: price(100), size: size(1), feeUsd: usd(0) }),
      price(100),
      lot,
    );
    expect(netPnlUsd(pnl)).toBe(0);
  });
});

describe('the ledger alone', () => {
  const entries: readonly LedgerEntry[] = [
    {
      kind: 'fill',
      fill: aFill({
        id: '1',
        side: 'buy',
        price: price(99),
        size: size(1),
        feeUsd: usd(-0.1),
        orderId: 'a',
      }),
      mid: price(100),
    },
    {
      kind: 'fill',
      fill: aFill({
        id: '2',
        at: epochMs(START + 1000),
        side: 'buy',
        price: price(98),
        size: size(1),
        feeUsd: usd(-0.1),
        orderId: 'a',
      }),
      mid: price(99),
    },
    {
      kind: 'funding',
      payment: { market: BTC, at: epochMs(START + 2000), rate: 0.01, amountUsd: usd(-2) },
      mid: price(100),
    },
    {
      kind: 'fill',
      fill: aFill({
        id: '3',
        at: epochMs(START + 3000),
        side: 'sell',
        price: price(97),
        size: size(1),
        feeUsd: usd(-0.5),
        liquidity: 'taker',
        orderId: 'h',
      }),
      mid: price(98),
    },
    {
      kind: 'adjustment',
      id: 'after-2',
      market: BTC,
      at: epochMs(START + 4000),
      size: signedSize(-1),
      mid: price(98),
    },
  ];

  it('gives the P&L again, with adjustments that earn nothing', () => {
    const pnl = profitAndLossOf(entries, lot, 120);
    expect(pnl.position.size).toBe(0);
    expect(pnl).toMatchObject({
      spreadIncomeUsd: 2,
      makerFeesUsd: -0.2,
      takerFeesUsd: -0.5,
      hedgeCostUsd: -1,
      fundingUsd: -2,
      fills: 3,
      volumeUsd: 294,
    });
    // One unit from 100 to 99, two from 99 over 100 to 98, then one at 98 until the adjustment took
    // it.
    expect(pnl.inventoryPnlUsd).toBeCloseTo(-1 + 2 - 4, 12);
  });

  it('counts activity: distinct quotes filled, hedges, extremes and the average held over time (E5)', () => {
    const activity = activityOf(entries, lot, START, START + 5000);
    expect(activity).toMatchObject({
      fills: 3,
      hedgeFills: 1,
      quotesFilled: 1,
      volumeUsd: 294,
      minInventoryUsd: 0,
      maxInventoryUsd: 196,
      maxAbsInventoryUsd: 196,
    });
    // Flat 0 s, then 1 x 99 for 1 s, 2 x 100 for 1 s, 2 x 98 for 1 s, 1 x 98 for 1 s, flat for 1 s.
    expect(activity.averageAbsInventoryUsd).toBeCloseTo((99 + 200 + 196 + 98) / 5, 9);
    expect(activity.inventoryTurnoverPerDay).toBeCloseTo(
      294 / ((99 + 200 + 196 + 98) / 5) / (5 / 86_400),
      6,
    );
    expect(activityOf([], lot, START, START + 1000).inventoryTurnoverPerDay).toBeUndefined();
  });
});
