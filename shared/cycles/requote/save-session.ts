import { netPnlUsd } from '../../accounting/profit-and-loss.ts';
import type { MarketMark } from '../../domain/market-mark.ts';
import type { Session } from '../../domain/session.ts';
import { type EpochMs, usd } from '../../domain/units.ts';
import { rememberBrain } from '../../strategy/brain-memory.ts';
import type { RunningSession } from './running-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

/** Facts first: a session that was saved without them would never write them. */
export async function writeLedger(
  { ledger, log, metrics }: SessionDeps,
  running: RunningSession,
): Promise<RunningSession> {
  if (running.unwritten.length === 0) return running;
  for (const fact of running.unwritten) {
    const { entry } = fact;
    await ledger.append(fact);
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
  const session = { ...running.session, savedAt: now };
  if ((await sessions.save(session)) === 'fenced-off') return undefined;
  const mark = markOf(session, now);
  if (mark !== undefined) await sessions.saveMark(mark);
  let { brainAt } = running.due;
  if (now >= brainAt) {
    await sessions.saveBrain(session.market, session.fence, rememberBrain(running.brain), now);
    brainAt = now + SESSION_BOUNDS.brainEveryMs;
  }
  return {
    ...running,
    session,
    due: { ...running.due, saveAt: now + SESSION_BOUNDS.saveEveryMs, brainAt },
  };
}

/** Undefined before the first look. */
function markOf(session: Session, at: EpochMs): MarketMark | undefined {
  const { market, fence, pnl, equity } = session;
  if (pnl.markPrice === undefined || equity === undefined) return undefined;
  return {
    market,
    fence,
    at,
    mid: pnl.markPrice,
    position: pnl.position.size,
    netPnlUsd: netPnlUsd(pnl),
    peakUsd: usd(equity.peakUsd),
    dayOpenUsd: usd(equity.dayOpenUsd),
    limitsSince: equity.firstAt,
  };
}
