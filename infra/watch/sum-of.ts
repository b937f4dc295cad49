import { type IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { MINUTE } from './metrics.ts';

/**
 * A sum of figures, of which an alarm takes ten. As an array, since a sum by plus has no value
 * while one of them has none.
 */
export function sumOf(name: string, figures: readonly IMetric[]): MathExpression {
  const usingMetrics = Object.fromEntries(
    figures.map((figure, index) => [`${name}${index}`, figure]),
  );
  return new MathExpression({
    expression: `SUM([${Object.keys(usingMetrics).join(', ')}])`,
    usingMetrics,
    period: MINUTE,
  });
}
