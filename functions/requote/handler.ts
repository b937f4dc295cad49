import type { Context } from 'aws-lambda';
import type { GroupReport } from '#shared/cycles/requote/group-report.ts';
import { runGroup } from '#shared/cycles/requote/run-group.ts';
import { epochMs } from '#shared/domain/units.ts';
import { parseEnvironment, requoteEnvironment } from '#shared/schema/environment.ts';
import { parseRequoteEvent } from '#shared/schema/events.ts';
import { onFirstCall } from '#shared/wiring/on-first-call.ts';
import { lambdaPlatform, type Platform } from '#shared/wiring/platform.ts';
import { wireRequote } from '#shared/wiring/wire-requote.ts';

/** After the trading: to see the markets empty, and then to save and end. */
const LEAVE_MS = 60_000;
const END_MS = 20_000;

/**
 * A share in trading a quoting group, started every minute: it trades until it is handed over, or
 * returns at once while another one does.
 */
export function createHandler(
  environment: NodeJS.ProcessEnv,
  platform: Platform = lambdaPlatform(),
) {
  const env = parseEnvironment(requoteEnvironment, environment);
  const connect = wireRequote(env, platform);
  return async (event: unknown, context: Context): Promise<GroupReport> => {
    const { group, markets } = parseRequoteEvent(event, { group: env.GROUP, markets: env.MARKETS });
    const deps = await connect();
    if (deps === undefined)
      return { kind: 'stood-aside', why: 'the stage names no base URL for the venue' };
    const now = platform.clock.now();
    const giveUpMs = context.getRemainingTimeInMillis() - END_MS;
    const tradeMs = Math.min(env.SESSION_MS, giveUpMs - LEAVE_MS);
    return runGroup(deps, {
      group,
      markets,
      deployment: env.DEPLOYMENT,
      peers: env.PEER_MARKETS,
      owner: context.awsRequestId,
      deadline: epochMs(now + tradeMs),
      giveUpAt: epochMs(now + Math.min(giveUpMs, tradeMs + LEAVE_MS)),
    });
  };
}

export const handler = onFirstCall(() => createHandler(process.env));
