import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  breakEvenSpreadBps,
  estimateIncome,
  type FillCosts,
  type IncomeAssumptions,
  roundTripNetBps,
} from '#shared/accounting/income-estimate.ts';
import { bookFill, markTo, netPnlUsd, NO_PROFIT_YET } from '#shared/accounting/profit-and-loss.ts';
import { InvariantError } from '#shared/domain/failure.ts';
import { grid } from '#shared/domain/order/grid.ts';
import { price, size, usd } from '#shared/domain/units.ts';
import { aFill } from '#test/builders/market.ts';

const about = (value: number, digits = 9): unknown => expect.closeTo(value, digits);

const NO_COSTS: FillCosts = {
  makerFeeBps: 0,
  adverseSelectionBps: 0,
  hedgeShare: 0,
  hedgeCostBps: 0,
  takerFeeBps: 0,
};

const assumptions = (over: Partial<IncomeAssumptions> = {}): IncomeAssumptions => ({
  ...NO_COSTS,
  quotedUsdPerDay: 1_000_000,
  quotedCounts: 'each-side',
  fillRate: 1,
  spreadBps: 5,
  averageInventoryUsd: 0,
  fundingBpsPerDay: 0,
  ...over,
});

const signedFee = fc.double({ min: -5, max: 10, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });
const arbitraryAssumptions: fc.Arbitrary<IncomeAssumptions> = fc.record({
  makerFeeBps: signedFee,
  adverseSelectionBps: fc.double({ min: -20, max: 20, noNaN: true }),
  hedgeShare: share,
  hedgeCostBps: fc.double({ min: 0, max: 30, noNaN: true }),
  takerFeeBps: signedFee,
  quotedUsdPerDay: fc.integer({ min: 1, max: 1_000_000_000 }),
  quotedCounts: fc.constantFrom('each-side' as const, 'pairs' as const),
  fillRate: fc.double({ min: 0.001, max: 1, noNaN: true }),
  spreadBps: fc.double({ min: 0, max: 100, noNaN: true }),
  averageInventoryUsd: fc.integer({ min: -100_000, max: 100_000 }),
  fundingBpsPerDay: fc.double({ min: -30, max: 30, noNaN: true }),
});

/**
 * What a buy and a sell of 1 at the quotes around 100,000 leave, as the books count it, in bps of
 * 100,000.
 */
function bookedRoundTripBps(spreadBps: number, makerFeeBps: number): number {
  const mid = price(100_000);
  const half = spreadBps * 5;
  let pnl = markTo(NO_PROFIT_YET, mid);
  for (const [side, at] of [
    ['buy', mid - half],
    ['sell', mid + half],
  ] as const) {
    pnl = bookFill(
      pnl,
      aFill({ side, price: price(at), size: size(1), feeUsd: usd(-at * makerFeeBps * 1e-4) }),
      mid,
      grid(1),
    );
  }
  return netPnlUsd(pnl) / 10;
}

describe('what a round trip leaves', () => {
  const fees = [-2.5, -2, 0, 1.5, 2, 3.5];

  it.each([
    [5, [10, 9, 5, 2, 1, -2]],
    [8, [13, 12, 8, 5, 4, 1]],
    [10, [15, 14, 10, 7, 6, 3]],
    [16, [21, 20, 16, 13, 12, 9]],
  ])(
    'is the spread less twice the signed maker fee: at %d bps and fees of -2.5 to +3.5 bps it is %j (E10, F8)',
    (spreadBps, expected) => {
      expect(fees.map((makerFeeBps) => roundTripNetBps(spreadBps, makerFeeBps))).toEqual(expected);
      for (const [index, makerFeeBps] of fees.entries()) {
        expect(bookedRoundTripBps(spreadBps, makerFeeBps)).toBeCloseTo(expected[index]!, 8);
        // Volume that counts each fill: half of it is round trips.
        const { netUsdPerDay } = estimateIncome(
          assumptions({ spreadBps, makerFeeBps, quotedUsdPerDay: 20_000 }),
        );
        expect(netUsdPerDay).toBeCloseTo(expected[index]!, 9);
      }
    },
  );
});

