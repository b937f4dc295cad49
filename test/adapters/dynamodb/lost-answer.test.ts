import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MarketId } from '#shared/domain/venue/market-id.ts';
import { createDynamoHedgeStore } from '#shared/adapters/dynamodb/hedge-store.ts';
import { createDynamoLeaseStore } from '#shared/adapters/dynamodb/lease-store.ts';
import { createDynamoLedger } from '#shared/adapters/dynamodb/ledger.ts';
import { createDynamoTiltStore } from '#shared/adapters/dynamodb/tilt-store.ts';
import { type EpochMs, epochMs, usd } from '#shared/domain/units.ts';
import type { LeaseWanted, YieldRequest } from '#shared/ports/stores/lease-store.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { aFillFact } from '#test/contracts/ledger-contract.ts';
import { losingFirstAnswers, retryAtOnce } from '#test/floors/faults/lost-answer.ts';
import { aTilt } from '#test/contracts/tilt-store-contract.ts';
import { type DynaliteTables, startDynaliteTables } from '#test/floors/dynalite-tables.ts';

const at = (ms: number): EpochMs => epochMs(1_767_571_200_000 + ms);
const log = { warn: () => undefined };
const wanted = (group: MarketId, owner: string): LeaseWanted => ({
  group,
  owner,
  markets: [group],
  leastFence: 0,
});
const ask: YieldRequest = { by: 'b', until: at(30_000), ready: [], cannot: [] };
const intentOf = (market: MarketId) => ({
  id: 'h1',
  market,
  openedAt: at(0),
  inventoryUsd: usd(820),
  thresholdUsd: usd(800),
  hedgeFraction: 0.5,
  hedgeMaxSlippageBps: 20,
});

let tables: DynaliteTables;
let lossy: DynaliteTables['client'];
beforeAll(async () => {
  tables = await startDynaliteTables();
  lossy = losingFirstAnswers(tables.connect({ retryStrategy: retryAtOnce }));
});
afterAll(() => tables.stop());

describe('a write whose answer is lost and that the SDK sends again', () => {
  it('holds the lease it took, with the fence counted up once', async () => {
    const store = createDynamoLeaseStore({ client: lossy, table: tables.stateTable, log });
    const market = freshMarket();
    expect(await store.acquire(wanted(market, 'a'), at(0), 10_000)).toMatchObject({
      owner: 'a',
      fence: 1_767_571_200,
    });
    expect(await store.acquire(wanted(market, 'a'), at(1), 10_000)).toBeUndefined();
  });

  it('renews, yields and releases as if nothing had happened', async () => {
    const store = createDynamoLeaseStore({ client: lossy, table: tables.stateTable, log });
    const market = freshMarket();
    const lease = (await store.acquire(wanted(market, 'a'), at(0), 10_000))!;
    await store.requestYield(lease, ask);
    expect(await store.renew(lease, at(5000), 10_000)).toMatchObject({
      expiresAt: at(15_000),
      yieldTo: ask,
    });
    await store.release(lease);
    expect(await store.read(market)).toBeUndefined();
  });

  it('says written of the fact it wrote', async () => {
    const ledger = createDynamoLedger({ client: lossy, table: tables.ledgerTable });
    const fact = aFillFact(freshMarket(), at(0), 'f1');
    expect(await ledger.append(fact)).toEqual({ kind: 'written' });
    expect(await ledger.append(fact)).toEqual({ kind: 'already-there', stored: fact });
  });

  it('opens, claims and completes the hedge it is at', async () => {
    const store = createDynamoHedgeStore({ client: lossy, table: tables.stateTable, log });
    const market = freshMarket();
    expect(await store.open(intentOf(market))).toBe(true);
    expect(await store.open(intentOf(market))).toBe(false);
    expect(await store.claim(market, 'h1', 'a', at(0), 1000)).toBe(true);
    expect(await store.claim(market, 'h1', 'a', at(0), 1000)).toBe(false);
    expect(
      await store.complete(market, 'h1', 'a', { kind: 'not-needed', inventoryUsd: usd(1) }, at(1)),
    ).toBe(true);
    expect(
      await store.complete(market, 'h1', 'a', { kind: 'not-needed', inventoryUsd: usd(1) }, at(1)),
    ).toBe(false);
  });

  it('sets the tilt it set', async () => {
    const store = createDynamoTiltStore({ client: lossy, table: tables.stateTable, log });
    const tilt = aTilt(freshMarket());
    expect(await store.set(tilt)).toBe(true);
    expect(await store.set(tilt)).toBe(false);
  });
});

