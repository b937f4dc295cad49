import type { Context } from 'aws-lambda';
import { type HedgeReport, runHedge } from '#shared/cycles/hedge/run-hedge.ts';
import { hedgeEnvironment, parseEnvironment } from '#shared/schema/environment.ts';
import { parseBreachEvent } from '#shared/schema/events.ts';
import { onFirstCall } from '#shared/wiring/on-first-call.ts';
import { lambdaPlatform, type Platform } from '#shared/wiring/platform.ts';
import { wireHedge } from '#shared/wiring/wire-hedge.ts';

/**
 * Works off a breached inventory threshold; the bus invokes it with `InventoryThresholdBreached`.
 */
export function createHandler(
  environment: NodeJS.ProcessEnv,
  platform: Platform = lambdaPlatform(),
) {
  const connect = wireHedge(parseEnvironment(hedgeEnvironment, environment), platform);
  return async (event: unknown, context: Context): Promise<HedgeReport> => {
    const { market, hedgeId } = parseBreachEvent(event);
    const deps = await connect(market);
    if (deps === undefined)
      return { kind: 'nothing-to-do', why: 'the stage names no base URL for the venue' };
    return runHedge(deps, { market, hedgeId, owner: context.awsRequestId });
  };
}

export const handler = onFirstCall(() => createHandler(process.env));
