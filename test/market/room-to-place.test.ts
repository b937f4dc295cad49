import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { size } from '#shared/domain/units.ts';
import type { GoneOrder } from '#shared/domain/order/working-order.ts';
import { sessionOf } from '#shared/market/begin.ts';
import type { Output } from '#shared/market/output.ts';
import { MARKET_BOUNDS } from '#shared/market/rules.ts';
import { ABILITIES } from '../builders/play/market-play.ts';
import { START } from '../builders/market.ts';
import { LoneMarket, nothingKnown } from '../builders/play/lone-market.ts';
import { anOpenOrder, inState, listedAs } from '../builders/open-order.ts';

const { mostOrders, plentyOrders } = MARKET_BOUNDS;
const MEMORY_MS = ABILITIES.listsLagMs + ABILITIES.arrivesWithinMs;

const LADDER = {
  spreadModel: 'fixed',
  levels: 10,
  levelSpacingBps: 1,
  quoteSizeUsd: 300,
  maxInventoryUsd: 50_000,
  sizeMultipliers: [1, 1, 1],
} as const;

const dead = (count: number): readonly GoneOrder[] =>
  Array.from({ length: count }, (_, index) => ({
    venueId: `dead-${index}`,
    clientId: undefined,
    side: 'buy',
    size: size(0.001),
    filled: size(0),
    booked: size(0),
    why: 'cancelled',
    level: 0,
    since: START,
    at: START,
  }));

/** What a market that wants twenty quotes places at its first look, with so many dead. */
function firstLook(gone: number, requoteIntervalMs: number): readonly Output[] {
  const market = new LoneMarket(nothingKnown({ ...LADDER, requoteIntervalMs }));
  market.state = { ...market.state, orders: { working: [], gone: dead(gone) } };
  return market.look(0);
}

const placed = (outputs: readonly Output[]) =>
  outputs
    .flatMap((output) => (output.kind === 'send' ? output.commands : []))
    .flatMap((command) => (command.kind === 'place' ? [command] : []));

const interval = fc.integer({ min: 250, max: 60_000 });

describe('orders', () => {
  it('are placed only while all of them can be remembered, and as many as wanted while few are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: mostOrders + 500 }), interval, (gone, intervalMs) => {
        const { length } = placed(firstLook(gone, intervalMs));
        expect(length).toBeLessThanOrEqual(Math.max(0, mostOrders - gone));
        if (gone + 20 <= plentyOrders) expect(length).toBe(20);
        else if (gone < mostOrders) expect(length).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  it('are placed no faster than they are forgotten once there are many: some always rest', () => {
    fc.assert(
      fc.property(interval, (intervalMs) => {
        const { length } = placed(firstLook(plentyOrders, intervalMs));
        // Within one memory of the dead no more than the rest of the room, but for rounding.
        const looks = MEMORY_MS / intervalMs;
        const rest = mostOrders - plentyOrders;
        expect(length).toBe(Math.min(20, Math.ceil(rest / looks)));
      }),
      { numRuns: 50 },
    );
  });

  it('that are nearest on both sides are placed first, and it is said why', () => {
    const outputs = firstLook(mostOrders - 4, 60_000);
    expect(placed(outputs).map(({ side, level }) => `${side} ${level}`)).toEqual([
      'buy 0',
      'sell 0',
      'buy 1',
      'sell 1',
    ]);
    const reasons = outputs.find((one) => one.kind === 'say' && one.message === 'reasons');
    expect(JSON.stringify(reasons)).toContain('only 4 are placed now');
  });

  it('of somebody else take no room and are not saved: the next list shows them', () => {
    const market = new LoneMarket(nothingKnown(LADDER));
    const working = Array.from({ length: mostOrders }, (_, index) =>
      inState('foreign', { venueId: `x${index}`, size: size(0.00001), remaining: size(0.00001) }),
    );
    const orders = { working: [...working, anOpenOrder()], gone: dead(3) };
    market.state = { ...market.state, orders };
    const saved = sessionOf(market.state, 'g', market.at, market.rules);
    expect(saved.orders).toEqual({ working: [anOpenOrder()], gone: dead(3) });
    const rows = working.flatMap((one) => ('venueId' in one ? [listedAs(one as never)] : []));
    expect(placed(market.look(0, { orders: rows }))).toHaveLength(20);
  });
});
