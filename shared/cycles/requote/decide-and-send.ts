import type { VenueFailure } from '../../domain/failure.ts';
import { profitSoFar } from '../../accounting/equity-curve.ts';
import type { MarkoutState } from '../../accounting/markouts.ts';
import { markoutFigures } from '../../accounting/markout-figures.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import { inventoryCapUsd } from '../../domain/inventory-cap.ts';
import type { Fees } from '../../domain/market.ts';
import { bps, epochMs, type EpochMs } from '../../domain/units.ts';
import type { MarketView } from '../../domain/view.ts';
import type { CommandResult, VenueLook } from '../../ports/venue.ts';
import { uniformOf } from '../../math/back-off.ts';
import { decide } from '../../strategy/decide.ts';
import { delayUpToMsOf, figuresOf, wantedOf } from '../../strategy/decision.ts';
import { diffOrders } from '../../orders/diff-orders.ts';
import { orderCommands } from '../../orders/order-commands.ts';
import { ordersAnswered, ordersSent } from '../../orders/order-lifecycle.ts';
import { type Review, reviewCommands } from '../../orders/review-commands.ts';
import { jitterMs } from '../../strategy/signals/fill-toxicity.ts';
import type { DecisionRecord } from './decision-record.ts';
import type { RunningSession } from './running-session.ts';
import type { SessionDeps } from './session-deps.ts';

export interface Plan {
  readonly running: RunningSession;
  readonly made: DecisionRecord;
  readonly review: Review;
}

/** What this look makes us want, and the approved commands that bring it about. Pure. */
export function plan(running: RunningSession, look: VenueLook, now: EpochMs): Plan {
  const { session, parameters, lease } = running;
  const view = viewOf(running, look, now);
  const decision = decide(view, running.brain, parameters);
  const { quotes, tolerance } = wantedOf(decision);
  const figures = figuresOf(decision);
  const change = diffOrders(quotes, session.orders, tolerance, now);
  const { commands, nextCounter } = orderCommands(change, session.orders, {
    market: lease.market,
    fence: lease.fence,
    nextCounter: running.nextCounter,
  });
  const mid = figures?.mid ?? session.pnl.markPrice ?? 0;
  const review = reviewCommands(commands, {
    maxInventoryUsd: inventoryCapUsd(parameters.values),
    mid,
    positions: [session.pnl.position.size, running.venuePosition],
    working: session.orders,
  });
  const decided = {
    ...session,
    decisions: session.decisions + 1,
    decisionsHash: fingerprint(
      JSON.stringify([now, quotes, figures, decision.reasons]),
      session.decisionsHash,
    ),
  };
  const delayMs = jitterMs(
    uniformOf(`${lease.market} ${lease.fence} ${decided.decisions}`),
    delayUpToMsOf(decision),
  );
  return {
    running: {
      ...running,
      session: decided,
      brain: decision.state,
      newFills: [],
      delayMs,
      nextCounter,
    },
    made: { view, before: running.brain, parameters, decision },
    review,
  };
}

/**
 * Sends what was approved in one go and notes the answers. The caller has made sure that the lease
 * outlives it.
 */
export async function send(
  { venue, clock, log, metrics }: SessionDeps,
  planned: Plan,
): Promise<{ readonly running: RunningSession; readonly refused: boolean }> {
  const { running, review } = planned;
  const sent = {
    ...running,
    session: {
      ...running.session,
      orders: ordersSent(running.session.orders, review.approved, clock.now()),
    },
  };
  const results = await venue.send(review.approved);
  const failures = results.flatMap((result) =>
    result.outcome.ok ? [] : [{ command: result.command.kind, failure: result.outcome.failure }],
  );
  for (const { command, failure } of failures) {
    log.warn('command failed', { command, ...failure });
    metrics.add(
      failure.kind === 'outcome-unknown' ? 'OutcomeUnknown' : 'CommandRejected',
      'Count',
      1,
    );
  }
  const placed = results.filter(
    (result) => result.outcome.ok && result.outcome.value.kind === 'placed',
  ).length;
  return {
    running: {
      ...sent,
      pauseUntil: pauseAfter(
        running,
        failures.map(({ failure }) => failure),
        clock.now(),
      ),
      session: {
        ...sent.session,
        quotesPlaced: sent.session.quotesPlaced + placed,
        orders: ordersAnswered(sent.session.orders, results.map(asAnswer)),
      },
    },
    refused: failures.some(
      ({ command, failure }) => command === 'place' && failure.kind === 'rejected',
    ),
  };
}

const asAnswer = ({
  command,
  outcome,
}: CommandResult): Parameters<typeof ordersAnswered>[1][number] => ({
  command,
  outcome: outcome.ok
    ? { ok: true, value: outcome.value.kind === 'placed' ? { venueId: outcome.value.venueId } : {} }
    : outcome,
});

/** When the venue asked for patience, the longest it asked for counts. */
export function pauseAfter(
  running: RunningSession,
  failures: readonly VenueFailure[],
  now: EpochMs,
): EpochMs {
  const waits = failures.map((failure) =>
    failure.kind === 'rate-limited' ? now + failure.retryAfterMs : 0,
  );
  return epochMs(Math.max(running.pauseUntil, ...waits));
}

function viewOf(running: RunningSession, look: VenueLook, now: EpochMs): MarketView {
  const { session, spec, parameters, mismatches } = running;
  return {
    now,
    spec,
    fees: feesOf(running.spec.fees, parameters.values),
    book: look.book,
    // While our fills do not explain it, the venue's word on the position is the one to act on.
    position: mismatches > 0 ? look.position : session.pnl.position,
    orders: session.orders,
    fills: running.newFills,
    trades: look.trades,
    reference: undefined,
    averageMarkoutBps: averageMarkoutBps(running.markouts),
    profit: profitSoFar(session.equity),
    peers: running.peers,
    cadence: {
      secondsToNextRequote: parameters.values.requoteIntervalMs / 1000,
      latencySeconds: LATENCY_SECONDS,
    },
    venueHourlyVolatility: running.venueHourlyVolatility,
    tilt: running.tilt,
    requestsLeftRatio: look.requestsLeftRatio,
  };
}

/** A look and a send, each about this long there and back. */
const LATENCY_SECONDS = 0.25;

/** Fewer fills say nothing. */
const LEAST_MARKOUTS = 5;

function averageMarkoutBps(markouts: MarkoutState): number | undefined {
  const { fills, averageBps } = markoutFigures(markouts.cells, 30_000, { liquidity: 'maker' });
  return fills < LEAST_MARKOUTS ? undefined : averageBps;
}

const feesOf = (
  venue: Fees,
  {
    makerFeeBps,
    takerFeeBps,
  }: { readonly makerFeeBps: number | undefined; readonly takerFeeBps: number | undefined },
): Fees => ({
  makerBps: bps(makerFeeBps ?? venue.makerBps),
  takerBps: bps(takerFeeBps ?? venue.takerBps),
});
