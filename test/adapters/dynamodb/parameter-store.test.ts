import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MarketId } from '#shared/domain/market-id.ts';
import { createDynamoParameterStore } from '#shared/adapters/dynamodb/parameter-store.ts';
import { epochMs } from '#shared/domain/units.ts';
import type { ParameterReading, ParameterStore } from '#shared/ports/parameter-store.ts';
import { defaultParameters } from '#shared/schema/parameters.ts';
import { type DynaliteTables, startDynaliteTables } from '#test/floors/dynalite-tables.ts';
import { createInMemoryParameterStore } from '#test/floors/in-memory-stores.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { BTC } from '#test/builders/market.ts';

let tables: DynaliteTables;
beforeAll(async () => {
  tables = await startDynaliteTables();
});
afterAll(() => tables.stop());
afterEach(async () => {
  await inDynamo().write('DEFAULT', {});
});

interface Edited {
  readonly store: ParameterStore;
  write(item: string, attributes: Readonly<Record<string, unknown>>): Promise<void>;
}

function inDynamo(): Edited {
  const { client, parametersTable, stateTable } = tables;
  return {
    store: createDynamoParameterStore({ client, parametersTable, stateTable }),
    write: async (item, attributes) => {
      const typed: Record<string, unknown> = Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [
          name,
          isTooLargeForTheSdk(value) ? BigInt(value) : value,
        ]),
      );
      await client.send(
        new PutCommand({ TableName: parametersTable, Item: { market: item, ...typed } }),
      );
    },
  };
}

const isTooLargeForTheSdk = (value: unknown): value is number =>
  typeof value === 'number' && value > Number.MAX_SAFE_INTEGER;

function inMemory(): Edited {
  const store = createInMemoryParameterStore();
  return { store, write: async (item, attributes) => store.write(item, attributes) };
}

const refusal = (reading: ParameterReading): readonly string[] =>
  reading.kind === 'refused' ? reading.problems : [];

describe.each([
  ['in DynamoDB', inDynamo],
  ['in memory', inMemory],
])('the parameter store %s', (_where, create) => {
  it('reads the built-in defaults where nobody wrote anything', async () => {
    const { store } = create();
    expect(await store.read(freshMarket())).toStrictEqual({
      kind: 'accepted',
      version: defaultParameters(),
    });
  });

  it('merges DEFAULT and the market, the market over DEFAULT, and sees an edit at the next reading', async () => {
    const { store, write } = create();
    const market = freshMarket();
    await write('DEFAULT', { baseSpreadBps: 7, skewFactor: 0.3 });
    await write(market, { baseSpreadBps: 9 });
    expect(await store.read(market)).toMatchObject({
      version: { values: { baseSpreadBps: 9, skewFactor: 0.3 } },
    });
    await write('DEFAULT', {});
    await write(market, { baseSpreadBps: 10 });
    expect(await store.read(market)).toMatchObject({
      version: { values: { baseSpreadBps: 10, skewFactor: 0.5 } },
    });
  });

  it('refuses a number written as text and says what to write, and where', async () => {
    const { store, write } = create();
    const market = freshMarket();
    await write(market, { baseSpreadBps: '5', allowBelowCost: 'true', mode: 1 });
    expect(refusal(await store.read(market))).toEqual([
      `baseSpreadBps is "5"; allowed: 0.1 to 1000, as a number (type N), not a text (in item ${market})`,
      `allowBelowCost is "true"; allowed: true, false, as a boolean (type BOOL), not a text (in item ${market})`,
      `mode is 1; allowed: off, paper, live, as a text (type S) (in item ${market})`,
    ]);
  });

  it('refuses a value out of range, a name it does not know and a number beyond 2^53, and names the item to correct', async () => {
    const { store, write } = create();
    const market = freshMarket();
    await write('DEFAULT', { skewFactor: 2, baseSpredBps: 5 });
    await write(market, { quoteSizeUsd: 1e20 });
    expect(refusal(await store.read(market))).toEqual([
      'skewFactor is 2; allowed: 0 to 1 (in item DEFAULT)',
      'baseSpredBps is not a parameter (did you mean "baseSpreadBps"?) (in item DEFAULT)',
      `quoteSizeUsd is 100000000000000000000; allowed: 1 to 10000000 (in item ${market})`,
    ]);
  });

  it('names the market where it overrides DEFAULT with something wrong, and accepts where it overrides something wrong', async () => {
    const { store, write } = create();
    const market = freshMarket();
    await write('DEFAULT', { skewFactor: 0.3 });
    await write(market, { skewFactor: 2 });
    expect(refusal(await store.read(market))).toEqual([
      `skewFactor is 2; allowed: 0 to 1 (in item ${market})`,
    ]);
    await write('DEFAULT', { skewFactor: 2 });
    await write(market, { skewFactor: 0.3 });
    expect(await store.read(market)).toMatchObject({
      kind: 'accepted',
      version: { values: { skewFactor: 0.3 } },
    });
  });

  it('refuses values that contradict each other', async () => {
    const { store, write } = create();
    const market = freshMarket();
    await write(market, { minSpreadBps: 60 });
    expect(refusal(await store.read(market))).toEqual([
      `minSpreadBps is 60; allowed: at most maxSpreadBps, which is 50 (in item ${market})`,
    ]);
  });

  it('refuses whatever else a person can put into an attribute', async () => {
    const { store, write } = create();
    const market = freshMarket();
    await write(market, {
      levels: null,
      mode: new Set(['live']),
      skewFactor: { N: 1 },
      hedgeFraction: [0.5],
      takerFeeBps: null,
    });
    expect(refusal(await store.read(market))).toHaveLength(5);
  });
});

