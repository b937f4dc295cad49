export type { MetricName } from '../domain/metric-name.ts';
export { CALLED_FOR } from '../domain/called-for.ts';