describe('a copy of a write that arrives late', () => {
  /**
   * The last command of a kind that a store of this client sent, to be sent once more afterwards.
   */
  function recording(): { readonly client: DynaliteTables['client']; again(): Promise<unknown> } {
    const client = tables.connect({ maxAttempts: 1 });
    const sent: (() => Promise<unknown>)[] = [];
    client.middlewareStack.add(
      (next, context) => (args) => {
        const input = structuredClone(args.input) as never;
        if (context.commandName === 'UpdateItemCommand')
          sent.push(() => tables.client.send(new UpdateCommand(input)));
        if (context.commandName === 'PutItemCommand')
          sent.push(() => tables.client.send(new PutCommand(input)));
        return next(args);
      },
      { step: 'initialize', priority: 'high', name: 'record' },
    );
    return { client, again: () => sent[0]!() };
  }

  it('does not reopen a hedge that is claimed or done', async () => {
    const { client, again } = recording();
    const market = freshMarket();
    await createDynamoHedgeStore({ client, table: tables.stateTable, log }).open(intentOf(market));
    const store = createDynamoHedgeStore({ client: tables.client, table: tables.stateTable, log });
    await store.claim(market, 'h1', 'a', at(0), 1000);
    await expect(again()).rejects.toThrow('conditional');
    await store.complete(market, 'h1', 'a', { kind: 'gave-up', reason: 'no liquidity' }, at(1));
    await expect(again()).rejects.toThrow('conditional');
    expect(await store.read(market)).toMatchObject({ status: { kind: 'done' } });
  });

  it('does not claim again what was completed since', async () => {
    const { client, again } = recording();
    const market = freshMarket();
    const store = createDynamoHedgeStore({ client: tables.client, table: tables.stateTable, log });
    await store.open(intentOf(market));
    await createDynamoHedgeStore({ client, table: tables.stateTable, log }).claim(
      market,
      'h1',
      'a',
      at(0),
      1000,
    );
    await store.complete(market, 'h1', 'a', { kind: 'gave-up', reason: 'no liquidity' }, at(1));
    await expect(again()).rejects.toThrow('conditional');
  });

  it('does not end a longer renewal of the lease early', async () => {
    const { client, again } = recording();
    const store = createDynamoLeaseStore({ client: tables.client, table: tables.stateTable, log });
    const lease = (await store.acquire(wanted(freshMarket(), 'a'), at(0), 10_000))!;
    await createDynamoLeaseStore({ client, table: tables.stateTable, log }).renew(
      lease,
      at(3000),
      10_000,
    );
    await store.renew(lease, at(6000), 10_000);
    await expect(again()).rejects.toThrow('conditional');
    expect(await store.read(lease.group)).toMatchObject({ expiresAt: at(16_000) });
  });

  it('does not put an earlier tilt back over a later one', async () => {
    const { client, again } = recording();
    const tilt = aTilt(freshMarket());
    await createDynamoTiltStore({ client, table: tables.stateTable, log }).set(tilt);
    const store = createDynamoTiltStore({ client: tables.client, table: tables.stateTable, log });
    await store.set({ ...tilt, fundingTime: epochMs(tilt.fundingTime + 1) });
    await expect(again()).rejects.toThrow('conditional');
  });
});
