import type { HedgeIntent } from '../../domain/hedge.ts';
import { epochMs, type EpochMs, usd } from '../../domain/units.ts';
import { hedgeThresholdUsd, isBreach } from '../../hedging/hedge-plan.ts';
import type { RunningSession } from './running-session.ts';
import { saveSession } from './save-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

export type Watched =
  | { readonly kind: 'watched'; readonly running: RunningSession }
  | { readonly kind: 'lost'; readonly running: RunningSession };

/**
 * Asks for a hedge when the inventory is beyond the threshold, once per breach. First the session
 * is saved with the intent's id, then the intent is written, then the event is put: a crash at any
 * point leaves something that the next session finishes, and never two intents. While one is open
 * no other is opened; one that nobody finished is announced again.
 */
export async function watchThreshold(deps: SessionDeps, running: RunningSession): Promise<Watched> {
  const { openHedge } = running.session;
  if (openHedge === undefined) return openIfBreached(deps, running);
  const record = await deps.hedges.read(running.market);
  const isIt = record?.intent.id === openHedge.id;
  if (!isIt || record.status.kind === 'done') {
    if (isIt && record.status.kind === 'done')
      deps.log.info('hedge done', { hedgeId: openHedge.id, outcome: record.status.outcome });
    return watched(withOpenHedge(running, undefined));
  }
  if (deps.clock.now() < openHedge.openedAt + SESSION_BOUNDS.hedgeRetryMs) return watched(running);
  return watched(await announce(deps, running, record.intent));
}

const watched = (running: RunningSession): Watched => ({ kind: 'watched', running });

async function openIfBreached(deps: SessionDeps, running: RunningSession): Promise<Watched> {
  const intent = intentIfBreached(running, deps.clock.now());
  if (intent === undefined) return watched(running);
  const saved = await saveSession(
    deps,
    withOpenHedge(running, { id: intent.id, openedAt: intent.openedAt }),
  );
  if (saved === undefined) return { kind: 'lost', running };
  if (await deps.hedges.open(intent)) return watched(await announce(deps, saved, intent));
  // One that an earlier session opened and forgot is open: it is the one to be worked off.
  const open = await deps.hedges.read(running.market);
  return watched(await announce(deps, saved, open?.intent ?? intent));
}

function intentIfBreached(
  { session, parameters: { values }, lease, market }: RunningSession,
  now: EpochMs,
): HedgeIntent | undefined {
  const mid = session.pnl.markPrice;
  if (mid === undefined) return undefined;
  const inventoryUsd = usd(session.pnl.position.size * mid);
  const thresholdUsd = usd(hedgeThresholdUsd(values));
  if (!isBreach(inventoryUsd, thresholdUsd)) return undefined;
  return {
    // Time and fence: no other session, and not this one again, can make the same.
    id: `${now}-${lease.fence}`,
    market,
    openedAt: now,
    inventoryUsd,
    thresholdUsd,
    hedgeFraction: values.hedgeFraction,
    hedgeMaxSlippageBps: values.hedgeMaxSlippageBps,
  };
}

/**
 * A bus that does not take the event must not stop the quoting that works the inventory off: it is
 * tried again soon.
 */
async function announce(
  { events, log, metrics, clock }: SessionDeps,
  running: RunningSession,
  intent: HedgeIntent,
): Promise<RunningSession> {
  const { id, market, inventoryUsd, thresholdUsd } = intent;
  const now = clock.now();
  try {
    await events.put({
      type: 'InventoryThresholdBreached',
      market,
      hedgeId: id,
      inventoryUsd,
      thresholdUsd,
      at: now,
    });
  } catch (error) {
    log.error('hedge not announced', {
      hedgeId: id,
      problem: error instanceof Error ? error.message : String(error),
    });
    metrics.add('EventNotPut', 'Count', 1);
    return withOpenHedge(running, {
      id,
      openedAt: epochMs(now - SESSION_BOUNDS.hedgeRetryMs + SESSION_BOUNDS.announceRetryMs),
    });
  }
  log.info('hedge requested', { hedgeId: id, inventoryUsd, thresholdUsd });
  metrics.add('HedgeRequested', 'Count', 1);
  return withOpenHedge(running, { id, openedAt: now });
}

const withOpenHedge = (
  running: RunningSession,
  openHedge: RunningSession['session']['openHedge'],
): RunningSession => ({
  ...running,
  session: { ...running.session, openHedge },
});
