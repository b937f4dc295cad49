import { createLog } from '../adapters/aws/log.ts';
import { createMetrics } from '../adapters/aws/metrics.ts';
import type { createDocumentClient } from '../adapters/dynamodb/table/document-client.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { HedgeEnvironment } from '../schema/environment.ts';

/** What a function is given for one invocation, or undefined where no venue was configured. */
export type Connect<Deps> = () => Promise<Deps | undefined>;

type Client = ReturnType<typeof createDocumentClient>;

interface Tables {
  readonly client: Client;
  readonly parametersTable: string;
  readonly stateTable: string;
}

/** Where parameters are read: people's items and the audit of what was seen of them. */
export const parameterTables = (
  env: Pick<HedgeEnvironment, 'PARAMETERS_TABLE' | 'STATE_TABLE'>,
  client: Client,
): Tables => ({ client, parametersTable: env.PARAMETERS_TABLE, stateTable: env.STATE_TABLE });

const NAMESPACE = 'Quotemill';

/** Figures of one market, as dashboard and alarms look for them. */
export const metricsOf = (service: string, market: string): Metrics =>
  createMetrics({ namespace: NAMESPACE, service, market });

/** What a function says of one market. */
export const telemetry = (
  service: string,
  market: string,
): { readonly log: Log; readonly metrics: Metrics } => ({
  log: createLog({ service, market }),
  metrics: metricsOf(service, market),
});
