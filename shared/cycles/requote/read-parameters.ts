import type { MarketId } from '../../domain/market-id.ts';
import { PARAMETERS, type ParameterName, type Parameters } from '../../domain/parameters.ts';
import type { RunningSession } from './running-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

/**
 * Takes over edits made while the session runs. What is refused changes nothing: the last good
 * version stays in force and the refusal is said once, in the log, as a metric and in the audit.
 * Only a plain `mode` `off` is obeyed whatever else is wrong.
 */
export async function refreshParameters(
  deps: SessionDeps,
  running: RunningSession,
): Promise<RunningSession> {
  const { market } = running.lease;
  const now = deps.clock.now();
  const [reading, tilt, halt] = await Promise.all([
    deps.parameters.read(market),
    deps.tilts.read(market),
    deps.halts.read(market),
  ]);
  const switchedOff = reading.kind === 'refused' && reading.switchedOff;
  const read: RunningSession = {
    ...running,
    tilt,
    halt,
    switchedOff,
    due: { ...running.due, parametersAt: now + SESSION_BOUNDS.parametersEveryMs },
  };
  if (reading.kind === 'refused') {
    if (reading.version === running.refusedVersion) return read;
    await deps.parameters.record(market, reading, now, []);
    sayRefused(deps, market, reading.problems);
    return { ...read, refusedVersion: reading.version };
  }
  if (reading.version.version === running.parameters.version)
    return { ...read, refusedVersion: undefined };
  const changes = parameterChanges(running.parameters.values, reading.version.values);
  await deps.parameters.record(market, reading, now, changes);
  deps.log.info('parameters in force', { version: reading.version.version, changes });
  return { ...read, parameters: reading.version, refusedVersion: undefined };
}

export function sayRefused(
  { log, metrics }: Pick<SessionDeps, 'log' | 'metrics'>,
  market: MarketId,
  problems: readonly string[],
): void {
  log.error('parameters refused, the last good ones stay in force', { market, problems });
  metrics.add('ParametersRefused', 'Count', 1);
}

const shown = (value: Parameters[ParameterName]): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

/** `baseSpreadBps 5 -> 6`, one for each that differs. */
function parameterChanges(before: Parameters, after: Parameters): readonly string[] {
  const names = Object.keys(PARAMETERS).filter((name): name is ParameterName => name in PARAMETERS);
  return names.flatMap((name) => {
    const [was, is] = [shown(before[name]), shown(after[name])];
    return was === is ? [] : [`${name} ${was} -> ${is}`];
  });
}
