import { Logger } from '@aws-lambda-powertools/logger';
import type { Log, LogFields } from '../../ports/log.ts';
import { globalConsole } from './global-console.ts';

/** Names the format uses itself: a field called so would be dropped with a warning. */
const RESERVED = ['level', 'message', 'sampling_rate', 'service', 'timestamp'];
const ONE_LINE = 0;

export interface LogOptions {
  readonly service: string;
  readonly market?: string;
}

/**
 * JSON log lines, one per call, on stdout (errors on stderr); POWERTOOLS_LOG_LEVEL sets the level.
 * With POWERTOOLS_DEV=true they go through the global console. A field named like one of the
 * format's own goes into `fields`.
 */
export function createLog({ service, market }: LogOptions): Log {
  const logger = new Logger({
    serviceName: service,
    ...(market === undefined ? {} : { persistentKeys: { market } }),
  });
  // Private to Powertools, which in dev mode would print over several lines; the tests hold both
  // modes.
  logger['logIndentation'] = ONE_LINE;
  if (logger['console'] === globalThis.console) logger['console'] = globalConsole;
  return {
    info: (message, fields = {}) => logger.info(message, withoutReserved(fields)),
    warn: (message, fields = {}) => logger.warn(message, withoutReserved(fields)),
    error: (message, fields = {}) => logger.error(message, withoutReserved(fields)),
  };
}

function withoutReserved(fields: LogFields): Record<string, unknown> {
  const entries = Object.entries(fields);
  const reserved = entries.filter(([name]) => RESERVED.includes(name));
  if (reserved.length === 0) return fields;
  return {
    ...Object.fromEntries(entries.filter(([name]) => !RESERVED.includes(name))),
    fields: Object.fromEntries(reserved),
  };
}
