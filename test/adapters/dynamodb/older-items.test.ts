import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoHedgeStore } from '#shared/adapters/dynamodb/hedge-store.ts';
import { createDynamoSessionStore } from '#shared/adapters/dynamodb/session-store.ts';
import { SESSION_VERSION } from '#shared/adapters/dynamodb/items/session-versions.ts';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { type EpochMs, epochMs } from '#shared/domain/units.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
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

const written = (market: MarketId, item: string, attributes: object) =>
  tables.client.send(
    new PutCommand({ TableName: tables.stateTable, Item: { ...attributes, market, item } }),
  );

/** SESSION as the first version wrote it. Nothing is ever added here. */
const FIRST_SESSION = {
  group: 'majors',
  fence: 7,
  savedAt: MIDNIGHT + 5,
  startedAt: MIDNIGHT,
  pnl: {
    position: { size: 0.1, averageEntry: 100 },
    markPrice: 101,
    spreadIncomeUsd: 1,
    makerFeesUsd: -2,
    takerFeesUsd: -3,
    inventoryPnlUsd: 4,
    hedgeCostUsd: -5,
    fundingUsd: 6,
    volumeUsd: 7,
    fills: 8,
  },
  lastFact: 9,
  newestFillAt: MIDNIGHT + 1,
  fundingPaid: [MIDNIGHT],
  adjustments: [{ id: '7-1', at: MIDNIGHT, size: 0.1, mid: 100 }],
  equity: {
    firstAt: MIDNIGHT,
    firstUsd: 0,
    lastAt: MIDNIGHT,
    lastUsd: 1,
    peakUsd: 1,
    peakAt: MIDNIGHT,
    maxDrawdownUsd: 0,
    dayOpenUsd: 0,
    worstPastDayUsd: 0,
  },
  orders: {
    working: [
      {
        state: 'open',
        venueId: 'v1',
        clientId: null,
        side: 'buy',
        level: 0,
        price: 99,
        size: 0.2,
        remaining: 0.1,
        booked: 0.1,
        since: MIDNIGHT,
        adopted: false,
        knownSince: MIDNIGHT,
      },
    ],
    gone: [['v0', null, 'sell', 0.1, 0, 0, 'cancelled', 0, MIDNIGHT, MIDNIGHT + 2]],
  },
  drained: false,
  parametersVersion: 'p1',
  quotesPlaced: 10,
  decisions: 11,
  decisionsHash: 'abc',
};

/** HEDGE as the first version wrote it. */
const FIRST_HEDGE = {
  intent: {
    id: 'h1',
    openedAt: MIDNIGHT,
    inventoryUsd: 820,
    thresholdUsd: 800,
    hedgeFraction: 0.5,
    hedgeMaxSlippageBps: 20,
  },
  status: { kind: 'open' },
};

describe('an item that an older version wrote', () => {
  it('is a session with all that it remembers, and what was added since as it was meant', async () => {
    const market = freshMarket();
    await written(market, 'SESSION', FIRST_SESSION);
    const [working] = FIRST_SESSION.orders.working;
    const gone = {
      venueId: 'v0',
      clientId: undefined,
      side: 'sell',
      size: 0.1,
      filled: 0,
      booked: 0,
      why: 'cancelled',
      level: 0,
      since: MIDNIGHT,
      at: MIDNIGHT + 2,
    };
    expect(await createDynamoSessionStore(state()).load(market)).toEqual({
      kind: 'loaded',
      session: {
        ...FIRST_SESSION,
        market,
        orders: { working: [{ ...working, clientId: undefined }], gone: [gone] },
        nextCounter: 0,
        contained: { allBefore: { fence: 7, number: 10 }, ranges: [] },
        markouts: { pending: [], cells: [] },
        hedges: {
          endedId: undefined,
          unhedgedInRow: 0,
          notBefore: 0,
          reduced: undefined,
          takenUsd: 0,
          tooSmallSaid: false,
        },
        waits: {
          unexplainedSince: undefined,
          doubted: undefined,
          refusals: { buy: { inRow: 0, placeFrom: 0 }, sell: { inRow: 0, placeFrom: 0 } },
          pauseUntil: 0,
        },
      },
    });
  });

  it('may lack only what its own version lacked', async () => {
    const market = freshMarket();
    const load = async (version: unknown) => {
      await written(market, 'SESSION', { ...FIRST_SESSION, version });
      return (await createDynamoSessionStore(state()).load(market)).kind;
    };
    expect(await load(1)).toBe('loaded');
    expect(await load(SESSION_VERSION)).toBe('unreadable');
    expect(await load('first')).toBe('unreadable');
  });

  it('of a newer version is read for what this one knows of it', async () => {
    const market = freshMarket();
    await written(market, 'SESSION', FIRST_SESSION);
    const store = createDynamoSessionStore(state());
    const loaded = await store.load(market);
    if (loaded.kind !== 'loaded') throw new Error('it was not read');
    await store.save({ ...loaded.session, fence: 8, nextCounter: 5 });
    const Key = { market, item: 'SESSION' };
    const { Item } = await tables.client.send(
      new GetCommand({ TableName: tables.stateTable, Key }),
    );
    await written(market, 'SESSION', { ...Item, version: 99, later: 1 });
    expect(await store.load(market)).toEqual({
      kind: 'loaded',
      session: { ...loaded.session, fence: 8, nextCounter: 5 },
    });
  });

  it('is a hedge of which no order was noted', async () => {
    const market = freshMarket();
    const hedges = createDynamoHedgeStore(state());
    const { intent, status } = FIRST_HEDGE;
    await written(market, 'HEDGE', { intent: { ...intent, market }, status });
    expect(await hedges.read(market)).toEqual({ intent: { ...intent, market }, status });
    await hedges.claim(market, 'h1', 'a', at(0), 1000);
    const attempt = { number: 1, sentAt: at(1), began: 1, before: 1, asked: -0.5 };
    expect(await hedges.attempt(market, 'h1', 'a', attempt)).toBe(true);
  });
});
