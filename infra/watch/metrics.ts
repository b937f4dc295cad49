import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';

export const METRICS_NAMESPACE = 'Quotemill';

type MarketMetricName =
  | 'Inventory'
  | 'NetPnl'
  | 'Residual'
  | 'ResidualAbs'
  | 'Heartbeat'
  | 'FillCount'
  | 'QuotesPlaced'
  | 'ParametersRefused'
  | 'Halted';

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
export type Figure = readonly [
  metricName: MarketMetricName,
  statistic: 'Sum' | 'Average' | 'Maximum',
];

export function marketMetric(market: QuotedMarket, ...[metricName, statistic]: Figure): Metric {
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { market: market.market, service: market.serviceName },
    statistic,
    period: Duration.minutes(1),
  });
}
