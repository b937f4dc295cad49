import { InvariantError } from '../../domain/failure.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { describeProblems, stopsTrading } from '../../domain/parameter-reading.ts';
import { PARAMETERS, type ParameterName, type Parameters } from '../../domain/parameters.ts';
import type { Control } from '../../ports/control-store.ts';
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
  const { market } = running;
  const now = deps.clock.now();
  const { parameters: reading, tilt, halt } = await readControl(deps, market);
  const switchedOff = reading.kind === 'refused' && stopsTrading(reading);
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
    sayRefused(deps, market, describeProblems(reading));
    return { ...read, refusedVersion: reading.version };
  }
  if (reading.version === running.parameters.version) return { ...read, refusedVersion: undefined };
  const changes = parameterChanges(running.parameters.values, reading.values);
  await deps.parameters.record(market, reading, now, changes);
  deps.log.info('parameters in force', { version: reading.version, changes });
  return {
    ...read,
    parameters: reading,
    session: { ...running.session, parametersVersion: reading.version },
    refusedVersion: undefined,
  };
}

/** Parameters, tilt and halt of the market. */
export async function readControl(
  { controls }: Pick<SessionDeps, 'controls'>,
  market: MarketId,
): Promise<Control> {
  const control = (await controls.read([market])).get(market);
  if (control === undefined) throw new InvariantError(`${market} was asked for and not answered`);
  return control;
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
