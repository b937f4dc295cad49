import { createLog } from '../adapters/aws/log.ts';
import { createMetrics } from '../adapters/aws/metrics.ts';
import { createDocumentClient } from '../adapters/dynamodb/document-client.ts';
import { createDynamoControlStore } from '../adapters/dynamodb/control-store.ts';
import { createDynamoHaltStore } from '../adapters/dynamodb/halt-store.ts';
import { createDynamoHedgeStore } from '../adapters/dynamodb/hedge-store.ts';
import { createDynamoLeaseStore } from '../adapters/dynamodb/lease-store.ts';
import { createDynamoLedger } from '../adapters/dynamodb/ledger.ts';
import { createDynamoParameterStore } from '../adapters/dynamodb/parameter-store.ts';
import { createDynamoSessionStore } from '../adapters/dynamodb/session-store.ts';
import { createDynamoTiltStore } from '../adapters/dynamodb/tilt-store.ts';
import { createEventBus } from '../adapters/aws/event-bus.ts';
import type { FundingCheckDeps } from '../cycles/funding-check/run-funding-check.ts';
import type { HedgeDeps } from '../cycles/hedge/hedge-deps.ts';
import type { SessionDeps } from '../cycles/requote/session-deps.ts';
import type { MarketId } from '../domain/market-id.ts';
import type {
  FundingCheckEnvironment,
  HedgeEnvironment,
  RequoteEnvironment,
} from '../schema/environment.ts';
import type { Platform } from './platform.ts';
import { wireVenue } from './wire-venue.ts';

/** What a function is given for one invocation, or undefined where no venue was configured. */
export type Connect<Deps> = () => Promise<Deps | undefined>;

export function wireRequote(env: RequoteEnvironment, platform: Platform): Connect<SessionDeps> {
  const client = createDocumentClient();
  const told = telemetry(env.POWERTOOLS_SERVICE_NAME, env.GROUP);
  const state = { client, table: env.STATE_TABLE, log: told.log };
  const connect = wireVenue(env, platform);
  const rest = {
    deployment: env.DEPLOYMENT,
    clock: platform.clock,
    onDecision: platform.onDecision,
    peerMarkets: env.PEER_MARKETS,
    parameters: createDynamoParameterStore({ ...parameterTables(env, client), log: told.log }),
    controls: createDynamoControlStore(parameterTables(env, client)),
    leases: createDynamoLeaseStore(state),
    sessions: createDynamoSessionStore(state),
    ledger: createDynamoLedger({ client, table: env.LEDGER_TABLE }),
    hedges: createDynamoHedgeStore(state),
    halts: createDynamoHaltStore(state),
    events: createEventBus({ busName: env.EVENT_BUS }),
    ...told,
  };
  return async () => withVenue(await connect(), rest);
}

export function wireHedge(
  env: HedgeEnvironment,
  platform: Platform,
): (market: MarketId) => Promise<HedgeDeps | undefined> {
  const client = createDocumentClient();
  const connect = wireVenue(env, platform);
  const rest = {
    deployment: env.DEPLOYMENT,
    clock: platform.clock,
    ledger: createDynamoLedger({ client, table: env.LEDGER_TABLE }),
    events: createEventBus({ busName: env.EVENT_BUS }),
  };
  return async (market) => {
    const told = telemetry(env.POWERTOOLS_SERVICE_NAME, market);
    const hedges = createDynamoHedgeStore({ client, table: env.STATE_TABLE, log: told.log });
    return withVenue(await connect(), { ...rest, hedges, ...told });
  };
}

export function wireFundingCheck(
  env: FundingCheckEnvironment,
  platform: Platform,
): Connect<FundingCheckDeps> {
  const client = createDocumentClient();
  const told = telemetry(env.POWERTOOLS_SERVICE_NAME, ALL_MARKETS);
  const connect = wireVenue(env, platform);
  const rest = {
    clock: platform.clock,
    parameters: createDynamoParameterStore({ ...parameterTables(env, client), log: told.log }),
    tilts: createDynamoTiltStore({ client, table: env.STATE_TABLE, log: told.log }),
    events: createEventBus({ busName: env.EVENT_BUS }),
    ...told,
  };
  return async () => withVenue(await connect(), rest);
}

const parameterTables = (
  env: Pick<HedgeEnvironment, 'PARAMETERS_TABLE' | 'STATE_TABLE'>,
  client: ReturnType<typeof createDocumentClient>,
) => ({ client, parametersTable: env.PARAMETERS_TABLE, stateTable: env.STATE_TABLE });

/** The market dimension of figures that are about a venue's markets together. */
const ALL_MARKETS = 'all';
const NAMESPACE = 'Quotemill';

const telemetry = (service: string, market: string): Pick<SessionDeps, 'log' | 'metrics'> => ({
  log: createLog({ service, market }),
  metrics: createMetrics({ namespace: NAMESPACE, service, market }),
});

const withVenue = <Rest>(
  venue: SessionDeps['venue'] | undefined,
  rest: Rest,
): (Rest & Pick<SessionDeps, 'venue'>) | undefined =>
  venue === undefined ? undefined : { ...rest, venue };
