import type { CancelAll } from '../../domain/order.ts';
import { ordersAnswered, ordersSent } from '../../orders/order-lifecycle.ts';
import { reviewCommands } from '../../orders/review-commands.ts';
import { saveSession, writeLedger } from './save-session.ts';
import { lookAndSettle } from './look-and-settle.ts';
import type { RunningSession } from './running-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

/** Hands the market over: the quotes stay, the successor adopts them, the book never goes empty. */
export async function handOver(
  deps: SessionDeps,
  running: RunningSession,
): Promise<RunningSession> {
  return settleUp(deps, await lookOnce(deps, running));
}

/**
 * Stops trading: cancels, looks until nothing rests, books what traded meanwhile, saves and lets go
 * of the market.
 */
export async function stopTrading(
  deps: SessionDeps,
  before: RunningSession,
): Promise<RunningSession> {
  let running = before;
  for (let attempt = 1; attempt <= SESSION_BOUNDS.cancelAttempts; attempt += 1) {
    running = await lookOnce(deps, await cancelEverything(deps, running));
    if (running.session.orders.length === 0 && !running.unexplained) return settleUp(deps, running);
    await deps.clock.sleep(attempt * SESSION_BOUNDS.yieldPollMs);
  }
  deps.log.error('orders may still rest', {
    market: running.market,
    orders: running.session.orders,
  });
  deps.metrics.add('OrdersLeftBehind', 'Count', running.session.orders.length);
  return settleUp(deps, running);
}

/**
 * A cancel-all, whatever we believe rests: for leaving, and for whenever nothing else can be known.
 */
export async function cancelEverything(
  { venue, clock, log }: SessionDeps,
  running: RunningSession,
): Promise<RunningSession> {
  const { session, market } = running;
  const command: CancelAll = { kind: 'cancel-all', market };
  const { approved } = reviewCommands([command], {
    maxInventoryUsd: 0,
    mid: 0,
    positions: [0],
    working: [],
  });
  const sent = ordersSent(session.orders, approved, clock.now());
  const results = await venue.send(approved);
  for (const { outcome } of results)
    if (!outcome.ok) log.warn('cancel-all failed', { ...outcome.failure });
  return {
    ...running,
    session: {
      ...session,
      orders: ordersAnswered(
        sent,
        results.map(({ outcome }) => ({
          command,
          outcome: outcome.ok ? { ok: true, value: {} } : outcome,
        })),
      ),
    },
  };
}

/**
 * A last look is for the books only: if it fails, the next session books what it would have shown.
 */
async function lookOnce(deps: SessionDeps, running: RunningSession): Promise<RunningSession> {
  const seen = await lookAndSettle(deps, { ...running, due: { ...running.due, fundingAt: 0 } });
  return seen.running;
}

async function settleUp(deps: SessionDeps, running: RunningSession): Promise<RunningSession> {
  const written = await writeLedger(deps, running);
  const saved = await saveSession(deps, { ...written, due: { ...written.due, brainAt: 0 } });
  await deps.leases.release(written.lease);
  deps.metrics.flush();
  return saved ?? written;
}
