import type { Context } from 'aws-lambda';
import { runSession } from '#shared/cycles/requote/run-session.ts';
import type { SessionReport } from '#shared/cycles/requote/session-report.ts';
import { InputError } from '#shared/domain/failure.ts';
import { epochMs } from '#shared/domain/units.ts';
import { parseEnvironment, requoteEnvironment } from '#shared/schema/environment.ts';
import { parseRequoteEvent } from '#shared/schema/events.ts';
import { onFirstCall } from '#shared/wiring/on-first-call.ts';
import { lambdaPlatform, type Platform } from '#shared/wiring/platform.ts';
import { wireRequote } from '#shared/wiring/wire-functions.ts';

/** What leaving the market may take: cancelling, a last look, saving. */
const LEAVE_MS = 20_000;

/**
 * A session of one market, started every minute: it trades until it is handed over, or returns at
 * once while another one does.
 */
export function createHandler(
  environment: NodeJS.ProcessEnv,
  platform: Platform = lambdaPlatform(),
) {
  const env = parseEnvironment(requoteEnvironment, environment);
  const connect = wireRequote(env, platform);
  return async (event: unknown, context: Context): Promise<SessionReport> => {
    const { group, markets } = parseRequoteEvent(event, { group: env.GROUP, markets: env.MARKETS });
    const [market, ...more] = markets;
    if (market === undefined || more.length > 0)
      throw new InputError(`group ${group} has ${markets.length} markets; allowed: one`);
    const deps = await connect();
    if (deps === undefined)
      return { kind: 'stood-aside', why: 'the stage names no base URL for the venue' };
    const loopMs = Math.min(env.SESSION_MS, context.getRemainingTimeInMillis() - LEAVE_MS);
    return runSession(deps, {
      group,
      market,
      owner: context.awsRequestId,
      deadline: epochMs(platform.clock.now() + loopMs),
    });
  };
}

export const handler = onFirstCall(() => createHandler(process.env));
