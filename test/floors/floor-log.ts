import type { Log, LogFields } from '#shared/ports/log.ts';
import type { Metrics } from '#shared/ports/metrics.ts';

interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: LogFields;
}

/** What functions on a floor said, and the ports they say it through. */
export interface FloorLog {
  readonly logs: readonly LogLine[];
  readonly metrics: readonly { readonly name: string; readonly value: number }[];
  readonly ports: { readonly log: Log; readonly metrics: Metrics };
}

export function createFloorLog(): FloorLog {
  const logs: LogLine[] = [];
  const metrics: { name: string; value: number }[] = [];
  const at =
    (level: LogLine['level']) =>
    (message: string, fields: LogFields = {}) =>
      void logs.push({ level, message, fields });
  return {
    logs,
    metrics,
    ports: {
      log: { info: at('info'), warn: at('warn'), error: at('error') },
      metrics: {
        add: (name, _unit, value) => void metrics.push({ name, value }),
        flush: () => undefined,
      },
    },
  };
}