describe('the break-even spread', () => {
  it('is twice the maker fee when nothing else costs: 3 bps at 1.5, below zero with a rebate (E10)', () => {
    expect(breakEvenSpreadBps({ ...NO_COSTS, makerFeeBps: 1.5 })).toBe(3);
    expect(breakEvenSpreadBps({ ...NO_COSTS, makerFeeBps: 3.5 })).toBe(7);
    expect(breakEvenSpreadBps({ ...NO_COSTS, makerFeeBps: -2.5 })).toBe(-5);
  });

  it('pays twice for adverse selection, and for the hedged share of fills their taker fee and slippage (E10)', () => {
    const costs = {
      makerFeeBps: 1.5,
      adverseSelectionBps: 2,
      hedgeShare: 0.25,
      hedgeCostBps: 1.5,
      takerFeeBps: 4.5,
    };
    expect(breakEvenSpreadBps(costs)).toBe(2 * (1.5 + 2 + 0.25 * 6));
  });

  it('is where the estimated income is zero, funding included (E10)', () => {
    fc.assert(
      fc.property(arbitraryAssumptions, (assumed) => {
        const { breakEvenSpreadBps: breakEven } = estimateIncome(assumed);
        const shift = estimateIncome({ ...assumed, spreadBps: Math.max(0, breakEven!) });
        const expected = breakEven! < 0 ? (-breakEven! / 2 / 1e4) * shift.fillVolumeUsdPerDay : 0;
        expect(Math.abs(shift.netUsdPerDay - expected)).toBeLessThan(
          1e-9 * (shift.fillVolumeUsdPerDay + 1e6),
        );
      }),
    );
  });

  it('without funding is the one of the costs alone, and rises with each of them (E10)', () => {
    fc.assert(
      fc.property(
        arbitraryAssumptions,
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        (assumed, more) => {
          const without = estimateIncome({ ...assumed, averageInventoryUsd: 0 });
          expect(without.breakEvenSpreadBps).toBe(breakEvenSpreadBps(assumed));
          for (const name of ['makerFeeBps', 'adverseSelectionBps'] as const) {
            expect(
              breakEvenSpreadBps({ ...assumed, [name]: assumed[name] + more }),
            ).toBeGreaterThan(breakEvenSpreadBps(assumed));
          }
          for (const name of ['hedgeCostBps', 'takerFeeBps'] as const) {
            expect(
              breakEvenSpreadBps({ ...assumed, [name]: assumed[name] + more }),
            ).toBeGreaterThanOrEqual(breakEvenSpreadBps(assumed));
          }
        },
      ),
    );
  });
});

