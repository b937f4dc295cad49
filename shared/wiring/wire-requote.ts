import { createEventBus } from '../adapters/aws/event-bus.ts';
import { createLog } from '../adapters/aws/log.ts';
import { createDynamoControlStore } from '../adapters/dynamodb/control-store.ts';
import { createDocumentClient } from '../adapters/dynamodb/table/document-client.ts';
import { createDynamoHaltStore } from '../adapters/dynamodb/halt-store.ts';
import { createDynamoHedgeStore } from '../adapters/dynamodb/hedge-store.ts';
import { createDynamoLeaseStore } from '../adapters/dynamodb/lease-store.ts';
import { createDynamoLedger } from '../adapters/dynamodb/ledger.ts';
import { createDynamoParameterStore } from '../adapters/dynamodb/parameter-store.ts';
import { createDynamoSessionStore } from '../adapters/dynamodb/session-store.ts';
import type { GroupDeps } from '../cycles/requote/group-deps.ts';
import type { MarketId } from '../domain/venue/market-id.ts';
import type { RequoteEnvironment } from '../schema/environment.ts';
import type { Platform } from './platform.ts';
import { wireVenue } from './venues.ts';
import { type Connect, metricsOf, parameterTables } from './function-parts.ts';

/** Everything that quoting a group of markets needs. */
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
