import { describeFailure, type VenueFailure } from '../../domain/failure.ts';
import type { HaltOrder } from '../../domain/halt.ts';
import { epochMs, type EpochMs } from '../../domain/units.ts';
import { backOffMs, uniformOf } from '../../math/back-off.ts';
import { figuresOf } from '../../strategy/decision.ts';
import { pauseAfter, plan, type Plan, send } from './decide-and-send.ts';
import { haltMarket } from './halt-market.ts';
import { doChores } from './do-chores.ts';
import { cancelEverything } from './leave-market.ts';
import { lookAndSettle } from './look-and-settle.ts';
import type { RunningSession } from './running-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';
import type { Ending } from './session-report.ts';

export interface CycleResult {
  readonly running: RunningSession;
  readonly next: 'again' | Ending;
}

/**
 * Look, decide, review, act, report, once; then wait for the next time. Safe to run twice: the
 * second run finds nothing to change. A look that follows at once, because an order was refused or
 * room comes free, is bounded by `promptLooks`.
 */
export async function requoteCycle(
  deps: SessionDeps,
  before: RunningSession,
  deadline: EpochMs,
): Promise<CycleResult> {
  const { clock } = deps;
  const startedAt = clock.now();
  let running = before;
  for (let look = 1; look <= SESSION_BOUNDS.promptLooks; look += 1) {
    const turn = await lookDecideSend(deps, running);
    if (turn.kind === 'lost') return { running: turn.running, next: 'lost-lease' };
    if (turn.kind === 'halt')
      return { running: await haltMarket(deps, turn.running, turn.order), next: 'halted' };
    running = turn.running;
    if (turn.kind === 'settled') break;
  }
  return choresUntil(deps, running, startedAt, deadline);
}

/**
 * Passes the time until the next look with the chores, often enough that the lease never runs out
 * over a long pause.
 */
async function choresUntil(
  deps: SessionDeps,
  before: RunningSession,
  lookedAt: EpochMs,
  deadline: EpochMs,
): Promise<CycleResult> {
  const { clock } = deps;
  let running = before;
  for (;;) {
    const chores = await doChores(deps, running);
    if (chores.kind === 'lost') return { running: chores.running, next: 'lost-lease' };
    running = chores.running;
    const ending = endingDue(running, clock.now(), deadline);
    if (ending !== undefined) return { running, next: ending };
    const nextAt = Math.max(
      lookedAt + running.parameters.values.requoteIntervalMs + running.delayMs,
      running.pauseUntil,
    );
    const changed = running.parameters.version !== before.parameters.version;
    if (clock.now() >= nextAt || (changed && clock.now() >= running.pauseUntil))
      return { running, next: 'again' };
    await clock.sleep(
      Math.min(nextAt - clock.now(), deadline - clock.now(), SESSION_BOUNDS.choresEveryMs),
    );
    if (clock.now() >= nextAt) return { running, next: 'again' };
  }
}

type Turn =
  /** Nothing more to do until the next time. */
  | { readonly kind: 'settled'; readonly running: RunningSession }
  /** A quote was refused, by the venue or by our own review: another look may find room for it. */
  | { readonly kind: 'look-again'; readonly running: RunningSession }
  /** A limit was passed: trading ends until a person lifts it. */
  | { readonly kind: 'halt'; readonly running: RunningSession; readonly order: HaltOrder }
  | { readonly kind: 'lost'; readonly running: RunningSession };

async function lookDecideSend(deps: SessionDeps, before: RunningSession): Promise<Turn> {
  const seen = await lookAndSettle(deps, before);
  if (seen.kind === 'superseded') return { kind: 'lost', running: seen.running };
  if (seen.kind === 'blind')
    return { kind: 'settled', running: await onBlind(deps, seen.running, seen.failure) };
  const planned = plan({ ...seen.running, failuresInRow: 0 }, seen.look, deps.clock.now());
  deps.onDecision?.(planned.made);
  const said = sayReasons(deps, planned);
  const { decision } = planned.made;
  if (decision.kind === 'halt')
    return { kind: 'halt', running: said.running, order: decision.order };
  if (planned.review.approved.length === 0) return { kind: 'settled', running: said.running };
  const held = await holdLease(deps, said.running);
  if (held === undefined) return { kind: 'lost', running: said.running };
  const sent = await send(deps, { ...planned, running: held });
  const waitsForCancels =
    planned.review.refused.length > 0 &&
    planned.review.approved.some(({ kind }) => kind !== 'place');
  return {
    kind: sent.refused || waitsForCancels ? 'look-again' : 'settled',
    running: sent.running,
  };
}

/**
 * Before every send the lease must outlive the request, or an order could arrive after somebody
 * else took over.
 */
async function holdLease(
  { leases, clock, venue }: SessionDeps,
  running: RunningSession,
): Promise<RunningSession | undefined> {
  if (running.lease.expiresAt - clock.now() > venue.requestTimeoutMs) return running;
  const lease = await leases.renew(running.lease, clock.now(), SESSION_BOUNDS.leaseTtlMs);
  return lease === undefined ? undefined : { ...running, lease };
}

const BACK_OFF = { baseMs: SESSION_BOUNDS.backOffBaseMs, maxMs: SESSION_BOUNDS.backOffMaxMs };

/**
 * What rests on a market that cannot be seen is cancelled now if by the time of the next look the
 * last one were too old to quote on (C11). The wait is random, so markets that go blind together do
 * not all cancel at the same time (C12).
 */
async function onBlind(
  deps: SessionDeps,
  running: RunningSession,
  failure: VenueFailure,
): Promise<RunningSession> {
  deps.log.warn('look failed', { failure: describeFailure(failure) });
  deps.metrics.add('LookFailed', 'Count', 1);
  const now = deps.clock.now();
  const failuresInRow = running.failuresInRow + 1;
  const { market, fence } = running.lease;
  const waitMs = backOffMs(failuresInRow, uniformOf(`${market} ${fence} ${now}`), BACK_OFF);
  const pauseUntil = epochMs(Math.max(pauseAfter(running, [failure], now), now + waitMs));
  const paused = { ...running, failuresInRow, pauseUntil };
  const { maxBookAgeMs, requoteIntervalMs } = running.parameters.values;
  const nextLookAt = Math.max(pauseUntil, now + requoteIntervalMs);
  const tooLate = nextLookAt - running.lastLookAt > maxBookAgeMs;
  return tooLate && running.session.orders.length > 0 ? cancelEverything(deps, paused) : paused;
}

function endingDue(running: RunningSession, now: EpochMs, deadline: EpochMs): Ending | undefined {
  const { mode } = running.parameters.values;
  if (running.halt !== undefined) return 'halted';
  if (mode === 'off' || running.switchedOff) return 'switched-off';
  if (mode === 'paper' && !running.spec.simulated) return 'venue-forbids';
  if (running.lease.yieldTo !== undefined) return 'handed-over';
  return now >= deadline ? 'deadline' : undefined;
}

/** Reasons are said when they change, not every few seconds. */
function sayReasons(
  { log }: SessionDeps,
  { running, made: { decision }, review }: Plan,
): { readonly running: RunningSession } {
  const reasons = [...decision.reasons, ...review.refused.map(({ why }) => why)];
  const codes = reasons.map(({ code }) => code).join(' ');
  if (codes === running.lastReasons) return { running };
  log.info('reasons', { reasons: reasons.map(({ text }) => text), figures: figuresOf(decision) });
  return { running: { ...running, lastReasons: codes } };
}
