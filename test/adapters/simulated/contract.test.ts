import { describe } from 'vitest';
import { describesAccountHistory } from '#test/contracts/account-history-contract.ts';
import { describesExecution } from '#test/contracts/execution-contract.ts';
import { describesMarketData } from '#test/contracts/market-data-contract.ts';
import { openInProcess } from './open-play.ts';

describe('the simulated venue in process', () => {
  describesMarketData(openInProcess());
  describesExecution(openInProcess(), 'none');
  describesAccountHistory(openInProcess());
});

describe.each(['to-the-back', 'shrinks-in-place'] as const)(
  'the simulated venue in process that modifies %s',
  (modify) => {
    describesExecution(openInProcess(modify), modify);
  },
);
