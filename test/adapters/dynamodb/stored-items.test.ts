import { PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HedgeIntent } from '#shared/domain/trading/hedge.ts';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { onEquity } from '#shared/accounting/equity-curve.ts';
import { createDynamoControlStore } from '#shared/adapters/dynamodb/control-store.ts';
import { createDynamoHaltStore } from '#shared/adapters/dynamodb/halt-store.ts';
import { createDynamoHedgeStore } from '#shared/adapters/dynamodb/hedge-store.ts';
import { createDynamoLeaseStore } from '#shared/adapters/dynamodb/lease-store.ts';
import { createDynamoLedger } from '#shared/adapters/dynamodb/ledger.ts';
import { createDynamoParameterStore } from '#shared/adapters/dynamodb/parameter-store.ts';
import { createDynamoSessionStore } from '#shared/adapters/dynamodb/session-store.ts';
import { createDynamoTiltStore } from '#shared/adapters/dynamodb/tilt-store.ts';
import { InputError, InvariantError } from '#shared/domain/failure.ts';
import type { MarketMark } from '#shared/domain/venue/market-mark.ts';
import { DAY_MS } from '#shared/domain/time.ts';
import { type EpochMs, epochMs, price, signedSize, usd } from '#shared/domain/units.ts';
import type { Control } from '#shared/ports/stores/control-store.ts';
import type { LeaseWanted } from '#shared/ports/stores/lease-store.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { aSession, RESTING } from '#test/builders/saved-session.ts';
import { aFillFact } from '#test/contracts/ledger-contract.ts';
import { aTilt } from '#test/contracts/tilt-store-contract.ts';
import { type DynaliteTables, startDynaliteTables } from '#test/floors/dynalite-tables.ts';
import { BTC } from '#test/builders/market.ts';

const MIDNIGHT = 1_767_571_200_000;
const at = (ms: number): EpochMs => epochMs(MIDNIGHT + ms);

let tables: DynaliteTables;
beforeAll(async () => {
  tables = await startDynaliteTables();
});
afterAll(() => tables.stop());

const log = { warn: () => undefined };
const state = () => ({ client: tables.client, table: tables.stateTable, log });
const wanted = (group: MarketId): LeaseWanted => ({
  group,
  owner: 'a',
  markets: [group],
  leastFence: 0,
});
const ledger = () => createDynamoLedger({ client: tables.client, table: tables.ledgerTable });

/** As one that ended is stored. */
const ROW = ['v', null, 'buy', 1, 0, 0, 'cancelled', 0, at(0), at(1)] as const;

const aMark = (market: MarketId): MarketMark => ({
  market,
  fence: 1,
  at: at(0),
  mid: price(9),
  position: signedSize(0),
  netPnlUsd: usd(0),
  peakUsd: usd(0),
  dayOpenUsd: usd(0),
  limitsSince: at(0),
  limitsFromUsd: usd(-0.5),
});

const anIntent = (market: MarketId): HedgeIntent => ({
  id: 'h1',
  market,
  openedAt: at(0),
  inventoryUsd: usd(820),
  thresholdUsd: usd(800),
  hedgeFraction: 0.5,
  hedgeMaxSlippageBps: 20,
});

async function controlOf(market: MarketId): Promise<Control> {
  const { client, parametersTable, stateTable } = tables;
  const controls = createDynamoControlStore({ client, parametersTable, stateTable });
  return (await controls.read([market])).get(market)!;
}

async function edit(market: MarketId, item: string, set: string, value: unknown): Promise<void> {
  const path = set.split('.');
  await tables.client.send(
    new UpdateCommand({
      TableName: tables.stateTable,
      Key: { market, item },
      UpdateExpression: `${value === undefined ? 'REMOVE' : 'SET'} ${path.map((part) => `#${part}`).join('.')}${value === undefined ? '' : ' = :value'}`,
      ExpressionAttributeNames: Object.fromEntries(path.map((part) => [`#${part}`, part])),
      ...(value === undefined ? {} : { ExpressionAttributeValues: { ':value': value } }),
    }),
  );
}

async function itemsOf(
  table: string,
  key: string,
  value: string,
): Promise<readonly Record<string, unknown>[]> {
  const answer = await tables.client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: '#key = :value',
      ExpressionAttributeNames: { '#key': key },
      ExpressionAttributeValues: { ':value': value },
    }),
  );
  return answer.Items ?? [];
}

