import { createEventBus } from '../adapters/aws/event-bus.ts';
import { createDynamoControlStore } from '../adapters/dynamodb/control-store.ts';
import { createDocumentClient } from '../adapters/dynamodb/table/document-client.ts';
import { createDynamoHedgeStore } from '../adapters/dynamodb/hedge-store.ts';
import { createDynamoLedger } from '../adapters/dynamodb/ledger.ts';
import type { HedgeDeps } from '../cycles/hedge/hedge-deps.ts';
import type { MarketId } from '../domain/venue/market-id.ts';
import type { HedgeEnvironment } from '../schema/environment.ts';
import type { Platform } from './platform.ts';
import { wireVenue } from './venues.ts';
import { parameterTables, telemetry } from './function-parts.ts';

/** Everything that hedging needs, market by market. */
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
