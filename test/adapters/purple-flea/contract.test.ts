import { afterEach, describe } from 'vitest';
import { describesAccountHistory } from '#test/contracts/account-history-contract.ts';
import { describesExecution } from '#test/contracts/execution-contract.ts';
import { describesMarketData } from '#test/contracts/market-data-contract.ts';
import { closeExchanges } from '#test/floors/exchange-over-http.ts';
import { openOverHttp } from './open-play.ts';

afterEach(closeExchanges);

describe('the adapter of Purple Flea over HTTP', () => {
  describesMarketData(openOverHttp);
  describesExecution(openOverHttp, 'none');
  describesAccountHistory(openOverHttp);
});
