import type { Look } from '#shared/cycles/watchdog/found.ts';
import { publishRun } from '#shared/cycles/watchdog/publish-levels.ts';
import { runWatchdog } from '#shared/cycles/watchdog/run-watchdog.ts';
import { parseEnvironment, watchdogEnvironment } from '#shared/schema/environment.ts';
import { parseWatchdogEvent } from '#shared/schema/events.ts';
import { ALL_MARKETS } from '#shared/schema/metric-name.ts';
import { metricsOf } from '#shared/wiring/function-parts.ts';
import { onFirstCall } from '#shared/wiring/on-first-call.ts';
import { lambdaPlatform, type Platform } from '#shared/wiring/platform.ts';
import { wireWatchdog } from '#shared/wiring/wire-watchdog.ts';

export type WatchdogReport =
  | { readonly kind: 'stood-aside'; readonly why: string }
  | { readonly kind: 'ran'; readonly looks: readonly Look[] };

/** Each minute: what nobody answers for is cancelled, and a loss limit that is passed halts. */
export function createHandler(
  environment: NodeJS.ProcessEnv,
  platform: Platform = lambdaPlatform(),
) {
  const env = parseEnvironment(watchdogEnvironment, environment);
  const connect = wireWatchdog(env, platform);
  return async (event: unknown): Promise<WatchdogReport> => {
    const { groups } = parseWatchdogEvent(event);
    const deps = await connect();
    if (deps === undefined) {
      publishRun({ metrics: metricsOf(env.POWERTOOLS_SERVICE_NAME, ALL_MARKETS) });
      return { kind: 'stood-aside', why: 'the stage names no base URL for the venue' };
    }
    return { kind: 'ran', looks: await runWatchdog(deps, groups) };
  };
}

export const handler = onFirstCall(() => createHandler(process.env));
