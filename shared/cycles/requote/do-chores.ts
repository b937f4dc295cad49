import { markoutsByQuote } from '../../accounting/markout-figures.ts';
import { markTo, netPnlUsd, residualUsd } from '../../accounting/profit-and-loss.ts';
import type { RunningSession } from './running-session.ts';
import { refreshParameters } from './read-parameters.ts';
import { saveSession, writeLedger } from './save-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';
import { watchThreshold } from './watch-threshold.ts';

export type Chores =
  | { readonly kind: 'done'; readonly running: RunningSession }
  | { readonly kind: 'lost'; readonly running: RunningSession };

/**
 * Everything that is not on the way from look to send: the ledger, the hedge, the lease,
 * parameters, the saved session, figures.
 */
export async function doChores(deps: SessionDeps, before: RunningSession): Promise<Chores> {
  let running = await writeLedger(deps, before);
  const watched = await watchThreshold(deps, running);
  if (watched.kind === 'lost') return watched;
  running = watched.running;
  const renewed = await renewLease(deps, running);
  if (renewed === undefined) return { kind: 'lost', running };
  running = renewed;
  if (deps.clock.now() >= running.due.parametersAt)
    running = await refreshParameters(deps, running);
  if (deps.clock.now() >= running.due.volatilityAt)
    running = await refreshVolatility(deps, running);
  if (deps.clock.now() >= running.due.peersAt) running = await refreshPeers(deps, running);
  if (deps.clock.now() >= running.due.saveAt || running.unwritten !== before.unwritten) {
    const saved = await saveSession(deps, running);
    if (saved === undefined) return { kind: 'lost', running };
    running = saved;
  }
  if (deps.clock.now() >= running.due.reportAt) running = await report(deps, running);
  return { kind: 'done', running };
}

async function renewLease(
  { leases, clock }: SessionDeps,
  running: RunningSession,
): Promise<RunningSession | undefined> {
  const now = clock.now();
  const ageMs = SESSION_BOUNDS.leaseTtlMs - (running.lease.expiresAt - now);
  if (ageMs < SESSION_BOUNDS.renewAfterMs) return running;
  const lease = await leases.renew(running.lease, now, SESSION_BOUNDS.leaseTtlMs);
  return lease === undefined ? undefined : { ...running, lease };
}

/** A figure the venue cannot give now is forgotten: an old one is worse than none. */
async function refreshVolatility(
  { venue, clock }: SessionDeps,
  running: RunningSession,
): Promise<RunningSession> {
  const volatility = await venue.hourlyVolatility(running.market);
  return {
    ...running,
    venueHourlyVolatility: volatility.ok ? volatility.value : undefined,
    due: { ...running.due, volatilityAt: clock.now() + SESSION_BOUNDS.volatilityEveryMs },
  };
}

/** What cannot be read leaves the mids as they were: they age, and an old one counts as missing. */
async function refreshPeers(
  { sessions, clock, peerMarkets, log }: SessionDeps,
  running: RunningSession,
): Promise<RunningSession> {
  const due = { ...running.due, peersAt: clock.now() + SESSION_BOUNDS.peersEveryMs };
  if (peerMarkets.length === 0) return { ...running, due };
  try {
    const marks = await sessions.marks(peerMarkets);
    const peers = Object.fromEntries(marks.map(({ market, mid, at }) => [market, { mid, at }]));
    return { ...running, peers, due };
  } catch (error) {
    log.warn('the mids of other markets could not be read', { error: String(error) });
    return { ...running, due };
  }
}

/**
 * One line and one set of metrics a minute; the residual is what the venue's equity did that our
 * parts do not explain (E1).
 */
async function report(
  { venue, clock, log, metrics }: SessionDeps,
  running: RunningSession,
): Promise<RunningSession> {
  const { session, market } = running;
  const { pnl } = session;
  const change = await venue.equityChange(market, session.startedAt);
  metrics.add('Heartbeat', 'Count', 1);
  metrics.add('Inventory', 'None', pnl.position.size * (pnl.markPrice ?? 0));
  metrics.add('NetPnl', 'None', netPnlUsd(pnl));
  metrics.add('QuotesPlaced', 'Count', session.quotesPlaced - running.reportedQuotes);
  // Only comparable while the venue and we mean the same position.
  const residual =
    change.ok && change.value.positionSize === pnl.position.size
      ? residualUsd(change.value.netUsd, markTo(pnl, change.value.markPrice))
      : undefined;
  if (residual !== undefined) {
    metrics.add('Residual', 'None', residual);
    metrics.add('ResidualAbs', 'None', Math.abs(residual));
  }
  metrics.flush();
  log.info('session', {
    orders: session.orders.length,
    decisions: session.decisions,
    quotesPlaced: session.quotesPlaced,
    pnl,
    residualUsd: residual,
    markouts30s: markoutsByQuote(running.markouts.cells, 30_000),
  });
  return {
    ...running,
    reportedQuotes: session.quotesPlaced,
    due: { ...running.due, reportAt: clock.now() + SESSION_BOUNDS.reportEveryMs },
  };
}
