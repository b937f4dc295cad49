import { Metrics as EmfMetrics } from '@aws-lambda-powertools/metrics';
import { callFor } from '../../domain/called-for.ts';
import { InvariantError } from '../../domain/failure.ts';
import type { Metrics } from '../../ports/metrics.ts';
import { globalConsole } from './global-console.ts';

export interface MetricsOptions {
  readonly namespace: string;
  readonly service: string;
  readonly market: string;
}

/**
 * Figures in CloudWatch's embedded metric format, one line of JSON per flush, with the dimensions
 * service and market; what a person is called for is counted once more, in the figure of its alarm.
 * With POWERTOOLS_DEV=true the lines go through the global console.
 */
export function createMetrics({ namespace, service, market }: MetricsOptions): Metrics {
  const metrics = new EmfMetrics({
    namespace,
    serviceName: service,
    defaultDimensions: { market },
  });
  // Private to Powertools, which in dev mode would publish nothing; the tests hold both modes.
  if (metrics['console'] === globalThis.console) {
    metrics['disabled'] = false;
    metrics['console'] = globalConsole;
  }
  return {
    /** @throws InvariantError for a value that is not finite: it would be published as null. */
    add(name, unit, value) {
      if (!Number.isFinite(value))
        throw new InvariantError(`metric ${name} must be finite, was ${value}`);
      metrics.addMetric(name, unit, value);
      const call = callFor(name, value);
      if (call !== undefined) metrics.addMetric(call, 'Count', 1);
    },
    flush() {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
