import { Duration } from 'aws-cdk-lib';
import {
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { CALLED_FOR, type MetricName } from '#shared/schema/metric-name.ts';
import { incidents } from './incidents.ts';
import { heartbeat, levels } from './levels.ts';
import { byMarket, type Figure, levelMetric, marketMetric, MINUTE } from './metrics.ts';
import { throttlesOf } from './table-throttles.ts';
import type { Watched } from './watched.ts';

export interface TradingDashboardProps extends Watched {
  readonly dashboardName: string;
}

/**
 * One graph a figure with one line a market, so that it stays one page however many markets there
 * are.
 */
export class TradingDashboard extends Construct {
  constructor(scope: Construct, id: string, props: TradingDashboardProps) {
    super(scope, id);
    const page = new Dashboard(this, 'Page', {
      dashboardName: props.dashboardName,
      defaultInterval: Duration.hours(3),
    });
    page.addWidgets(
      ...asideNotice(props),
      ...levelGraphs(props),
      ...marketGraphs(props),
      ...functionGraphs(props),
      ...eventGraphs(props),
    );
  }
}

function asideNotice({ markets }: Watched): IWidget[] {
  const aside = markets.filter((market) => market.standsAside).map(({ market }) => market);
  if (aside.length === 0) return [];
  const markdown = `**Standing aside: ${aside.join(', ')}.** The venue has no base URL, so nothing is quoted and empty graphs are right.`;
  return [new TextWidget({ markdown, width: 24, height: 2 })];
}

const marketGraphs = ({ markets }: Watched): IWidget[] => {
  const lines = (...figure: Figure): IMetric[] =>
    markets.map((market) => marketMetric(market, ...figure).with({ label: market.market }));
  return [
    graph('Inventory (USD)', lines('Inventory', 'Average')),
    graph('Net P&L (USD)', lines('NetPnl', 'Average')),
    graph('Residual (USD): anything but 0 is a bug', lines('Residual', 'Average')),
    graph('Residual, largest (USD)', lines('ResidualAbs', 'Maximum')),
    graph('Market seen (0 or 1 a minute)', lines('Heartbeat', 'Sum')),
    graph('Fills a minute', lines('FillCount', 'Sum')),
    graph('Quotes placed a minute', lines('QuotesPlaced', 'Sum')),
    graph('Parameters refused (0 or 1)', lines('ParametersRefused', 'Maximum')),
    graph('Halted (0 or 1)', lines('Halted', 'Maximum')),
  ];
};

/** What the watchdog tells of the whole stage, by what it is about. */
const levelGraphs = ({ watchdogService }: Watched): IWidget[] => {
  const line = (metricName: MetricName): IMetric =>
    levelMetric(watchdogService, metricName, 'Maximum').with({ label: metricName });
  return [
    graph(
      'Levels of the stage: 0 is well',
      levels.map(({ metricName }) => line(metricName)),
    ),
    graph('Watchdog ran (1 a minute and venue)', [
      levelMetric(watchdogService, heartbeat.metricName, 'Sum'),
    ]),
  ];
};

/** What should not happen, and hedges: a line a market, of whichever function puts it. */
const eventGraphs = ({ services }: Watched): IWidget[] =>
  COUNTED.map((metricName) => graph(metricName, [byMarket(metricName, services)]));

/** The residual has graphs of its own. */
const callsOf = (kinds: Readonly<Partial<Record<MetricName, number>>>): readonly MetricName[] =>
  Object.keys(kinds).filter((name): name is MetricName => name !== 'ResidualAbs');

const COUNTED: readonly MetricName[] = [
  ...incidents.map(({ metricName }) => metricName),
  ...Object.values(CALLED_FOR).flatMap(callsOf),
  'LookFailed',
  'PriceDoubted',
  'CommandRejected',
  'BeyondCap',
  'HedgeRequested',
  'HedgeCompleted',
  'FundingChecked',
];

const functionGraphs = ({ functions, venues, tables }: Watched): IWidget[] => [
  graph(
    'Errors a minute',
    functions.map(({ title, lambda }) =>
      lambda.metricErrors({ statistic: 'Sum', period: MINUTE, label: title }),
    ),
  ),
  graph(
    'Throttled starts a minute',
    functions.map(({ title, lambda }) =>
      lambda.metricThrottles({ statistic: 'Sum', period: MINUTE, label: title }),
    ),
  ),
  graph(
    'Duration, longest (ms)',
    functions.map(({ title, lambda }) =>
      lambda.metricDuration({ statistic: 'Maximum', period: MINUTE, label: title }),
    ),
  ),
  graph(
    'Dead letters waiting',
    venues.flatMap(({ deadLetters }) =>
      deadLetters.map(({ title, queue }) =>
        queue.metricApproximateNumberOfMessagesVisible({
          statistic: 'Maximum',
          period: MINUTE,
          label: title,
        }),
      ),
    ),
  ),
  graph('Requests that tables refused a minute', [throttlesOf(tables)]),
];

const graph = (title: string, left: IMetric[]): GraphWidget =>
  new GraphWidget({ title, left, width: 8, height: 6 });
