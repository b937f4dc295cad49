import { InvariantError } from '../../domain/failure.ts';
import type { MarketId } from '../../domain/market-id.ts';
import { describeProblems } from '../../domain/parameter-reading.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Lease } from '../../ports/lease-store.ts';
import { acquireLease, type LeaseRequest } from './acquire-lease.ts';
import { keepHalted } from './halt-market.ts';
import { cancelEverything, handOver, stopTrading } from './leave-market.ts';
import { readControl, sayRefused } from './read-parameters.ts';
import { recover } from './recover.ts';
import { requoteCycle } from './requote-cycle.ts';
import type { RunningSession } from './running-session.ts';
import type { SessionDeps } from './session-deps.ts';
import type { Ending, SessionReport } from './session-report.ts';

export interface SessionRequest extends LeaseRequest {
  /** The loop ends before this. */
  readonly deadline: EpochMs;
}

/**
 * Lease, recover, loop, leave (DESIGN 5): one invocation's share in trading a market. Safe to run
 * twice, late or beside itself.
 */
export async function runSession(
  deps: SessionDeps,
  request: SessionRequest,
): Promise<SessionReport> {
  const answer = await acquireLease(deps, request);
  if (answer.kind === 'held') return { kind: 'already-held', by: answer.by };
  const started = await start(deps, answer.lease, request.market);
  if (started.kind === 'not-ready') {
    await deps.leases.release(answer.lease);
    deps.log.warn('standing aside', { why: started.why });
    deps.metrics.flush();
    return { kind: 'stood-aside', why: started.why };
  }
  return loopAndLeave(deps, started.running, request.deadline);
}

type Started =
  | { readonly kind: 'ready'; readonly running: RunningSession }
  | { readonly kind: 'not-ready'; readonly why: string };

async function start(deps: SessionDeps, lease: Lease, market: MarketId): Promise<Started> {
  const { parameters: reading, tilt, halt, unread } = await readControl(deps, market);
  for (const problem of unread) deps.log.warn('left aside', { problem });
  if (halt !== undefined) return { kind: 'not-ready', why: await keepHalted(deps, market, halt) };
  if (reading.kind === 'refused') {
    const problems = describeProblems(reading);
    await deps.parameters.record(market, reading, deps.clock.now(), []);
    sayRefused(deps, market, problems);
    return { kind: 'not-ready', why: `parameters refused: ${problems.join('; ')}` };
  }
  if (reading.values.mode === 'off') return { kind: 'not-ready', why: 'mode is off' };
  await deps.parameters.record(market, reading, deps.clock.now(), []);
  return recover(deps, { lease, market, parameters: reading, tilt });
}

async function loopAndLeave(
  deps: SessionDeps,
  first: RunningSession,
  deadline: EpochMs,
): Promise<SessionReport> {
  let running = first;
  try {
    for (;;) {
      const cycle = await requoteCycle(deps, running, deadline);
      running = cycle.running;
      if (cycle.next === 'again') continue;
      return reportOf(await leave(deps, running, cycle.next), cycle.next, first);
    }
  } catch (error) {
    // Whatever went wrong, nothing may rest unattended (C9).
    if (await isStillOurs(deps, running.lease)) await cancelEverything(deps, running);
    throw error;
  }
}

/**
 * Quotes of a market that somebody else took over are his. If the lease cannot be read, its time
 * decides.
 */
async function isStillOurs({ leases, clock }: SessionDeps, lease: Lease): Promise<boolean> {
  try {
    const current = await leases.read(lease.group);
    return current?.owner === lease.owner && current.fence === lease.fence;
  } catch {
    return clock.now() < lease.expiresAt;
  }
}

/**
 * A successor adopts the quotes only when it is waiting for them; in every other case they are
 * cancelled.
 */
async function leave(
  deps: SessionDeps,
  running: RunningSession,
  ending: Ending,
): Promise<RunningSession> {
  switch (ending) {
    case 'handed-over':
      return handOver(deps, running);
    case 'halted':
    case 'switched-off':
    case 'deadline':
    case 'venue-forbids':
      return stopTrading(deps, running);
    case 'lost-lease':
      deps.log.error('the lease is lost, another invocation trades the market', {
        market: running.market,
      });
      deps.metrics.flush();
      return running;
  }
}

function reportOf(running: RunningSession, ended: Ending, first: RunningSession): SessionReport {
  const { session } = running;
  if (session.decisions < first.session.decisions)
    throw new InvariantError('a session cannot lose decisions');
  return {
    kind: 'ran',
    ended,
    decisions: session.decisions - first.session.decisions,
    quotesPlaced: session.quotesPlaced - first.session.quotesPlaced,
    fills: session.pnl.fills - first.session.pnl.fills,
  };
}