describe('the audit of parameters', () => {
  const auditOf = async (market: MarketId, version: string): Promise<unknown> =>
    (
      await tables.client.send(
        new GetCommand({
          TableName: tables.stateTable,
          Key: { market, item: `PARAMS#${version}` },
        }),
      )
    ).Item;

  it('keeps an accepted version with its values, when it was first seen and what changed, and nothing written later', async () => {
    const { store, write } = inDynamo();
    const market = freshMarket();
    await write(market, { baseSpreadBps: 6 });
    const reading = await store.read(market);
    if (reading.kind !== 'accepted') throw new Error('refused');
    const kept = {
      market,
      item: `PARAMS#${reading.version.version}`,
      status: 'accepted',
      values: expect.objectContaining({ baseSpreadBps: 6, mode: 'paper' }) as unknown,
      firstSeenAt: 1000,
      changes: ['baseSpreadBps 5 -> 6'],
    };
    await store.record(market, reading, epochMs(1000), ['baseSpreadBps 5 -> 6']);
    await store.record(market, reading, epochMs(2000), []);
    expect(await auditOf(market, reading.version.version)).toEqual(kept);
  });

  it('keeps a refused one with its problems', async () => {
    const { store, write } = inDynamo();
    const market = freshMarket();
    await write(market, { baseSpreadBps: -1 });
    const reading = await store.read(market);
    if (reading.kind !== 'refused') throw new Error('accepted');
    await store.record(market, reading, epochMs(1000), []);
    expect(await auditOf(market, reading.version)).toEqual({
      market,
      item: `PARAMS#${reading.version}`,
      status: 'refused',
      problems: [`baseSpreadBps is -1; allowed: 0.1 to 1000 (in item ${market})`],
      firstSeenAt: 1000,
      changes: [],
    });
  });

  it('is kept in memory once per version too', async () => {
    const store = createInMemoryParameterStore();
    const reading = await store.read(BTC);
    await store.record(BTC, reading, epochMs(1), ['first']);
    await store.record(BTC, reading, epochMs(2), ['second']);
    expect(store.audits()).toStrictEqual([
      { market: BTC, reading, at: epochMs(1), changes: ['first'] },
    ]);
  });
});
