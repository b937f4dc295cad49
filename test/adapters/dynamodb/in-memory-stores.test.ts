import { describe } from 'vitest';
import { describesAHedgeStore } from '#test/support/aws-hedge-contract.ts';
import { describesALeaseStore } from '#test/support/aws-lease-contract.ts';
import { describesALedger } from '#test/support/aws-ledger-contract.ts';
import { describesASessionStore } from '#test/support/aws-session-contract.ts';
import { describesAHaltStore } from '#test/support/aws-halt-contract.ts';
import { describesATiltStore } from '#test/support/aws-tilt-contract.ts';
import {
  createInMemoryHaltStore,
  createInMemoryHedgeStore,
  createInMemoryLeaseStore,
  createInMemoryLedger,
  createInMemorySessionStore,
  createInMemoryTiltStore,
} from '#test/support/in-memory-stores.ts';

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
