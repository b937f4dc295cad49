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
import type { LedgerEntry } from '#shared/domain/books/ledger-entry.ts';
import type { ProfitAndLoss } from '#shared/domain/books/profit-and-loss.ts';
import { signOf } from '#shared/domain/order/side.ts';
import { price } from '#shared/domain/units.ts';
import { LOT } from '#test/builders/arbitrary/arbitrary-ledger.ts';
import { between } from '#test/builders/arbitrary/arbitrary-numbers.ts';
import { adjusted, deal, funded } from '#test/builders/ledger-entries.ts';
import { after, START } from '#test/builders/market.ts';

const booked = (pnl: ProfitAndLoss, { fill, mid }: ReturnType<typeof deal>): ProfitAndLoss =>
  bookFill(pnl, fill, mid, LOT);

const cents = fc.integer({ min: 5000, max: 15_000 }).map((value) => value / 100);

/** A market's random history: fills of both kinds, mids that move, funding of either sign. */
const histories = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('fill' as const),
      buy: fc.boolean(),
      maker: fc.boolean(),
      lots: fc.integer({ min: 1, max: 9000 }),
      at: cents,
      mid: cents,
      feeUsd: between(-3, 3),
    }),
    fc.record({
      kind: fc.constant('mid' as const),
      mid: cents,
    }),
    fc.record({
      kind: fc.constant('funding' as const),
      amount: between(-50, 50),
    }),
  ),
  { maxLength: 80 },
);

describe('profit and loss', () => {
  it('parts sum to the change of equity for any history, flips through zero included (E1)', () => {
    fc.assert(
      fc.property(histories, cents, (history, mark) => {
        let pnl = NO_PROFIT_YET;
        let cash = 0;
        let held = 0;
        for (const event of history) {
          if (event.kind === 'mid') pnl = markTo(pnl, price(event.mid));
          if (event.kind === 'funding') {
            pnl = bookFunding(pnl, funded(event.amount).payment);
            cash += event.amount;
          }
          if (event.kind === 'fill') {
            const side = event.buy ? 'buy' : 'sell';
            const { at, mid, feeUsd, maker } = event;
            const liquidity = maker ? 'maker' : 'taker';
            const entry = deal(side, event.lots / 1000, at, { mid, feeUsd, liquidity });
            pnl = booked(pnl, entry);
            cash += -signOf(side) * entry.fill.size * entry.fill.price + feeUsd;
            held += signOf(side) * event.lots;
          }
        }
        const equity = cash + (held / 1000) * mark;
        expect(Math.abs(residualUsd(equity, markTo(pnl, price(mark))))).toBeLessThan(1e-6);
      }),
      { numRuns: 300 },
    );
  });

  it('a maker buy a dollar below the mid earns a dollar a unit of spread, a taker sell a dollar below costs it (E1, B5)', () => {
    const bought = booked(NO_PROFIT_YET, deal('buy', 2, 99, { feeUsd: -0.1 }));
    expect(bought).toMatchObject({
      spreadIncomeUsd: 2,
      makerFeesUsd: -0.1,
      hedgeCostUsd: 0,
      inventoryPnlUsd: 0,
      volumeUsd: 198,
      fills: 1,
    });
    const hedged = booked(
      bought,
      deal('sell', 1, 109, { mid: 110, feeUsd: -0.2, liquidity: 'taker' }),
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
    const pnl = booked(markTo(NO_PROFIT_YET, price(50)), deal('buy', 1, 100));
    expect(netPnlUsd(pnl)).toBe(0);
  });
});

describe('the ledger alone', () => {
  const entries: readonly LedgerEntry[] = [
    deal('buy', 1, 99, { feeUsd: -0.1, orderId: 'a' }),
    deal('buy', 1, 98, { id: '2', ms: 1000, mid: 99, feeUsd: -0.1, orderId: 'a' }),
    funded(-2, 100, 2000),
    deal('sell', 1, 97, {
      id: '3',
      ms: 3000,
      mid: 98,
      feeUsd: -0.5,
      liquidity: 'taker',
      orderId: 'h',
    }),
    adjusted(-1, 98, 4000),
  ];

  it('gives the P&L again, with adjustments that earn nothing', () => {
    const pnl = profitAndLossOf(entries, LOT, 120);
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
    const activity = activityOf(entries, LOT, START, after(5000));
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
    expect(activityOf([], LOT, START, after(1000)).inventoryTurnoverPerDay).toBeUndefined();
  });
});
