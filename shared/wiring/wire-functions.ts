import { createEventBus } from '../adapters/aws/event-bus.ts';
import { createLog } from '../adapters/aws/log.ts';
import { createMetrics } from '../adapters/aws/metrics.ts';
import { createDynamoControlStore } from '../adapters/dynamodb/control-store.ts';
import { createDocumentClient } from '../adapters/dynamodb/document-client.ts';
import { createDynamoHaltStore } from '../adapters/dynamodb/halt-store.ts';
import { createDynamoHedgeStore } from '../adapters/dynamodb/hedge-store.ts';
import { createDynamoLeaseStore } from '../adapters/dynamodb/lease-store.ts';
import { createDynamoLedger } from '../adapters/dynamodb/ledger.ts';
import { createDynamoParameterStore } from '../adapters/dynamodb/parameter-store.ts';
import { createDynamoSessionStore } from '../adapters/dynamodb/session-store.ts';
import { createDynamoTiltStore } from '../adapters/dynamodb/tilt-store.ts';
import type { FundingCheckDeps } from '../cycles/funding-check/run-funding-check.ts';
import type { HedgeDeps } from '../cycles/hedge/hedge-deps.ts';
import type { GroupDeps } from '../cycles/requote/group-deps.ts';
import type { MarketId } from '../domain/market-id.ts';
import type { Log } from '../ports/log.ts';
import type { Metrics } from '../ports/metrics.ts';
import type {
  FundingCheckEnvironment,
  HedgeEnvironment,
  RequoteEnvironment,
} from '../schema/environment.ts';
import type { Platform } from './platform.ts';
import { wireVenue } from './venues.ts';

/** What a function is given for one invocation, or undefined where no venue was configured. */
export type Connect<Deps> = () => Promise<Deps | undefined>;

export function wireRequote(env: RequoteEnvironment, platform: Platform): Connect<GroupDeps> {
  const client = createDocumentClient();
  const log = createLog({ service: env.POWERTOOLS_SERVICE_NAME, market: env.GROUP });
  const state = { client, table: env.STATE_TABLE, log };
  const connect = wireVenue(env, env.DEPLOYMENT, platform);
  const figures = new Map(
    env.MARKETS.map((market) => [market, metricsOf(env.POWERTOOLS_SERVICE_NAME, market)] as const),
  );
  const rest = {
    clock: platform.clock,
    watch: platform.watch,
    parameters: createDynamoParameterStore({ ...parameterTables(env, client), log }),
    control: createDynamoControlStore(parameterTables(env, client)),
    leases: createDynamoLeaseStore(state),
    sessions: createDynamoSessionStore(state),
    ledger: createDynamoLedger({ client, table: env.LEDGER_TABLE }),
    hedges: createDynamoHedgeStore(state),
    halts: createDynamoHaltStore(state),
    events: createEventBus({ busName: env.EVENT_BUS }),
    log,
    metrics: (market: MarketId) =>
      figures.get(market) ?? metricsOf(env.POWERTOOLS_SERVICE_NAME, market),
  };
  return async () => {
    const venue = await connect('quote');
    return venue === undefined ? undefined : { ...rest, venue };
  };
}

export function wireHedge(
  env: HedgeEnvironment,
  platform: Platform,
): (market: MarketId) => Promise<HedgeDeps | undefined> {
  const client = createDocumentClient();
  const connect = wireVenue(env, env.DEPLOYMENT, platform);
  const rest = {
    deployment: env.DEPLOYMENT,
    clock: platform.clock,
    control: createDynamoControlStore(parameterTables(env, client)),
    ledger: createDynamoLedger({ client, table: env.LEDGER_TABLE }),
    events: createEventBus({ busName: env.EVENT_BUS }),
  };
  return async (market) => {
    const venue = await connect('hedge');
    if (venue === undefined) return undefined;
    const told = telemetry(env.POWERTOOLS_SERVICE_NAME, market);
    const hedges = createDynamoHedgeStore({ client, table: env.STATE_TABLE, log: told.log });
    return { ...rest, ...told, venue, hedges };
  };
}

export function wireFundingCheck(
  env: FundingCheckEnvironment,
  platform: Platform,
): Connect<FundingCheckDeps> {
  const client = createDocumentClient();
  const told = telemetry(env.POWERTOOLS_SERVICE_NAME, ALL_MARKETS);
  // It sends nothing: no quote of any deployment is its own.
  const connect = wireVenue(env, '', platform);
  const rest = {
    clock: platform.clock,
    control: createDynamoControlStore(parameterTables(env, client)),
    tilts: createDynamoTiltStore({ client, table: env.STATE_TABLE, log: told.log }),
    events: createEventBus({ busName: env.EVENT_BUS }),
    ...told,
  };
  return async () => {
    const venue = await connect('quote');
    return venue === undefined ? undefined : { ...rest, data: venue.data };
  };
}

const parameterTables = (
  env: Pick<HedgeEnvironment, 'PARAMETERS_TABLE' | 'STATE_TABLE'>,
  client: ReturnType<typeof createDocumentClient>,
) => ({ client, parametersTable: env.PARAMETERS_TABLE, stateTable: env.STATE_TABLE });

/** The market dimension of figures that are about a venue's markets together. */
const ALL_MARKETS = 'all';
const NAMESPACE = 'Quotemill';

const metricsOf = (service: string, market: string): Metrics =>
  createMetrics({ namespace: NAMESPACE, service, market });

const telemetry = (
  service: string,
  market: string,
): { readonly log: Log; readonly metrics: Metrics } => ({
  log: createLog({ service, market }),
  metrics: metricsOf(service, market),
});