describe('the income estimate', () => {
  it('says what the volume counts: a million of pairs fills twice what a million of single quotes fills (E10)', () => {
    const rebate = { makerFeeBps: -2.5 };
    const single = estimateIncome(assumptions(rebate));
    const pairs = estimateIncome(assumptions({ ...rebate, quotedCounts: 'pairs' }));
    // 5 bps and the imagined rebate: half the spread and one rebate a fill, never a whole spread a
    // fill.
    expect([single.fillVolumeUsdPerDay, single.netUsdPerDay]).toEqual([1_000_000, 500]);
    expect([pairs.fillVolumeUsdPerDay, pairs.netUsdPerDay]).toEqual([2_000_000, 1000]);
    expect([single.netBpsPerFill, pairs.netBpsPerFill]).toEqual([5, 5]);
  });

  it("earns a fifth of that at the venue's real fee, and loses with a builder's fee on top (E10, F8)", () => {
    expect(estimateIncome(assumptions({ makerFeeBps: 1.5 })).netUsdPerDay).toBeCloseTo(100, 9);
    expect(estimateIncome(assumptions({ makerFeeBps: 3.5 })).netUsdPerDay).toBeCloseTo(-100, 9);
  });

  it('fills no more than the share offered that trades, and takes off adverse selection, hedges and funding (E10, B5, D6)', () => {
    const estimate = estimateIncome(
      assumptions({
        fillRate: 0.2,
        spreadBps: 10,
        makerFeeBps: 1.5,
        adverseSelectionBps: 2,
        hedgeShare: 0.1,
        hedgeCostBps: 3,
        takerFeeBps: 4.5,
        averageInventoryUsd: 5000,
        fundingBpsPerDay: 3,
      }),
    );
    expect(estimate).toMatchObject({
      fillVolumeUsdPerDay: 200_000,
      spreadIncomeUsdPerDay: about(100),
      makerFeesUsdPerDay: about(-30),
      adverseSelectionUsdPerDay: about(-40),
      hedgeCostUsdPerDay: about(-6),
      takerFeesUsdPerDay: about(-9),
      fundingUsdPerDay: about(-1.5),
      netUsdPerDay: about(13.5),
      netBpsPerFill: about(0.675),
    });
    expect(estimate.breakEvenSpreadBps).toBeCloseTo(10 - 2 * 0.675, 9);
  });

  it('receives funding when short and the rate positive (E10, D6)', () => {
    expect(
      estimateIncome(assumptions({ averageInventoryUsd: -60_000, fundingBpsPerDay: 3 }))
        .fundingUsdPerDay,
    ).toBeCloseTo(18, 9);
  });

  it('without fills has funding alone and no figure per fill (E10)', () => {
    const estimate = estimateIncome(
      assumptions({ fillRate: 0, averageInventoryUsd: 1000, fundingBpsPerDay: 10 }),
    );
    expect(estimate).toMatchObject({
      netUsdPerDay: -1,
      netBpsPerFill: undefined,
      breakEvenSpreadBps: undefined,
      makerFeesUsdPerDay: 0,
    });
  });

  it('has parts that sum to the net, and twice of everything is twice the income (E10)', () => {
    fc.assert(
      fc.property(arbitraryAssumptions, (assumed) => {
        const one = estimateIncome(assumed);
        const sum =
          one.spreadIncomeUsdPerDay +
          one.makerFeesUsdPerDay +
          one.adverseSelectionUsdPerDay +
          one.hedgeCostUsdPerDay +
          one.takerFeesUsdPerDay +
          one.fundingUsdPerDay;
        expect(sum).toBe(one.netUsdPerDay);
        const two = estimateIncome({
          ...assumed,
          quotedUsdPerDay: 2 * assumed.quotedUsdPerDay,
          averageInventoryUsd: 2 * assumed.averageInventoryUsd,
        });
        expect(two.netUsdPerDay).toBeCloseTo(2 * one.netUsdPerDay, 4);
        expect(two.breakEvenSpreadBps).toBeCloseTo(one.breakEvenSpreadBps!, 8);
      }),
    );
  });

  it.each([
    [{ makerFeeBps: Number.NaN }, 'makerFeeBps must be finite'],
    [{ fundingBpsPerDay: Infinity }, 'fundingBpsPerDay must be finite'],
    [{ fillRate: 1.1 }, 'fillRate must be a share from 0 to 1'],
    [{ hedgeShare: -0.1 }, 'hedgeShare must be a share from 0 to 1'],
    [{ spreadBps: -1 }, 'spreadBps must not be negative'],
    [{ quotedUsdPerDay: -1 }, 'quotedUsdPerDay must not be negative'],
  ])('refuses %j (E10)', (wrong, message) => {
    expect(() => estimateIncome(assumptions(wrong))).toThrow(InvariantError);
    expect(() => estimateIncome(assumptions(wrong))).toThrow(message);
  });
});
