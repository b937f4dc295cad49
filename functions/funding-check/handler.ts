import {
  type FundingCheck,
  runFundingCheck,
} from '#shared/cycles/funding-check/run-funding-check.ts';
import { fundingCheckEnvironment, parseEnvironment } from '#shared/schema/environment.ts';
import { parseFundingCheckEvent } from '#shared/schema/events.ts';
import { onFirstCall } from '#shared/wiring/on-first-call.ts';
import { lambdaPlatform, type Platform } from '#shared/wiring/platform.ts';
import { wireFundingCheck } from '#shared/wiring/wire-funding-check.ts';

/**
 * Minutes before each funding settlement: what to lean to until then, for every market of the
 * venue.
 */
export function createHandler(
  environment: NodeJS.ProcessEnv,
  platform: Platform = lambdaPlatform(),
) {
  const connect = wireFundingCheck(
    parseEnvironment(fundingCheckEnvironment, environment),
    platform,
  );
  return async (event: unknown): Promise<readonly FundingCheck[]> => {
    const { markets } = parseFundingCheckEvent(event);
    const deps = await connect();
    return deps === undefined ? [] : runFundingCheck(deps, markets);
  };
}

export const handler = onFirstCall(() => createHandler(process.env));
