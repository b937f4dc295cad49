import { rememberBrain } from '../../strategy/brain-memory.ts';
import type { RunningSession } from './running-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

/** Facts first: a session that was saved without them would never write them. */
export async function writeLedger(
  { ledger, log, metrics }: SessionDeps,
  running: RunningSession,
): Promise<RunningSession> {
  if (running.unwritten.length === 0) return running;
  for (const entry of running.unwritten) {
    await ledger.append(entry);
    log.info(entry.kind, { entry });
    if (entry.kind === 'fill') metrics.add('FillCount', 'Count', 1);
  }
  return { ...running, unwritten: [] };
}

/** Undefined when the market is no longer ours. */
export async function saveSession(
  { sessions, clock }: SessionDeps,
  running: RunningSession,
): Promise<RunningSession | undefined> {
  const now = clock.now();
  const session = { ...running.session, brain: rememberBrain(running.brain), savedAt: now };
  if ((await sessions.save(session)) === 'fenced-off') return undefined;
  return { ...running, session, due: { ...running.due, saveAt: now + SESSION_BOUNDS.saveEveryMs } };
}
