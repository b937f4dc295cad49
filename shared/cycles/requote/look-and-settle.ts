import { midOf } from '../../domain/book.ts';
import type { VenueFailure } from '../../domain/failure.ts';
import { nextBoundary } from '../../domain/funding.ts';
import type { Fill } from '../../domain/fill.ts';
import type { WorkingOrder } from '../../domain/order.ts';
import { SECOND_MS } from '../../domain/time.ts';
import { epochMs, type EpochMs, type Price } from '../../domain/units.ts';
import type { VenueLook } from '../../ports/venue.ts';
import { onEquity } from '../../accounting/equity-curve.ts';
import { markoutOnMid } from '../../accounting/markouts.ts';
import { markTo, netPnlUsd } from '../../accounting/profit-and-loss.ts';
import { ordersSettled } from '../../orders/order-lifecycle.ts';
import { absorbFills, absorbFunding } from './absorb-fills.ts';
import { checkPosition, differs } from './check-position.ts';
import type { RunningSession, SentOrder } from './running-session.ts';
import { SESSION_BOUNDS, type SessionDeps } from './session-deps.ts';

export type Seen =
  | { readonly kind: 'seen'; readonly running: RunningSession; readonly look: VenueLook }
  /** Something could not be read: nothing may be decided. */
  | { readonly kind: 'blind'; readonly running: RunningSession; readonly failure: VenueFailure }
  | { readonly kind: 'superseded'; readonly running: RunningSession; readonly fence: number };

/**
 * One look at the venue, and our books brought up to it: orders, executions, funding, position,
 * mark.
 */
export async function lookAndSettle(deps: SessionDeps, before: RunningSession): Promise<Seen> {
  const { venue, clock } = deps;
  const { market } = before;
  const lookedAt = clock.now();
  const look = await venue.look(market);
  if (!look.ok) return { kind: 'blind', running: before, failure: look.failure };
  const settled = settleOrders(deps, before, look.value, lookedAt);
  if (settled.supersededBy !== undefined)
    return { kind: 'superseded', running: settled.running, fence: settled.supersededBy };

  let { running } = settled;
  const mid = knownMid(look.value, running);
  let listed: readonly Fill[] = [];
  if (running.unexplained && mid !== undefined) {
    const fills = await venue.fills(market, running.session.fillsBookedTo);
    if (!fills.ok) return { kind: 'blind', running, failure: fills.failure };
    listed = fills.value;
    running = { ...absorbFills(running, listed, mid), unexplained: false };
  }
  if (mid !== undefined) {
    running = checkPosition(deps, running, { listed, mid, lookedAt });
    const funded = await settleFunding(deps, running, mid);
    if (!funded.ok) return { kind: 'blind', running, failure: funded.failure };
    running = funded.value;
  }
  return {
    kind: 'seen',
    running: { ...markedTo(running, look.value, lookedAt), lastLookAt: lookedAt },
    look: look.value,
  };
}

function settleOrders(
  deps: SessionDeps,
  before: RunningSession,
  look: VenueLook,
  now: EpochMs,
): { readonly running: RunningSession; readonly supersededBy: number | undefined } {
  const { lease, session } = before;
  const settledAfterMs = deps.venue.requestTimeoutMs * SESSION_BOUNDS.settledAfterTimeouts;
  const settled = ordersSettled(session.orders, {
    market: before.market,
    deployment: deps.deployment,
    fence: lease.fence,
    listed: look.orders,
    now,
    settledAfterMs,
  });
  const venuePosition = look.position.size;
  const unexplained =
    before.unexplained ||
    settled.changed ||
    differs(before, venuePosition, session.pnl.position.size, session.pnl.markPrice);
  const sent = withSent(before.sent, session.orders);
  const running = {
    ...before,
    session: { ...session, orders: settled.working },
    sent,
    venuePosition,
    unexplained,
  };
  return { running, supersededBy: settled.supersededBy };
}

function markedTo(running: RunningSession, { book }: VenueLook, lookedAt: EpochMs): RunningSession {
  if (!book.ok) return running;
  const mid = midOf(book.value);
  const pnl = markTo(running.session.pnl, mid);
  const equity = onEquity(running.session.equity, netPnlUsd(pnl), lookedAt);
  return {
    ...running,
    markouts: markoutOnMid(running.markouts, mid, book.value.at),
    session: { ...running.session, pnl, equity },
  };
}

/** More orders than any look can still be told the fills of. */
const MOST_SENT = 500;

/**
 * Orders as they are before this look settles them: an order that is gone now may be one whose fill
 * is yet to be read.
 */
function withSent(
  known: ReadonlyMap<string, SentOrder>,
  orders: readonly WorkingOrder[],
): ReadonlyMap<string, SentOrder> {
  const unknown = orders.flatMap(({ venueId, since, level }) =>
    venueId === undefined || known.has(venueId) ? [] : [[venueId, { at: since, level }] as const],
  );
  return unknown.length === 0 ? known : new Map([...known, ...unknown].slice(-MOST_SENT));
}

const knownMid = (look: VenueLook, { session }: RunningSession): Price | undefined =>
  look.book.ok ? midOf(look.book.value) : session.pnl.markPrice;

type Funded =
  | { readonly ok: true; readonly value: RunningSession }
  | { readonly ok: false; readonly failure: VenueFailure };

/**
 * Books what was settled at boundaries that have passed; a boundary without a payment stays open
 * for as long as one may be late.
 */
async function settleFunding(
  { venue, clock }: SessionDeps,
  running: RunningSession,
  mid: Price,
): Promise<Funded> {
  const now = clock.now();
  if (now < running.due.fundingAt) return { ok: true, value: running };
  const boundary = nextBoundary(running.session.fundingBookedTo, running.funding.intervalHours);
  if (now < boundary + SECOND_MS)
    return { ok: true, value: withFundingDue(running, boundary + SECOND_MS) };
  const payments = await venue.fundingPayments(
    running.market,
    running.session.fundingBookedTo,
    now,
  );
  if (!payments.ok) return payments;
  const settledTo =
    now >= boundary + SESSION_BOUNDS.fundingLateMs ? boundary : running.session.fundingBookedTo;
  return {
    ok: true,
    value: withFundingDue(
      absorbFunding(running, payments.value, epochMs(settledTo), mid),
      now + SESSION_BOUNDS.fundingPollMs,
    ),
  };
}

const withFundingDue = (running: RunningSession, fundingAt: number): RunningSession => ({
  ...running,
  due: { ...running.due, fundingAt },
});
