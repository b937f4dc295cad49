import { createDynamoControlStore } from '../adapters/dynamodb/control-store.ts';
import { createDocumentClient } from '../adapters/dynamodb/table/document-client.ts';
import { createDynamoHaltStore } from '../adapters/dynamodb/halt-store.ts';
import { createDynamoHedgeStore } from '../adapters/dynamodb/hedge-store.ts';
import { createDynamoLeaseStore } from '../adapters/dynamodb/lease-store.ts';
import { createDynamoLedger } from '../adapters/dynamodb/ledger.ts';
import { createDynamoSessionStore } from '../adapters/dynamodb/session-store.ts';
import type { WatchdogDeps } from '../cycles/watchdog/watchdog-deps.ts';
import type { WatchdogEnvironment } from '../schema/environment.ts';
import { ALL_MARKETS } from '../schema/metric-name.ts';
import { type Connect, parameterTables, telemetry } from './function-parts.ts';
import type { Platform } from './platform.ts';
import { wireVenue } from './venues.ts';

/** Everything that watching a venue's markets needs: of the account no more than to read and to cancel. */
export function wireWatchdog(env: WatchdogEnvironment, platform: Platform): Connect<WatchdogDeps> {
  const client = createDocumentClient();
  const told = telemetry(env.POWERTOOLS_SERVICE_NAME, ALL_MARKETS);
  const state = { client, table: env.STATE_TABLE, log: told.log };
  const connect = wireVenue(env, env.DEPLOYMENT, platform);
  const rest = {
    clock: platform.clock,
    deployment: env.DEPLOYMENT,
    control: createDynamoControlStore(parameterTables(env, client)),
    leases: createDynamoLeaseStore(state),
    sessions: createDynamoSessionStore(state),
    hedges: createDynamoHedgeStore(state),
    halts: createDynamoHaltStore(state),
    ledger: createDynamoLedger({ client, table: env.LEDGER_TABLE }),
    ...told,
  };
  return async () => {
    const venue = await connect('watchdog');
    if (venue === undefined) return undefined;
    const { can, orders, cancelOurs } = venue.execution;
    const { equityChange } = venue.history;
    const { spec } = venue.data;
    return {
      ...rest,
      venue: {
        data: { spec },
        execution: { can, orders, cancelOurs },
        history: { equityChange },
      },
    };
  };
}