describe('an item that is not what was written', () => {
  it.each([
    ['pnl.fills', '12', 'pnl.fills: '],
    ['pnl.fundingUsd', 'abc', 'pnl.fundingUsd: must be a number'],
    [
      'pnl.position.averageEntry',
      -1,
      'pnl.position.averageEntry: price must be finite and above zero, was -1',
    ],
    ['pnl.markPrice', undefined, 'pnl.markPrice: '],
    ['equity', { firstAt: 1 }, 'equity.'],
    ['newestFillAt', undefined, 'newestFillAt: '],
    ['fundingPaid', ['eight'], 'fundingPaid.0: must be a number'],
    ['adjustments', [{ id: '' }], 'adjustments.0.id: '],
    ['orders.gone', [{ why: 'lost' }], 'orders.gone.0: '],
    ['orders.gone', [[...ROW.slice(0, 6), 'lost', ...ROW.slice(7)]], 'orders.gone.0.6: '],
    ['orders.working', [{ state: 'lost' }], 'orders.working.0.state: '],
    ['orders.working', [{ ...RESTING, knownSince: undefined }], 'orders.working.0.knownSince: '],
    ['orders.working', [{ ...RESTING, remaining: -1 }], 'orders.working.0.remaining: '],
    ['fence', -1, 'fence: '],
  ])('names the session attribute %s', async (attribute, value, problem) => {
    const market = freshMarket();
    await createDynamoSessionStore(state()).save(aSession(market));
    await edit(market, 'SESSION', attribute, value);
    expect(await createDynamoSessionStore(state()).load(market)).toEqual({
      kind: 'unreadable',
      problem: expect.stringContaining(`State ${market}/SESSION: ${problem}`) as string,
    });
  });

  it('names every wrong attribute of the lease, and does not take a broken one for a released one', async () => {
    const market = freshMarket();
    const store = createDynamoLeaseStore(state());
    await store.acquire(wanted(market), at(0), 1000);
    await edit(market, 'LEASE', 'owner', undefined);
    await edit(market, 'LEASE', 'expiresAt', 'soon');
    await expect(store.read(market)).rejects.toThrow(
      /^State purple-flea\/M\d+-PERP\/LEASE: owner: .*; expiresAt: must be a number$/,
    );
  });

  it('names the attribute of the tilt and of the hedge', async () => {
    const market = freshMarket();
    await createDynamoTiltStore(state()).set(aTilt(market));
    await edit(market, 'TILT', 'action', 'lean_up');
    await expect(createDynamoTiltStore(state()).read(market)).rejects.toThrow(
      `State ${market}/TILT: action: `,
    );
    const hedges = createDynamoHedgeStore(state());
    await hedges.open(anIntent(market));
    await edit(market, 'HEDGE', 'status.kind', 'lost');
    await expect(hedges.read(market)).rejects.toThrow(`State ${market}/HEDGE: status.kind: `);
  });

  it('names the key and the attribute of the ledger entry', async () => {
    const market = freshMarket();
    await ledger().append(aFillFact(market, MIDNIGHT, 'f1'));
    const [item] = await itemsOf(tables.ledgerTable, 'marketDay', `${market}#2026-01-05`);
    await tables.client.send(
      new PutCommand({
        TableName: tables.ledgerTable,
        Item: { ...item, entry: { ...(item!['entry'] as object), mid: 'high' } },
      }),
    );
    await expect(ledger().read(market, at(0), at(1))).rejects.toThrow(
      new InputError(
        `Ledger ${market}#2026-01-05/001767571200000#fill#f1: entry.mid: must be a number`,
      ),
    );
  });

  it.each(['fence', 'savedAt'])(
    'does not keep a market untraded: a session without a %s is written over',
    async (attribute) => {
      const market = freshMarket();
      const store = createDynamoSessionStore(state());
      await store.save(aSession(market));
      await edit(market, 'SESSION', attribute, 'seven');
      expect(await store.load(market)).toMatchObject({ kind: 'unreadable' });
      expect(await store.save(aSession(market))).toBe('saved');
      expect(await store.load(market)).toMatchObject({ kind: 'loaded' });
    },
  );

  it('is left out of brains and marks, and the log is told which', async () => {
    const market = freshMarket();
    const warned: unknown[] = [];
    const told = { warn: (_message: string, fields?: object) => void warned.push(fields) };
    const store = createDynamoSessionStore({ ...state(), log: told });
    await store.saveBrain(market, 1, { version: 'brain-1', json: '{}' }, at(0));
    await store.saveMark(aMark(market));
    await edit(market, 'BRAIN', 'json', '{');
    await edit(market, 'MARK', 'mid', -1);
    expect(await store.loadBrain(market)).toBeUndefined();
    expect(await store.marks([market])).toEqual([]);
    expect(warned).toEqual([
      { problem: `State ${market}/BRAIN: json: not JSON` },
      { problem: `State ${market}/MARK: mid: price must be finite and above zero, was -1` },
    ]);
  });

  it('is a halt all the same, and one with nothing but a cause is a whole one', async () => {
    const market = freshMarket();
    const halts = createDynamoHaltStore(state());
    const write = async (attributes: object): Promise<void> => {
      const Item = { market, item: 'HALT', ...attributes };
      await tables.client.send(new PutCommand({ TableName: tables.stateTable, Item }));
    };
    await write({ cause: 'exchange looks odd' });
    const byHand = {
      market,
      cause: 'exchange looks odd',
      text: 'exchange looks odd',
      at: undefined,
      netPnlUsd: undefined,
    };
    expect(await halts.read(market)).toStrictEqual(byHand);
    await write({ because: 7 });
    expect(await halts.read(market)).toMatchObject({
      cause: 'unreadable',
      text: expect.stringContaining(`State ${market}/HALT: cause: `) as string,
    });
    expect((await controlOf(market)).halt).toMatchObject({ cause: 'unreadable' });
    expect(await halts.list()).toContainEqual(await halts.read(market));
    expect(await halts.put({ ...byHand, cause: 'daily-loss-limit' })).toBe(false);
    const lifting = { by: 'ops', reason: 'it was the network', at: at(9) };
    expect(await halts.lift(market, lifting)).toBe('lifted');
    const [kept] = await itemsOf(tables.stateTable, 'market', market);
    expect(kept).toMatchObject({ item: `LIFTED#${at(9)}`, ...lifting, halt: '{"because":7}' });
  });

  it('is ignored as a tilt, named, and replaced by the next one', async () => {
    const market = freshMarket();
    const tilts = createDynamoTiltStore(state());
    await tilts.set(aTilt(market));
    await edit(market, 'TILT', 'fundingTime', 'eight');
    const control = await controlOf(market);
    expect(control.tilt).toBeUndefined();
    expect(control.unread).toEqual([`State ${market}/TILT: fundingTime: must be a number`]);
    expect(await tilts.set(aTilt(market))).toBe(true);
    expect((await controlOf(market)).tilt).toStrictEqual(aTilt(market));
  });

  it('may hold attributes a newer version added', async () => {
    const market = freshMarket();
    await createDynamoSessionStore(state()).save(aSession(market));
    await edit(market, 'SESSION', 'addedLater', 1);
    expect(await createDynamoSessionStore(state()).load(market)).toStrictEqual({
      kind: 'loaded',
      session: aSession(market),
    });
  });
});

