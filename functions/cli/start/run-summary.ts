import Table from 'cli-table3';
import type { MarketResult, RunResult, RunTotal } from '#shared/simulation/result.ts';
import { findingLines, type RunFindings } from './run-findings.ts';

/**
 * The run as a table for people: a column a market, and the total; then what they should know.
 * @param columns of the terminal, which a table of many markets is cut into parts for; undefined:
 * any number
 */
export function summaryTable(
  { markets, total, problems }: RunResult,
  findings: RunFindings,
  columns: number | undefined,
): string {
  const all = [
    ...Object.entries(markets).map(([symbol, market]): Column => ({
      head: symbol,
      cells: ROWS.map(({ ofMarket }) => ofMarket(market)),
    })),
    { head: 'total', cells: ROWS.map(({ ofTotal }) => ofTotal(total)) },
  ];
  const end =
    problems.length === 0
      ? 'The books close: every change of the venue’s equity is explained.'
      : `Not sound: ${problems.join('; ')}`;
  return [
    ...tablesWithin(all, columns ?? Number.POSITIVE_INFINITY),
    `${total.seconds.toFixed(1)} s, ${Math.round(total.eventsPerSecond)} market events/s, ${total.invocations} invocations, decisions ${total.decisionsHash}`,
    ...findingLines(findings),
    end,
  ].join('\n');
}

interface Column {
  readonly head: string;
  readonly cells: readonly string[];
}

/** As many columns a table as fit; one, where not even that one does. */
function tablesWithin(columns: readonly Column[], width: number): readonly string[] {
  for (let most = columns.length; most > 1; most -= 1) {
    const parts = Array.from({ length: Math.ceil(columns.length / most) }, (_, part) =>
      tableOf(columns.slice(part * most, (part + 1) * most)),
    );
    if (parts.every((part) => widthOf(part) <= width)) return parts;
  }
  return columns.map((column) => tableOf([column]));
}

/** Of the frame, whose characters are one column wide each. */
const widthOf = (table: string): number => table.slice(0, table.indexOf('\n')).length;

function tableOf(columns: readonly Column[]): string {
  const table = new Table({
    head: ['', ...columns.map(({ head }) => head)],
    colAligns: ['left', ...columns.map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  });
  for (const [row, { name }] of ROWS.entries())
    table.push([name, ...columns.map(({ cells }) => cells[row] ?? '')]);
  return table.toString();
}

interface Row {
  readonly name: string;
  readonly ofMarket: (market: MarketResult) => string;
  readonly ofTotal: (total: RunTotal) => string;
}

const count = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: 0 });
const money = (value: number): string => {
  const written = value.toLocaleString('en-US', {
    minimumFractionDigits: 2,
    maximumFractionDigits: 2,
    signDisplay: 'negative',
  });
  return written.startsWith('-') ? written : ` ${written}`;
};
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
