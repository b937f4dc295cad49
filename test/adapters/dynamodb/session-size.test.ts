import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MARKOUT_POLICY } from '#shared/accounting/markouts.ts';
import { createDynamoSessionStore } from '#shared/adapters/dynamodb/session-store.ts';
import { MARKOUT_HORIZONS_MS, type Markouts } from '#shared/domain/books/markouts.ts';
import type { Session } from '#shared/domain/trading/session.ts';
import { type EpochMs, epochMs, price, size } from '#shared/domain/units.ts';
import type { GoneOrder, WorkingOrder } from '#shared/domain/order/working-order.ts';
import { MARKET_BOUNDS } from '#shared/market/rules.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { aSession, RESTING } from '#test/builders/saved-session.ts';
import { type DynaliteTables, startDynaliteTables } from '#test/floors/dynalite-tables.ts';

const MIDNIGHT = 1_767_571_200_000;
const at = (ms: number): EpochMs => epochMs(MIDNIGHT + ms);

let tables: DynaliteTables;
beforeAll(async () => {
  tables = await startDynaliteTables();
});
afterAll(() => tables.stop());

const log = { warn: () => undefined };
const state = () => ({ client: tables.client, table: tables.stateTable, log });

/** Every group at every horizon, and as many fills as may wait, with figures at their longest. */
const FULL_MARKOUTS: Markouts = {
  pending: Array.from({ length: MARKOUT_POLICY.maxPending }, (_, index) => ({
    side: 'sell',
    level: 19,
    liquidity: 'maker',
    fillId: `${index}`.padStart(48, '0'),
    at: at(index),
    price: price(98_765.4321),
    size: 0.001_234_56,
    edgeUsd: -0.012_345_678_901_234_5,
    dueAt: MIDNIGHT + index + 1000,
  })),
  cells: (['buy', 'sell'] as const).flatMap((side) =>
    [...Array.from({ length: 20 }, (_, level) => level), 'none' as const].flatMap((level) =>
      (['maker', 'taker'] as const).flatMap((liquidity) =>
        MARKOUT_HORIZONS_MS.map((horizonMs) => ({
          side,
          level,
          liquidity,
          horizonMs,
          fills: 1_234_567,
          dropped: 1_234_567,
          losing: 1_234_567,
          bps: -1_234_567.890_123_45,
          squaredBps: 12_345_678.901_234_5,
          volumeUsd: 12_345_678.901_234_5,
          usd: -12_345.678_901_234_5,
          edgeUsd: 12_345.678_901_234_5,
          lateMs: 12_345_678.901_234_5,
        })),
      ),
    ),
  ),
};

describe('a session', () => {
  it('of several hundred orders with every markout may be saved, and not one of thousands', async () => {
    const market = freshMarket();
    const { knownSince, state: before, ...known } = RESTING;
    const order: WorkingOrder = {
      ...known,
      state: 'cancelling',
      confirmedAt: undefined,
      stillListed: 0,
      before: { state: before, knownSince },
    };
    const withOrders = (length: number): Session => ({
      ...aSession(market),
      markouts: FULL_MARKOUTS,
      orders: { working: Array.from({ length }, () => order), gone: [] },
    });
    const store = createDynamoSessionStore(state());
    expect(await store.save(withOrders(500))).toBe('saved');
    await expect(store.save(withOrders(2000))).rejects.toThrow(
      /SESSION: \d+ bytes with 2000 orders; allowed: 300000/,
    );
    expect(await store.load(market)).toStrictEqual({ kind: 'loaded', session: withOrders(500) });
  });

  it('of as many orders and markouts as one may hold, at their longest, is one that may be saved', async () => {
    const market = freshMarket();
    const gone = Array.from({ length: MARKET_BOUNDS.mostOrders }, (_, index): GoneOrder => ({
      venueId: `${index}`.padStart(48, '0'),
      clientId: undefined,
      side: 'sell',
      size: size(0.001_234_56),
      filled: size(0.001_234_56),
      booked: size(0.001_234_56),
      late: size(0.001_234_56),
      early: size(0.001_234_56),
      why: 'not listed any more',
      level: 19,
      since: at(index),
      at: at(index),
    }));
    const working = Array.from({ length: 80 }, () => RESTING);
    const session = { ...aSession(market), markouts: FULL_MARKOUTS, orders: { working, gone } };
    const store = createDynamoSessionStore(state());
    expect(await store.save(session)).toBe('saved');
    expect(await store.load(market)).toStrictEqual({ kind: 'loaded', session });
  });
});