describe('what is written', () => {
  it('reads in the console as the domain names it', async () => {
    const market = freshMarket();
    await createDynamoLeaseStore(state()).acquire(wanted(market), at(0), 1000);
    await createDynamoSessionStore(state()).save(aSession(market));
    await createDynamoTiltStore(state()).set(aTilt(market));
    await createDynamoHedgeStore(state()).open(anIntent(market));
    const [hedge, lease, session, tilt, ...rest] = await itemsOf(
      tables.stateTable,
      'market',
      market,
    );
    expect(rest).toEqual([]);
    expect(hedge).toMatchObject({
      item: 'HEDGE',
      intent: { inventoryUsd: 820 },
      status: { kind: 'open' },
    });
    expect(lease).toMatchObject({
      item: 'LEASE',
      owner: 'a',
      fence: 1_767_571_200,
      acquiredAt: MIDNIGHT,
      expiresAt: MIDNIGHT + 1000,
    });
    expect(session).toMatchObject({
      item: 'SESSION',
      fence: 7,
      savedAt: MIDNIGHT + 5,
      pnl: { fills: 0, markPrice: null },
    });
    expect(tilt).toMatchObject({ item: 'TILT', action: 'lean_short', targetRatio: -0.2 });
  });

  it('leaves of a released lease the fence alone', async () => {
    const market = freshMarket();
    const store = createDynamoLeaseStore(state());
    await store.release((await store.acquire(wanted(market), at(0), 1000))!);
    const [item] = await itemsOf(tables.stateTable, 'market', market);
    expect(item).toEqual({
      market,
      item: 'LEASE',
      fence: 1_767_571_200,
      expiresAt: 0,
      writeId: expect.any(String) as string,
    });
  });

  it('is never a session that could not be read back', async () => {
    const market = freshMarket();
    const broken = { ...aSession(market), decisions: 0.5 };
    await expect(createDynamoSessionStore(state()).save(broken)).rejects.toThrow(InvariantError);
    await expect(createDynamoSessionStore(state()).save(broken)).rejects.toThrow(
      `State ${market}/SESSION: not written: decisions: `,
    );
    const infinite = {
      ...aSession(market),
      equity: { ...onEquity(undefined, usd(0), at(0)), peakUsd: Infinity },
    };
    await expect(createDynamoSessionStore(state()).save(infinite)).rejects.toThrow(
      `State ${market}/SESSION: equity.peakUsd: Infinity cannot be stored`,
    );
    expect(await createDynamoSessionStore(state()).load(market)).toEqual({ kind: 'none' });
  });
});

