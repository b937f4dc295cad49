import type { MetricName } from '../domain/metric-name.ts';

type MetricUnit = 'Count' | 'None';

/** Figures for dashboard and alarms, one market per instance. */
export interface Metrics {
  add(name: MetricName, unit: MetricUnit, value: number): void;
  /** Hands over what was added since the last time. */
  flush(): void;
}
