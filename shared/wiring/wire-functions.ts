import { createLog } from '../adapters/aws/log.ts';
import { createMetrics } from '../adapters/aws/metrics.ts';
import { createDocumentClient } from '../adapters/dynamodb/document-client.ts';
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
import { inOne } from '../cycles/venue.ts';
import type { MarketSymbol } from '../domain/market.ts';
import type { ConnectedVenue } from '../ports/connect-venue.ts';
import type {
  FundingCheckEnvironment,
  HedgeEnvironment,
  RequoteEnvironment,
} from '../schema/environment.ts';
import type { Platform } from './platform.ts';
import { wireVenue } from './venues.ts';

/** What a function is given for one invocation, or undefined where no venue was configured. */
export type Connect<Deps> = () => Promise<Deps | undefined>;

export function wireRequote(env: RequoteEnvironment, platform: Platform): Connect<SessionDeps> {
  const client = createDocumentClient();
  const state = { client, table: env.STATE_TABLE };
  const connect = wireVenue(env, platform);
  const rest = {
    clock: platform.clock,
    onDecision: platform.onDecision,
    peerMarkets: env.PEER_MARKETS,
    parameters: createDynamoParameterStore({
      client,
      parametersTable: env.PARAMETERS_TABLE,
      stateTable: env.STATE_TABLE,
    }),
    leases: createDynamoLeaseStore(state),
    sessions: createDynamoSessionStore(state),
    ledger: createDynamoLedger({ client, table: env.LEDGER_TABLE }),
    hedges: createDynamoHedgeStore(state),
    tilts: createDynamoTiltStore(state),
    halts: createDynamoHaltStore(state),
    events: createEventBus({ busName: env.EVENT_BUS, venue: env.VENUE }),
    ...telemetry(env.POWERTOOLS_SERVICE_NAME, env.MARKET),
  };
  return async () => withVenue(await connect('quote'), rest);
}

export function wireHedge(
  env: HedgeEnvironment,
  platform: Platform,
): (market: MarketSymbol) => Promise<HedgeDeps | undefined> {
  const client = createDocumentClient();
  const connect = wireVenue(env, platform);
  const rest = {
    clock: platform.clock,
    hedges: createDynamoHedgeStore({ client, table: env.STATE_TABLE }),
    ledger: createDynamoLedger({ client, table: env.LEDGER_TABLE }),
    events: createEventBus({ busName: env.EVENT_BUS, venue: env.VENUE }),
  };
  return async (market) =>
    withVenue(await connect('hedge'), {
      ...rest,
      ...telemetry(env.POWERTOOLS_SERVICE_NAME, market),
    });
}

export function wireFundingCheck(
  env: FundingCheckEnvironment,
  platform: Platform,
): Connect<FundingCheckDeps> {
  const client = createDocumentClient();
  const connect = wireVenue(env, platform);
  const rest = {
    clock: platform.clock,
    parameters: createDynamoParameterStore({
      client,
      parametersTable: env.PARAMETERS_TABLE,
      stateTable: env.STATE_TABLE,
    }),
    tilts: createDynamoTiltStore({ client, table: env.STATE_TABLE }),
    events: createEventBus({ busName: env.EVENT_BUS, venue: env.VENUE }),
    ...telemetry(env.POWERTOOLS_SERVICE_NAME, ALL_MARKETS),
  };
  return async () => withVenue(await connect('quote'), rest);
}

/** The market dimension of figures that are about a venue's markets together. */
const ALL_MARKETS = 'all';
const NAMESPACE = 'Quotemill';

const telemetry = (service: string, market: string): Pick<SessionDeps, 'log' | 'metrics'> => ({
  log: createLog({ service, market }),
  metrics: createMetrics({ namespace: NAMESPACE, service, market }),
});

const withVenue = <Rest>(
  venue: ConnectedVenue | undefined,
  rest: Rest,
): (Rest & Pick<SessionDeps, 'venue'>) | undefined =>
  venue === undefined ? undefined : { ...rest, venue: inOne(venue) };
