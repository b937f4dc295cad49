export type { MetricName } from '../domain/metric-name.ts';
