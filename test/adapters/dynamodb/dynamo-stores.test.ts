import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoHaltStore } from '#shared/adapters/dynamodb/halt-store.ts';
import { createDynamoHedgeStore } from '#shared/adapters/dynamodb/hedge-store.ts';
import { createDynamoLeaseStore } from '#shared/adapters/dynamodb/lease-store.ts';
import { createDynamoLedger } from '#shared/adapters/dynamodb/ledger.ts';
import { createDynamoSessionStore } from '#shared/adapters/dynamodb/session-store.ts';
import { createDynamoTiltStore } from '#shared/adapters/dynamodb/tilt-store.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { describesAHedgeStore } from '#test/contracts/hedge-store-contract.ts';
import { describesALeaseStore } from '#test/contracts/lease-store-contract.ts';
import { leaseSteps, playLease } from '#test/contracts/lease-play.ts';
import { describesALedger } from '#test/contracts/ledger-contract.ts';
import { describesASessionStore } from '#test/contracts/session-store-contract.ts';
import { describesAHaltStore } from '#test/contracts/halt-store-contract.ts';
import { describesATiltStore } from '#test/contracts/tilt-store-contract.ts';
import { type DynaliteTables, startDynaliteTables } from '#test/floors/dynalite-tables.ts';
import { createInMemoryLeaseStore } from '#test/floors/in-memory-stores.ts';

/** Each run is a dozen requests; the same properties run two hundred times in memory. */
const NUM_RUNS = 20;

let tables: DynaliteTables;
beforeAll(async () => {
  tables = await startDynaliteTables();
});
afterAll(() => tables.stop());

describe('the stores in DynamoDB', () => {
  const state = (): { client: DynaliteTables['client']; table: string } => ({
    client: tables.client,
    table: tables.stateTable,
  });
  describesALeaseStore(() => createDynamoLeaseStore(state()), NUM_RUNS);
  it('keeps leases to the letter as the store in memory does', async () => {
    await fc.assert(
      fc.asyncProperty(leaseSteps, async (steps) => {
        const market = freshMarket();
        const inMemory = await playLease(createInMemoryLeaseStore(), market, steps);
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
});
