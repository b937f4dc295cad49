import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { profitAndLossOf } from '#shared/accounting/from-ledger.ts';
import {
  NO_ROUND_TRIPS,
  roundTripFigures,
  roundTripOnEntry,
  type RoundTripState,
} from '#shared/accounting/round-trips.ts';
import { type LedgerEntry, movesMoney } from '#shared/domain/books/ledger-entry.ts';
import { signOf } from '#shared/domain/order/side.ts';
import { arbitraryLedger, LOT } from '#test/builders/arbitrary/arbitrary-ledger.ts';
import { through } from './trips.ts';

interface Unit {
  readonly price: number;
  readonly quoted: boolean;
}

/** The same by brute force: every thousandth of a unit of base is a lot of its own. */
function unitByUnit(entries: readonly LedgerEntry[]): {
  trips: number;
  grossUsd: number;
  otherwiseUsd: number;
} {
  const open: Unit[] = [];
  let sign = 1;
  const sums = { trips: 0, grossUsd: 0, otherwiseUsd: 0 };
  for (const entry of entries) {
    if (entry.kind === 'funding' || !movesMoney(entry)) continue;
    const signed = entry.kind === 'fill' ? signOf(entry.fill.side) * entry.fill.size : entry.size;
    const unit: Unit =
      entry.kind === 'fill'
        ? { price: entry.fill.price, quoted: entry.fill.liquidity === 'maker' }
        : { price: entry.mid, quoted: false };
    let isTrip = false;
    for (let lots = Math.round(Math.abs(signed) * 1000); lots > 0; lots -= 1) {
      if (open.length === 0) sign = Math.sign(signed);
      if (sign === Math.sign(signed)) {
        open.push(unit);
        continue;
      }
      const first = open.shift()!;
      if (first.quoted && unit.quoted) {
        isTrip = true;
        sums.grossUsd += (sign * (unit.price - first.price)) / 1000;
      } else sums.otherwiseUsd += entry.mid / 1000;
    }
    if (isTrip) sums.trips += 1;
  }
  return sums;
}

describe('round trips of any history', () => {
  it('are those that matching unit by unit gives, flips, hedges and adjustments included (E3)', () => {
    fc.assert(
      fc.property(arbitraryLedger, (entries) => {
        const expected = unitByUnit(entries);
        const figures = roundTripFigures(through(entries));
        expect(figures.roundTrips).toBe(expected.trips);
        expect(figures.grossUsd).toBeCloseTo(expected.grossUsd, 6);
        expect(figures.otherwiseClosedUsd).toBeCloseTo(expected.otherwiseUsd, 6);
      }),
      { numRuns: 60 },
    );
  });

  it('leave open lots that are the position, and survive being saved after every entry (E3, E8)', () => {
    fc.assert(
      fc.property(arbitraryLedger, fc.integer({ min: 1, max: 5 }), (entries, maxLots) => {
        const position = profitAndLossOf(entries, LOT, undefined).position.size;
        for (const bound of [undefined, maxLots]) {
          const { lots } = through(entries, bound);
          expect(lots.reduce((sum, { size: open }) => sum + open, 0)).toBeCloseTo(position, 9);
          if (bound !== undefined) expect(lots.length).toBeLessThanOrEqual(bound);
        }
        const saved = entries.reduce(
          (state, entry) =>
            JSON.parse(JSON.stringify(roundTripOnEntry(state, entry, LOT))) as RoundTripState,
          NO_ROUND_TRIPS,
        );
        expect(saved).toEqual(through(entries));
      }),
    );
  });

  it('and what is still open explain all the cash of quotes alone: no fee and no cent goes missing (E1, E3)', () => {
    fc.assert(
      fc.property(arbitraryLedger, fc.integer({ min: 1, max: 5 }), (entries, maxLots) => {
        const quotes = entries.filter(
          (entry) => entry.kind === 'fill' && entry.fill.liquidity === 'maker',
        );
        const state = through(quotes, maxLots);
        const { grossUsd, feesUsd } = roundTripFigures(state);
        const openCost = state.lots.reduce((sum, open) => sum + open.size * open.price, 0);
        const openFees = state.lots.reduce((sum, open) => sum + open.feeUsd, 0);
        let cash = 0;
        let fees = 0;
        for (const entry of quotes) {
          if (entry.kind !== 'fill') continue;
          cash -= signOf(entry.fill.side) * entry.fill.size * entry.fill.price;
          fees += entry.fill.feeUsd;
        }
        expect(grossUsd - openCost).toBeCloseTo(cash, 7);
        expect(feesUsd + openFees).toBeCloseTo(fees, 9);
      }),
    );
  });
});
