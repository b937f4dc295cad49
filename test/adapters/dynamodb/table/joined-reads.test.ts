import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoControlStore } from '#shared/adapters/dynamodb/control-store.ts';
import { createDynamoHedgeStore } from '#shared/adapters/dynamodb/hedge-store.ts';
import { createDynamoSessionStore } from '#shared/adapters/dynamodb/session-store.ts';
import { createDynamoTiltStore } from '#shared/adapters/dynamodb/tilt-store.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { aTilt } from '#test/contracts/tilt-store-contract.ts';
import { type DynaliteTables, startDynaliteTables } from '#test/floors/dynalite-tables.ts';

let tables: DynaliteTables;
beforeAll(async () => {
  tables = await startDynaliteTables();
});
afterAll(() => tables.stop());

/** Stores of one connection, and what it sent. */
function opened(table = tables.stateTable) {
  const client = tables.connect({ maxAttempts: 1 });
  const sent: string[] = [];
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        sent.push(String(commandName));
        return next(args);
      },
    { step: 'initialize', name: 'recordCommands' },
  );
  const options = { client, table, log: { warn: () => undefined } };
  const { parametersTable } = tables;
  return {
    sent,
    control: createDynamoControlStore({ client, parametersTable, stateTable: table }),
    sessions: createDynamoSessionStore(options),
    hedges: createDynamoHedgeStore(options),
    tilts: createDynamoTiltStore(options),
  };
}

describe('what stores of one connection read in the same moment', () => {
  it('is one call, and each is answered with its own, also where two want the same item', async () => {
    const { sent, control, sessions, hedges, tilts } = opened();
    const [one, other] = [freshMarket(), freshMarket()];
    await tilts.set(aTilt(one));
    await sessions.saveBrain(other, 1, { version: 'v', json: '1' }, aTilt(one).setAt);
    sent.length = 0;
    const [controls, brain, none, row, tilt, again] = await Promise.all([
      control.read([one, other]),
      sessions.loadBrain(other),
      sessions.load(one),
      hedges.read(other),
      tilts.read(one),
      tilts.read(one),
    ]);
    expect(sent).toEqual(['BatchGetItemCommand']);
    expect(controls.get(one)?.tilt).toEqual(aTilt(one));
    expect(controls.get(other)?.tilt).toBeUndefined();
    expect(brain).toEqual({ version: 'v', json: '1' });
    expect(none).toEqual({ kind: 'none' });
    expect(row).toBeUndefined();
    expect([tilt, again]).toEqual([aTilt(one), aTilt(one)]);
  });

  it('is asked for as a single item where it is one, and anew in another moment', async () => {
    const { sent, tilts, hedges } = opened();
    const market = freshMarket();
    await Promise.all([tilts.read(market), tilts.read(market)]);
    await hedges.read(market);
    expect(sent).toEqual(['GetItemCommand', 'GetItemCommand']);
  });

  it('fails for all of them when the call does, and each can tell what was asked', async () => {
    const { sent, sessions, hedges } = opened('Missing');
    const market = freshMarket();
    const outcomes = await Promise.allSettled([sessions.load(market), hedges.read(market)]);
    expect(sent).toEqual(['BatchGetItemCommand']);
    for (const outcome of outcomes)
      expect(String(outcome.status === 'rejected' && outcome.reason)).toBe(
        `Error: State ${market}/SESSION, State ${market}/HEDGE: ResourceNotFoundException: Requested resource not found`,
      );
    await expect(hedges.read(market)).rejects.toThrow(`State ${market}/HEDGE: `);
  });
});
