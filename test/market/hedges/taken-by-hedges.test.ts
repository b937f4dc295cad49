import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Fill, UNKNOWN_ORDER } from '#shared/domain/books/fill.ts';
import { signOf } from '#shared/domain/order/side.ts';
import { epochMs, price, size } from '#shared/domain/units.ts';
import { legsOf, type Orders } from '#shared/domain/order/working-order.ts';
import { sessionOf } from '#shared/market/begin.ts';
import { withTaken } from '#shared/market/hedges/breach.ts';
import { NO_HEDGE } from '#shared/market/new-state.ts';
import { arbitrarySession } from '../../builders/arbitrary/arbitrary-items.ts';
import {
  aLoneFill,
  LoneMarket,
  nothingKnown,
  rowsOf,
  RULES,
} from '../../builders/play/lone-market.ts';
import { PLAYED } from '../../builders/play/market-play.ts';

const HEDGES_ORDER = 'of a hedge';

const trade = fc.record({
  side: fc.constantFrom('buy' as const, 'sell' as const),
  liquidity: fc.constantFrom('maker' as const, 'taker' as const),
  price: fc.integer({ min: 99_900, max: 100_100 }).map(price),
  size: fc.integer({ min: 1, max: 9 }).map((lots) => size(lots / 1000)),
  /** One of our orders; beyond them nobody's that is told, and a hedge's. */
  whose: fc.oneof(fc.nat(9), fc.constantFrom('unknown' as const, 'hedge' as const)),
});

type Trade = typeof trade extends fc.Arbitrary<infer T> ? T : never;

const fillOf = ({ whose, ...traded }: Trade, index: number, ours: readonly string[]): Fill => {
  const orderId = typeof whose === 'number' ? ours[whose % Math.max(1, ours.length)] : undefined;
  const others = whose === 'hedge' ? HEDGES_ORDER : UNKNOWN_ORDER;
  return aLoneFill({ ...traded, id: `f${index}`, orderId: orderId ?? others });
};

/** What hedges took, signed: of everything that traded what is taken, and by no order of ours. */
const takenOf = (fills: readonly Fill[]): number =>
  fills
    .filter(({ orderId, liquidity }) => orderId === HEDGES_ORDER && liquidity === 'taker')
    .reduce((sum, fill) => sum + signOf(fill.side) * fill.size * fill.price, 0);

const venueIdsOf = ({ working, gone }: Orders): readonly string[] =>
  [...working.flatMap(legsOf), ...gone].flatMap((order) =>
    'venueId' in order && order.venueId !== undefined ? [order.venueId] : [],
  );

describe('what hedges took', () => {
  it('has nothing of an order of ours, whatever has become of it and however it traded (C1)', () => {
    fc.assert(
      fc.property(
        arbitrarySession(PLAYED),
        fc.array(trade, { maxLength: 12 }),
        ({ orders }, trades) => {
          const ours = venueIdsOf(orders).filter(
            (id) => id !== HEDGES_ORDER && id !== UNKNOWN_ORDER,
          );
          const fills = trades.map((one, index) => fillOf(one, index, ours));
          const { takenUsd, ...rest } = withTaken(NO_HEDGE, fills, orders);
          expect(takenUsd).toBeCloseTo(takenOf(fills), 6);
          expect({ ...rest, takenUsd: 0 }).toEqual(NO_HEDGE);
        },
      ),
    );
  });

  it('is the same whatever our quotes traded, listed before or after a hand-over (C1)', () => {
    const known = nothingKnown({ hedgeThresholdUsd: 100_000, levels: 3 });
    fc.assert(
      fc.property(fc.array(trade, { minLength: 1, maxLength: 12 }), fc.nat(12), (trades, after) => {
        let market = new LoneMarket(known);
        market.sent(market.look(0));
        const ours = rowsOf(market.state).map(({ venueId }) => venueId);
        expect(ours.length).toBeGreaterThan(0);
        const fills = trades.map((one, index) => fillOf(one, index, ours));
        const [before, late] = [fills.slice(0, after), fills.slice(after)];
        market.fills(before);
        const saved = sessionOf(market.state, 'g', market.at, market.rules);
        const at = epochMs(market.at + 1000);
        market = new LoneMarket({ ...known, saved }, { ...RULES, fence: 2 }, at);
        market.time(0);
        market.fills(late);
        market.book();
        expect(market.state.books.pnl.fills).toBe(fills.length);
        expect(market.state.hedge.takenUsd).toBeCloseTo(takenOf(fills), 6);
      }),
    );
  });
});
