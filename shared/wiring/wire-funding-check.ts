import { createEventBus } from '../adapters/aws/event-bus.ts';
import { createDynamoControlStore } from '../adapters/dynamodb/control-store.ts';
import { createDocumentClient } from '../adapters/dynamodb/table/document-client.ts';
import { createDynamoTiltStore } from '../adapters/dynamodb/tilt-store.ts';
import type { FundingCheckDeps } from '../cycles/funding-check/run-funding-check.ts';
import type { FundingCheckEnvironment } from '../schema/environment.ts';
import type { Platform } from './platform.ts';
import { wireVenue } from './venues.ts';
import { ALL_MARKETS } from '../schema/metric-name.ts';
import { type Connect, parameterTables, telemetry } from './function-parts.ts';

/** Everything that looking at funding needs: it trades nothing and reads no ledger. */
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
