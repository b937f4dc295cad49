type MetricUnit = 'Count' | 'Milliseconds' | 'None';

/** Figures for dashboard and alarms, one market per instance. */
export interface Metrics {
  add(name: string, unit: MetricUnit, value: number): void;
  /** Hands over what was added since the last time. */
  flush(): void;
}
