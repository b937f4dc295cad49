import { netPnlUsd } from '../../accounting/profit-and-loss.ts';
import type { Halt, HaltOrder } from '../../domain/halt.ts';
import type { CancelAll } from '../../domain/order.ts';
import type { MarketId } from '../../domain/market-id.ts';
import type { EpochMs } from '../../domain/units.ts';
import { reviewCommands } from '../../orders/review-commands.ts';
import { bookAll } from './absorb-fills.ts';
import type { RunningSession } from './running-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

/**
 * Makes a halt last, before anything else is done: whoever dies now leaves a market that nobody
 * trades. What the loss limits measure begins anew, so that lifting the halt is enough to trade
 * again.
 */
export async function haltMarket(
  deps: SessionDeps,
  running: RunningSession,
  order: HaltOrder,
): Promise<RunningSession> {
  const { market } = running;
  const halt: Halt & { readonly at: EpochMs } = {
    ...order,
    market,
    at: deps.clock.now(),
    netPnlUsd: netPnlUsd(running.session.pnl),
  };
  const isFirst = await deps.halts.put(halt);
  deps.log.error('halted: delete the item HALT of the market in the State table to trade again', {
    halt,
    isFirst,
  });
  deps.metrics.add('Halted', 'Count', 1);
  const booked = isFirst ? bookAll(running, [{ kind: 'halt', halt }]) : running;
  return { ...booked, halt, session: { ...booked.session, equity: undefined } };
}

/**
 * What a start does on a halted market: says so, and cancels what a session that died while halting
 * left behind. Later on orders are left alone: a person who unwinds by hand must not have them
 * cancelled every minute.
 */
export async function keepHalted(
  { venue, clock, log, metrics }: SessionDeps,
  market: MarketId,
  halt: Halt,
): Promise<string> {
  const why = `halted: ${halt.text}`;
  metrics.add('Halted', 'Count', 1);
  if (halt.at !== undefined && clock.now() - halt.at > SESSION_BOUNDS.haltCleanupMs) return why;
  const look = await venue.look(market);
  if (look.ok && look.value.orders.length === 0) return why;
  const command: CancelAll = { kind: 'cancel-all', market };
  const { approved } = reviewCommands([command], {
    maxInventoryUsd: 0,
    mid: 0,
    positions: [0],
    working: [],
  });
  for (const { outcome } of await venue.send(approved))
    if (!outcome.ok) log.error('cancel-all failed while halted', { ...outcome.failure });
  return why;
}
