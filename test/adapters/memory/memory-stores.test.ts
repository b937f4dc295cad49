import { describe, expect, it } from 'vitest';
import { createMemoryControlStore } from '#shared/adapters/memory/control-store.ts';
import { createMemoryHaltStore } from '#shared/adapters/memory/halt-store.ts';
import { createMemoryHedgeStore } from '#shared/adapters/memory/hedge-store.ts';
import { createMemoryLeaseStore } from '#shared/adapters/memory/lease-store.ts';
import { createMemoryLedger } from '#shared/adapters/memory/ledger.ts';
import { createMemoryParameterStore } from '#shared/adapters/memory/parameter-store.ts';
import { createMemorySessionStore } from '#shared/adapters/memory/session-store.ts';
import { createMemoryTiltStore } from '#shared/adapters/memory/tilt-store.ts';
import { epochMs } from '#shared/domain/units.ts';
import { freshMarket } from '#test/builders/fresh-market.ts';
import { describesAControlStore } from '#test/contracts/control-store-contract.ts';
import { aHalt, describesAHaltStore } from '#test/contracts/halt-store-contract.ts';
import { describesAHedgeStore } from '#test/contracts/hedge-store-contract.ts';
import { describesALeaseStore } from '#test/contracts/lease-store-contract.ts';
import { describesALedger } from '#test/contracts/ledger-contract.ts';
import { describesAParameterStore } from '#test/contracts/parameter-store-contract.ts';
import { describesASessionStore } from '#test/contracts/session-store-contract.ts';
import { describesATiltStore } from '#test/contracts/tilt-store-contract.ts';

const NUM_RUNS = 200;

describe('the stores in memory', () => {
  const lease = createMemoryLeaseStore();
  const session = createMemorySessionStore();
  const ledger = createMemoryLedger();
  const hedge = createMemoryHedgeStore();
  const halts = createMemoryHaltStore();
  const tilts = createMemoryTiltStore();
  const parameters = createMemoryParameterStore();
  const edited = {
    store: parameters,
    put: async (item: string, attributes: object) => parameters.put(item, { ...attributes }),
  };
  describesALeaseStore(() => lease, NUM_RUNS);
  describesASessionStore(() => session, NUM_RUNS);
  describesALedger(() => ledger, NUM_RUNS);
  describesAHedgeStore(() => hedge, NUM_RUNS);
  describesAHaltStore(() => halts);
  describesATiltStore(() => tilts, NUM_RUNS);
  describesAParameterStore(() => edited);
  describesAControlStore(() => ({
    store: createMemoryControlStore({ parameters, tilts, halts }),
    put: edited.put,
    tilts,
    halts,
  }));

  it('remember who lifted a halt, and why', async () => {
    const halt = aHalt(freshMarket());
    await halts.put(halt);
    const lifting = { by: 'ops', reason: 'seen', at: epochMs(1_767_600_000_000) };
    await halts.lift(halt.market, lifting);
    expect(halts.lifted()).toContainEqual({ halt, lifting });
  });
});
