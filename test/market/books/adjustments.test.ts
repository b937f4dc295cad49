import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredFact } from '#shared/domain/books/ledger-entry.ts';
import { onLot } from '#shared/domain/order/grid.ts';
import { signOf } from '#shared/domain/order/side.ts';
import { epochMs, price, signedSize, size } from '#shared/domain/units.ts';
import {
  adjustmentEntry,
  adjustmentsOf,
  notExpired,
  openingId,
  takenBack,
} from '#shared/market/books/adjustments.ts';
import { isBooked, NO_FILLS, notBooked, withBooked } from '#shared/market/books/booked-fills.ts';
import { possiblePositions } from '#shared/market/books/position.ts';
import { LOT } from '../../builders/play/lagging-venue.ts';
import { aLoneFill, LoneMarket } from '../../builders/play/lone-market.ts';
import { PLAYED } from '../../builders/play/market-play.ts';
import { START } from '../../builders/market.ts';

const DAY = 86_400_000;
const CLOCK = { lot: LOT, clockSkewMs: 0 };
const where = { market: PLAYED, at: START, lot: LOT };
const missing = (id: string, amount: number, at = START) => ({
  id,
  at,
  size: amount,
  mid: price(100_000),
});
const fact = (number: number, entry: StoredFact['entry']): StoredFact => ({
  number,
  fence: 1,
  entry,
});

describe('a difference taken over', () => {
  it('is taken back by one fill together with every other it explains', () => {
    const open = [missing('1-1', 0.002), missing('1-2', -0.001), missing('1-3', 0.004)];
    const { left, entries } = takenBack(open, aLoneFill({ size: size(0.005) }), CLOCK);
    expect(entries.map(({ id, size: back }) => [id, back])).toEqual([
      ['1-1-back-f1', -0.002],
      ['1-3-back-f1', -0.003],
    ]);
    expect(left.map(({ id, size: rest }) => [id, rest])).toEqual([
      ['1-2', -0.001],
      ['1-3', 0.001],
    ]);
  });

  it('is not explained by what traded after it, nor by the other side', () => {
    const open = [missing('1-1', 0.002)];
    const later = aLoneFill({ at: epochMs(START + 2001) });
    expect(takenBack(open, later, CLOCK)).toEqual({ left: open, entries: [] });
    expect(takenBack(open, aLoneFill({ side: 'sell' }), CLOCK).entries).toEqual([]);
    expect(takenBack(open, aLoneFill({ at: epochMs(START + 2000) }), CLOCK).entries).toHaveLength(
      1,
    );
  });

  it.each([
    ['8 s ahead', 8000, -1000, 10_000],
    ['8 s behind', -8000, -7000, -6000],
    ['that nobody knows', undefined, 5000, 12_000],
    ['that is too far off to be one', 3_600_000, 5000, 12_000],
  ])(
    'is explained by what a clock %s dates in time, and by nothing later',
    (_, clockSkewMs, early, last) => {
      const open = [missing('1-1', 0.002)];
      const backBy = (ms: number) =>
        takenBack(open, aLoneFill({ at: epochMs(START + ms) }), { lot: LOT, clockSkewMs }).entries;
      expect(backBy(early)).toHaveLength(1);
      expect(backBy(last)).toHaveLength(1);
      expect(backBy(last + 1)).toEqual([]);
    },
  );

  it('waits for its fill a day, and no longer', () => {
    const open = [missing('1-1', 0.002)];
    expect(notExpired(open, epochMs(START + DAY))).toBe(open);
    expect(notExpired(open, epochMs(START + DAY + 1))).toEqual([]);
  });

  it('is rebuilt from the facts alone, whatever was taken over and back (E1)', () => {
    const move = fc.record({ lots: fc.integer({ min: -9, max: 9 }), isFill: fc.boolean() });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), fc.nat(30), (moves, savedAfter) => {
        let open: ReturnType<typeof takenBack>['left'] = [];
        let saved = open;
        const facts: StoredFact[] = [];
        moves.forEach(({ lots, isFill }, index) => {
          if (index === savedAfter) {
            saved = open;
            facts.length = 0;
          }
          if (lots === 0) return;
          const amount = onLot(LOT, Math.abs(lots) * LOT.step);
          const side = lots > 0 ? 'buy' : 'sell';
          if (isFill) {
            const fill = aLoneFill({ id: `f${index}`, side, size: size(amount) });
            const { left, entries } = takenBack(open, fill, CLOCK);
            open = left;
            for (const entry of entries) facts.push(fact(facts.length + 1, entry));
          } else {
            const id = `1-${index}`;
            const entry = adjustmentEntry(id, signOf(side) * amount, price(100_000), where);
            facts.push(fact(facts.length + 1, entry));
            open = [...open, missing(id, signOf(side) * amount)];
          }
        });
        expect(adjustmentsOf(saved, facts, LOT)).toEqual(open);
      }),
    );
  });

  it('leaves out what was held before the first session: no fill explains that', () => {
    const opening = adjustmentEntry(openingId(1), 0.004, price(100_000), where);
    const fill = fact(2, { kind: 'fill', fill: aLoneFill(), mid: price(100_000) });
    expect(adjustmentsOf([], [fact(1, opening), fill], LOT)).toEqual([]);
  });
});

describe('the ids of executions booked', () => {
  it('are remembered, each once, for as long as a venue may list them', () => {
    let fills = NO_FILLS;
    for (let batch = 0; batch < 250; batch += 1) {
      const at = epochMs(START + batch * 600_000);
      const fresh = Array.from({ length: 10 }, (_, index) =>
        aLoneFill({ id: `${batch}-${index}`, at }),
      );
      const listed = [...fresh, ...fresh, aLoneFill({ id: `${Math.max(0, batch - 1)}-0` })];
      expect(notBooked(fills, listed)).toHaveLength(10);
      fills = withBooked(fills, fresh, at);
      expect(fills.newer.size).toBeLessThan(512);
      expect(fills.lately).toHaveLength(10);
    }
    expect(isBooked(fills, '249-9')).toBe(true);
    expect(isBooked(fills, '60-0')).toBe(true);
    expect(isBooked(fills, '0-0')).toBe(false);
    expect(fills.newer.size + fills.older.size).toBeLessThan(2500);
  });
});

describe('what may be held', () => {
  it('counts a buy and a sell that are not booked each alone', () => {
    const market = new LoneMarket();
    const gone = (side: 'buy' | 'sell', filled: number) => ({
      venueId: side,
      clientId: undefined,
      side,
      size: size(filled),
      filled: size(filled),
      booked: size(0),
      why: 'filled',
      level: 0,
      since: START,
      at: START,
    });
    const orders = {
      working: [],
      gone: [gone('buy', 0.003), gone('sell', 0.003)] as const,
    };
    const state = { ...market.state, orders } as typeof market.state;
    const positions = possiblePositions(state, market.rules);
    expect(Math.max(...positions)).toBe(0.003);
    expect(Math.min(...positions)).toBe(-0.003);
    expect(signedSize(possiblePositions(market.state, market.rules)[0])).toBe(0);
  });
});
