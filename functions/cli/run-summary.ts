import Table from 'cli-table3';
import type { MarketResult, RunResult, RunTotal } from './local-cloud/run-result.ts';

/** The run as a table for people: a column a market, and the total. */
export function summaryTable({ markets, total, problems }: RunResult): string {
  const table = new Table({
    head: ['', ...Object.keys(markets), 'total'],
    colAligns: ['left', ...Object.keys(markets).map(() => 'right' as const), 'right'],
    style: { head: [], border: [], compact: true },
  });
  const results = Object.values(markets);
  for (const { name, ofMarket, ofTotal } of ROWS)
    table.push([name, ...results.map(ofMarket), ofTotal(total)]);
  const end =
    problems.length === 0
      ? 'The books close: every change of the venue’s equity is explained.'
      : `Not sound: ${problems.join('; ')}`;
  return `${table.toString()}\n${total.seconds.toFixed(1)} s, ${Math.round(total.eventsPerSecond)} market events/s, ${total.invocations} invocations, decisions ${total.decisionsHash}\n${end}`;
}

interface Row {
  readonly name: string;
  readonly ofMarket: (market: MarketResult) => string;
  readonly ofTotal: (total: RunTotal) => string;
}

const count = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: 0 });
const money = (value: number): string =>
  (value < 0 ? '' : ' ') +
  value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const share = (value: number | undefined): string => (value === undefined ? '-' : percent(value));
const inBps = (value: number | undefined): string =>
  value === undefined ? '-' : `${value.toFixed(2)} bps`;
const none = (): string => '';

const ROWS: readonly Row[] = [
  {
    name: 'minutes of market',
    ofMarket: (market) => market.marketMinutes.toFixed(0),
    ofTotal: none,
  },
  {
    name: 'quotes placed',
    ofMarket: (market) => count(market.quotesPlaced),
    ofTotal: (total) => count(total.quotesPlaced),
  },
  {
    name: 'fills',
    ofMarket: (market) => count(market.fills),
    ofTotal: (total) => count(total.fills),
  },
  {
    name: 'fill rate',
    ofMarket: (market) => percent(market.fillRate),
    ofTotal: (total) => percent(total.fillRate),
  },
  {
    name: 'two-sided',
    ofMarket: (market) => percent(market.twoSidedUptime),
    ofTotal: (total) => percent(total.twoSidedUptime),
  },
  {
    name: 'hedges',
    ofMarket: (market) => count(market.hedges),
    ofTotal: (total) => count(total.hedges),
  },
  {
    name: 'funding checks',
    ofMarket: (market) => count(market.fundingChecks),
    ofTotal: (total) => count(total.fundingChecks),
  },
  {
    name: 'volume USD',
    ofMarket: (market) => count(market.volumeUsd),
    ofTotal: (total) => count(total.volumeUsd),
  },
  {
    name: 'inventory USD',
    ofMarket: (market) => `${count(market.minInventoryUsd)} … ${count(market.maxInventoryUsd)}`,
    ofTotal: none,
  },
  {
    name: 'turnover a day',
    ofMarket: (market) =>
      market.inventoryTurnoverPerDay === undefined ? '-' : count(market.inventoryTurnoverPerDay),
    ofTotal: none,
  },
  {
    name: 'realised spread',
    ofMarket: (market) => inBps(market.realizedSpreadBps),
    ofTotal: (total) => inBps(total.realizedSpreadBps),
  },
  {
    name: 'markout 30 s',
    ofMarket: (market) => inBps(market.markoutBps['30s']),
    ofTotal: (total) => inBps(total.markoutBps['30s']),
  },
  {
    name: 'adverse fills',
    ofMarket: (market) => share(market.adverseSelectionRatio),
    ofTotal: (total) => share(total.adverseSelectionRatio),
  },
  {
    name: 'spread income',
    ofMarket: (market) => money(market.spreadIncomeUsd),
    ofTotal: (total) => money(total.spreadIncomeUsd),
  },
  {
    name: 'maker fees',
    ofMarket: (market) => money(market.makerFeesUsd),
    ofTotal: (total) => money(total.makerFeesUsd),
  },
  {
    name: 'taker fees',
    ofMarket: (market) => money(market.takerFeesUsd),
    ofTotal: (total) => money(total.takerFeesUsd),
  },
  {
    name: 'inventory P&L',
    ofMarket: (market) => money(market.inventoryPnlUsd),
    ofTotal: (total) => money(total.inventoryPnlUsd),
  },
  {
    name: 'hedge cost',
    ofMarket: (market) => money(market.hedgeCostUsd),
    ofTotal: (total) => money(total.hedgeCostUsd),
  },
  {
    name: 'funding',
    ofMarket: (market) => money(market.fundingUsd),
    ofTotal: (total) => money(total.fundingUsd),
  },
  {
    name: 'net P&L USD',
    ofMarket: (market) => money(market.netPnlUsd),
    ofTotal: (total) => money(total.netPnlUsd),
  },
  {
    name: 'residual USD',
    ofMarket: (market) => market.residualUsd.toExponential(1),
    ofTotal: (total) => total.residualUsd.toExponential(1),
  },
  {
    name: 'max drawdown',
    ofMarket: (market) => money(-market.maxDrawdownUsd),
    ofTotal: (total) => money(-total.maxDrawdownUsd),
  },
];
