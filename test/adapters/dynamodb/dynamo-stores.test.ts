import { PutCommand } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoControlStore } from '#shared/adapters/dynamodb/control-store.ts';
import { createDynamoHaltStore } from '#shared/adapters/dynamodb/halt-store.ts';
import { createDynamoHedgeStore } from '#shared/adapters/dynamodb/hedge-store.ts';
import { createDynamoLeaseStore } from '#shared/adapters/dynamodb/lease-store.ts';
import { createDynamoLedger } from '#shared/adapters/dynamodb/ledger.ts';
import { createDynamoParameterStore } from '#shared/adapters/dynamodb/parameter-store.ts';
import { createDynamoSessionStore } from '#shared/adapters/dynamodb/session-store.ts';
import { createDynamoTiltStore } from '#shared/adapters/dynamodb/tilt-store.ts';
import { createMemoryLeaseStore } from '#shared/adapters/memory/lease-store.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { describesAControlStore } from '#test/contracts/control-store-contract.ts';
import { describesAHaltStore } from '#test/contracts/halt-store-contract.ts';
import { describesAHedgeStore } from '#test/contracts/hedge-store-contract.ts';
import { leaseSteps, playLease } from '#test/contracts/lease-play.ts';
import { describesALeaseStore } from '#test/contracts/lease-store-contract.ts';
import { describesALedger } from '#test/contracts/ledger-contract.ts';
import { describesAParameterStore } from '#test/contracts/parameter-store-contract.ts';
import { describesASessionStore } from '#test/contracts/session-store-contract.ts';
import { describesATiltStore } from '#test/contracts/tilt-store-contract.ts';
import { type DynaliteTables, startDynaliteTables } from '#test/floors/dynalite-tables.ts';

/** Each run is a dozen requests; the same properties run two hundred times in memory. */
const NUM_RUNS = 20;

let tables: DynaliteTables;
beforeAll(async () => {
  tables = await startDynaliteTables();
});
afterAll(() => tables.stop());

const log = { warn: () => undefined };
const state = () => ({ client: tables.client, table: tables.stateTable, log });
const parameterTables = () => ({
  client: tables.client,
  parametersTable: tables.parametersTable,
  stateTable: tables.stateTable,
});

/** As a person does in the console, who may also type a number beyond 2^53. */
async function put(item: string, attributes: Readonly<Record<string, unknown>>): Promise<void> {
  const typed = Object.entries(attributes).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'number' && value > Number.MAX_SAFE_INTEGER ? BigInt(value) : value,
  ]);
  await tables.client.send(
    new PutCommand({
      TableName: tables.parametersTable,
      Item: { market: item, ...Object.fromEntries<unknown>(typed) },
    }),
  );
}

describe('the stores in DynamoDB', () => {
  describesALeaseStore(() => createDynamoLeaseStore(state()), NUM_RUNS);
  it('keeps leases to the letter as the store in memory does', async () => {
    await fc.assert(
      fc.asyncProperty(leaseSteps, async (steps) => {
        const market = freshMarket();
        const inMemory = await playLease(createMemoryLeaseStore(), market, steps);
        expect(await playLease(createDynamoLeaseStore(state()), market, steps)).toStrictEqual(
          inMemory,
        );
      }),
      { numRuns: NUM_RUNS },
    );
  });

  describesASessionStore(() => createDynamoSessionStore(state()), NUM_RUNS);
  describesALedger(
    () => createDynamoLedger({ client: tables.client, table: tables.ledgerTable }),
    NUM_RUNS,
  );
  describesAHedgeStore(() => createDynamoHedgeStore(state()), NUM_RUNS);
  describesAHaltStore(() => createDynamoHaltStore(state()));
  describesATiltStore(() => createDynamoTiltStore(state()), NUM_RUNS);
  describesAParameterStore(() => ({
    store: createDynamoParameterStore({ ...parameterTables(), log }),
    put,
  }));
  describesAControlStore(() => ({
    store: createDynamoControlStore(parameterTables()),
    put,
    tilts: createDynamoTiltStore(state()),
    halts: createDynamoHaltStore(state()),
  }));
});
