import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { ALL_MARKETS, type MetricName } from '#shared/schema/metric-name.ts';

/** Of what our functions put, with the dimensions market and service. */
export const METRICS_NAMESPACE = 'Quotemill';

export const MINUTE = Duration.minutes(1);

/** A market whose figures the requote function publishes, one minute at a time. */
export interface QuotedMarket {
  /** `purple-flea/BTC-PERP`. */
  readonly market: string;
  /** POWERTOOLS_SERVICE_NAME of its function. */
  readonly serviceName: string;
  /** Its venue has no base URL, so nothing is quoted. */
  readonly standsAside: boolean;
}

/** What of a minute's values is looked at. */
export type Figure = readonly [metricName: MetricName, statistic: 'Sum' | 'Average' | 'Maximum'];

export const marketMetric = (
  { market, serviceName }: Pick<QuotedMarket, 'market' | 'serviceName'>,
  ...[metricName, statistic]: Figure
): Metric =>
  new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { market, service: serviceName },
    statistic,
    period: MINUTE,
  });

/** What the watchdogs of a stage tell of all of its markets. */
export const levelMetric = (serviceName: string, ...figure: Figure): Metric =>
  marketMetric({ market: ALL_MARKETS, serviceName }, ...figure);

/**
 * What functions of these services put in a minute, whatever the market is called there. Series
 * that nobody wrote to cost nothing.
 */
export const byMarket = (metricName: MetricName, services: readonly string[]): MathExpression =>
  query(
    `SELECT SUM(${metricName}) FROM SCHEMA("${METRICS_NAMESPACE}", market, service) ` +
      `WHERE ${anyOf('service', services)} GROUP BY market ORDER BY SUM() DESC`,
  );

/** What Lambda counts of functions in a minute, each for itself. */
export const byFunction = (metricName: string, functions: readonly string[]): MathExpression =>
  query(
    `SELECT SUM(${metricName}) FROM SCHEMA("AWS/Lambda", FunctionName) ` +
      `WHERE ${anyOf('FunctionName', functions)} GROUP BY FunctionName ORDER BY SUM() DESC`,
  );

const anyOf = (label: string, values: readonly string[]): string =>
  values.map((value) => `${label} = '${value}'`).join(' OR ');

const query = (expression: string): MathExpression =>
  new MathExpression({ expression, usingMetrics: {}, period: MINUTE });
