import { describe } from 'vitest';
import { describesAHedgeStore } from '#test/contracts/hedge-store-contract.ts';
import { describesALeaseStore } from '#test/contracts/lease-store-contract.ts';
import { describesALedger } from '#test/contracts/ledger-contract.ts';
import { describesASessionStore } from '#test/contracts/session-store-contract.ts';
import { describesAHaltStore } from '#test/contracts/halt-store-contract.ts';
import { describesATiltStore } from '#test/contracts/tilt-store-contract.ts';
import {
  createInMemoryHaltStore,
  createInMemoryHedgeStore,
  createInMemoryLeaseStore,
  createInMemoryLedger,
  createInMemorySessionStore,
  createInMemoryTiltStore,
} from '#test/floors/in-memory-stores.ts';

const NUM_RUNS = 200;

describe('the stores in memory', () => {
  const lease = createInMemoryLeaseStore();
  const session = createInMemorySessionStore();
  const ledger = createInMemoryLedger();
  const hedge = createInMemoryHedgeStore();
  const halts = createInMemoryHaltStore();
  const tilt = createInMemoryTiltStore();
  describesALeaseStore(() => lease, NUM_RUNS);
  describesASessionStore(() => session, NUM_RUNS);
  describesALedger(() => ledger, NUM_RUNS);
  describesAHedgeStore(() => hedge, NUM_RUNS);
  describesAHaltStore(() => halts);
  describesATiltStore(() => tilt, NUM_RUNS);
});
