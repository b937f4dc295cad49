import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '#shared/schema/metric-name.ts';

/** Of what our functions put, with the dimensions market and service. */
export const METRICS_NAMESPACE = 'Quotemill';

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

export function marketMetric(market: QuotedMarket, ...[metricName, statistic]: Figure): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { market: market.market, service: market.serviceName },
    statistic,
    period: Duration.minutes(1),
  });
}

/**
 * What functions of these services put in a minute, whatever the market is called there, as a query
 * of Metrics Insights. Series that nobody wrote to cost nothing.
 */
export const insightsQuery = (metricName: MetricName, services: readonly string[]): string =>
  `SELECT SUM(${metricName}) FROM SCHEMA("${METRICS_NAMESPACE}", market, service) ` +
  `WHERE ${services.map((service) => `service = '${service}'`).join(' OR ')} ` +
  `GROUP BY market ORDER BY SUM() DESC`;
