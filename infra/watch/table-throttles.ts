import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { MINUTE } from './metrics.ts';
import { sumOf } from './sum-of.ts';

/**
 * Requests a minute that DynamoDB refused, of all tables. It counts them only when there are some,
 * and an alarm on its figures stays what it is where there are none: what was read, which something
 * is in every minute, makes a zero of it.
 */
export function throttlesOf(tables: readonly TableV2[]): MathExpression {
  const figures = (metricName: string): readonly IMetric[] =>
    tables.map((table) => table.metric(metricName, { statistic: 'Sum', period: MINUTE }));
  const none = new MathExpression({
    expression: 'reads * 0',
    usingMetrics: { reads: sumOf('read', figures('ConsumedReadCapacityUnits')) },
    period: MINUTE,
  });
  return sumOf('refused', [
    none,
    ...figures('ReadThrottleEvents'),
    ...figures('WriteThrottleEvents'),
  ]);
}