describe('the ledger table', () => {
  it('has a partition per market and UTC day and sorts by time, kind and id', async () => {
    const market = freshMarket();
    await ledger().append(aFillFact(market, MIDNIGHT, 'f1'));
    await ledger().append(aFillFact(market, MIDNIGHT - 1, 'f0'));
    const payment = { market, at: at(0), rate: 1e-4, amountUsd: usd(-1) };
    await ledger().append({
      number: 2,
      fence: 3,
      entry: { kind: 'funding', payment, mid: price(9) },
    });
    const keys = (await itemsOf(tables.ledgerTable, 'marketDay', `${market}#2026-01-05`)).map(
      (item) => item['timeId'],
    );
    expect(keys).toEqual(['001767571200000#fill#f1', '001767571200000#funding#boundary']);
    expect(await itemsOf(tables.ledgerTable, 'marketDay', `${market}#2026-01-04`)).toHaveLength(1);
  });

  it('is read to the end however small its pages are', async () => {
    const market = freshMarket();
    for (let index = 0; index < 7; index += 1)
      await ledger().append(aFillFact(market, MIDNIGHT + index, `f${index}`));
    const client = tables.connect();
    let pages = 0;
    client.middlewareStack.add(
      (next) => (args) => {
        pages += 1;
        return next({ ...args, input: { ...args.input, Limit: 2 } });
      },
      { step: 'initialize', name: 'smallPages' },
    );
    const read = await createDynamoLedger({ client, table: tables.ledgerTable }).read(
      market,
      at(0),
      at(7),
    );
    expect(read.map(({ entry }) => entry.kind === 'fill' && entry.fill.id)).toEqual([
      'f0',
      'f1',
      'f2',
      'f3',
      'f4',
      'f5',
      'f6',
    ]);
    expect(pages).toBe(4);
  });

  it('is not read over more days than it is worth', async () => {
    const reading = ledger().read(BTC, epochMs(MIDNIGHT - 401 * DAY_MS), epochMs(MIDNIGHT));
    await expect(reading).rejects.toThrow(
      new InvariantError('Ledger purple-flea/BTC-PERP: a window of 401 days; allowed: 400'),
    );
  });
});

describe('every read', () => {
  it('is strongly consistent', async () => {
    const client = tables.connect();
    const reads: unknown[] = [];
    client.middlewareStack.add(
      (next) => (args) => {
        reads.push((args.input as { readonly ConsistentRead?: boolean }).ConsistentRead);
        return next(args);
      },
      { step: 'initialize', name: 'recordReads' },
    );
    const table = tables.stateTable;
    await createDynamoSessionStore({ client, table, log }).load(BTC);
    await createDynamoLeaseStore({ client, table, log }).read(BTC);
    await createDynamoHedgeStore({ client, table, log }).read(BTC);
    await createDynamoTiltStore({ client, table, log }).read(BTC);
    await createDynamoLedger({ client, table: tables.ledgerTable }).read(BTC, at(0), at(1));
    await createDynamoParameterStore({
      client,
      parametersTable: tables.parametersTable,
      stateTable: table,
      log,
    }).read(BTC);
    await createDynamoHaltStore({ client, table, log }).read(BTC);
    expect(reads).toEqual(Array.from({ length: 9 }, () => true));
  });
});

describe('a database that does not answer as it should', () => {
  it('is an error with the item, the cause and nothing else of the SDK', async () => {
    const store = createDynamoSessionStore({ client: tables.client, table: 'Missing', log });
    const error: unknown = await store.load(BTC).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      message:
        'State purple-flea/BTC-PERP/SESSION: ResourceNotFoundException: Requested resource not found',
    });
    expect(Object.getOwnPropertyNames(error).sort()).toEqual(['message', 'stack']);
  });

  it('is named by its code where the error has no message', async () => {
    const client = tables.connect({ maxAttempts: 1 });
    client.middlewareStack.add(
      () => () => {
        throw Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' });
      },
      { step: 'initialize', name: 'unreachable' },
    );
    const loading = createDynamoSessionStore({ client, table: 'State', log }).load(BTC);
    await expect(loading).rejects.toThrow(
      new Error('State purple-flea/BTC-PERP/SESSION: AggregateError ECONNREFUSED: '),
    );
  });

  it('is named when it is not there at all', async () => {
    const store = createDynamoSessionStore({
      client: tables.connect({ endpoint: 'http://127.0.0.1:1', maxAttempts: 1 }),
      table: 'State',
      log,
    });
    await expect(store.load(BTC)).rejects.toThrow(
      /^State purple-flea\/BTC-PERP\/SESSION: .*ECONNREFUSED/,
    );
  });
});
