import { done, failed, type Outcome } from '../../domain/failure.ts';
import type { MarketSymbol } from '../../domain/venue/market.ts';
import { type Side, signOf, SIDES } from '../../domain/order/side.ts';
import { SECOND_MS } from '../../domain/time.ts';
import type { EpochMs } from '../../domain/units.ts';
import type { Rejection } from '../exchange/matching/order-entry.ts';
import type { Pair, PairSide, PlacedPair } from './quote-pair.ts';
import type { SimulatedOrder } from '../exchange/matching/resting-orders.ts';
import type { SessionDesk } from './session-desk.ts';
import {
  hedgeExcessUsd,
  judgeSession,
  type SessionLimits,
  type Verdict,
} from './session-guardrails.ts';

export interface QuoteRequest {
  readonly market: MarketSymbol;
  readonly pair: Pair;
  readonly postOnly: boolean;
  /**
   * The exchange itself cancels and reposts the pair every REFRESH_INTERVAL_MS, at its distances
   * from the mid of then.
   */
  readonly autoRefresh: boolean;
  readonly limits: SessionLimits;
}

type SessionState =
  /** Nobody quotes: never asked for, or cancelled. */
  | 'none'
  /** Nothing holds the session's quotes back. */
  | 'quoting'
  | 'one-sided'
  | 'paused'
  /** Over by its stop loss; the next quote request begins a new one. */
  | 'stopped';

/**
 * What came of a quote request: a side that the guardrails hold back was not placed and has no
 * order.
 */
export interface Quoted {
  readonly placed: PlacedPair;
  readonly state: SessionState;
  readonly reason: string | undefined;
}

export interface SessionReport {
  readonly state: SessionState;
  readonly reason: string | undefined;
  /** Since when `netPnlUsd` counts; undefined before the first quote request. */
  readonly startedAt: EpochMs | undefined;
  /** Change of the account's equity through the market since then. */
  readonly netPnlUsd: number;
  readonly autoRefresh: boolean;
  readonly limits: SessionLimits;
  /** What rests of all quote requests. */
  readonly orders: readonly SimulatedOrder[];
}

/** One account's quoting in one market under the guardrails of its last quote request. */
export interface QuotingSession {
  /** Nothing has happened when it is refused; the request before stays in force. */
  quote(request: QuoteRequest): Outcome<Quoted, Rejection>;
  /** Cancels everything of the account in this market and quotes no more until the next request. */
  cancelAll(): readonly SimulatedOrder[];
  /** The account cancelled this order by itself: its side is not reposted. */
  withoutOrder(orderId: string): void;
  supervise(at: EpochMs): void;
  report(): SessionReport;
}

export const REFRESH_INTERVAL_MS = 5 * SECOND_MS;
/**
 * A client's loop cancels and quotes anew every few seconds: within this pause it is still the same
 * session.
 */
const SAME_SESSION_WITHIN_MS = 60 * SECOND_MS;
/** An empty book is not asked again and again. */
const HEDGE_EVERY_MS = SECOND_MS;

interface Live {
  readonly desk: SessionDesk;
  request: QuoteRequest | undefined;
  /** Of each side from the mid at the request, outwards. */
  distances: Readonly<Record<Side, number>>;
  began: { readonly at: EpochMs; readonly equityUsd: number } | undefined;
  cancelledAt: EpochMs | undefined;
  state: SessionState;
  reason: string | undefined;
  placedAt: number;
  hedgedAt: number;
}

export function createQuotingSession(desk: SessionDesk): QuotingSession {
  const live: Live = {
    desk,
    request: undefined,
    distances: { buy: 0, sell: 0 },
    began: undefined,
    cancelledAt: undefined,
    state: 'none',
    reason: undefined,
    placedAt: 0,
    hedgedAt: 0,
  };
  return {
    quote: (request) => quote(live, request),
    cancelAll() {
      if (live.request !== undefined) {
        endAs(live, 'none', undefined);
        live.cancelledAt = desk.now();
      }
      return desk.cancelAll();
    },
    withoutOrder(orderId) {
      const side = desk.sideOf(orderId);
      if (live.request === undefined || side === undefined) return;
      live.request = { ...live.request, pair: { ...live.request.pair, [side]: undefined } };
    },
    supervise: (at) => supervise(live, at),
    report: () => ({
      state: live.state,
      reason: live.reason,
      startedAt: live.began?.at,
      netPnlUsd: live.began === undefined ? 0 : desk.equityUsd() - live.began.equityUsd,
      autoRefresh: live.request?.autoRefresh ?? false,
      limits: live.request?.limits ?? {},
      orders: desk.orders(),
    }),
  };
}

function quote(live: Live, request: QuoteRequest): Outcome<Quoted, Rejection> {
  const { desk } = live;
  const { market } = desk;
  const [now, mid] = [desk.now(), desk.mid()];
  if (!market.isOpen())
    return failed({
      code: 'MARKET_CLOSED',
      reason: `${request.market} has no live book at the moment`,
    });
  const began = continuing(live, now) ?? { at: now, equityUsd: desk.equityUsd() };
  const verdict = judgeSession(request.limits, desk.picture(began.equityUsd));
  const placed = desk.place(allowedPart(request.pair, verdict), request.postOnly);
  if (!placed.ok) return placed;
  live.request = request;
  live.distances = {
    buy: mid - (request.pair.buy?.price ?? mid),
    sell: (request.pair.sell?.price ?? mid) - mid,
  };
  live.began = began;
  live.cancelledAt = undefined;
  live.placedAt = now;
  enter(live, verdict);
  supervise(live, now);
  return done({ placed: placed.value, state: live.state, reason: live.reason });
}

const continuing = ({ state, began, cancelledAt }: Live, now: EpochMs): Live['began'] =>
  state === 'stopped' || (cancelledAt !== undefined && now - cancelledAt > SAME_SESSION_WITHIN_MS)
    ? undefined
    : began;

function supervise(live: Live, at: EpochMs): void {
  const { desk, request, began, state: before } = live;
  if (request === undefined || began === undefined || !isWatched(request) || !desk.market.isOpen())
    return;
  const picture = desk.picture(began.equityUsd);
  const verdict = judgeSession(request.limits, picture);
  if (verdict.kind === 'stop') {
    desk.cancelAll();
    endAs(live, 'stopped', verdict.reason);
    return;
  }
  hedge(live, hedgeExcessUsd(request.limits, picture.inventoryUsd), at);
  if (before !== STATE_AFTER[verdict.kind]) enter(live, verdict);
  desk.withdraw(heldBack(verdict));
  const isDue = before === 'paused' || at - live.placedAt >= REFRESH_INTERVAL_MS;
  if (request.autoRefresh && isDue) refresh(live, request, verdict, at);
}

function hedge(live: Live, excessUsd: number, at: EpochMs): void {
  if (excessUsd === 0 || at - live.hedgedAt < HEDGE_EVERY_MS) return;
  live.hedgedAt = at;
  live.desk.reduceBy(excessUsd);
}

/**
 * Only a pair that refreshes itself comes back by itself: nobody else expects orders he did not
 * just send.
 */
function refresh(
  live: Live,
  { pair, postOnly }: QuoteRequest,
  verdict: Verdict,
  at: EpochMs,
): void {
  const { desk, distances } = live;
  desk.withdraw(SIDES);
  const moved = (side: Side): PairSide | undefined => {
    const wanted = pair[side];
    return (
      wanted && {
        ...wanted,
        price: desk.mid() - signOf(side) * distances[side],
        clientId: undefined,
      }
    );
  };
  const placed = desk.place(
    allowedPart({ buy: moved('buy'), sell: moved('sell') }, verdict),
    postOnly,
  );
  live.placedAt = at;
  if (!placed.ok) live.reason = `not refreshed: ${placed.failure.reason}`;
  else enter(live, verdict);
}

const isWatched = ({ autoRefresh, limits }: QuoteRequest): boolean =>
  autoRefresh || Object.values(limits).some((limit) => limit !== undefined);

function heldBack(verdict: Verdict): readonly Side[] {
  switch (verdict.kind) {
    case 'stop':
    case 'pause':
      return SIDES;
    case 'one-sided':
      return [verdict.withheld];
    case 'quote':
      return [];
  }
}

const allowedPart = (pair: Pair, verdict: Verdict): Pair =>
  Object.fromEntries(
    SIDES.filter((side) => !heldBack(verdict).includes(side)).map((side) => [side, pair[side]]),
  );

const STATE_AFTER = {
  stop: 'stopped',
  pause: 'paused',
  'one-sided': 'one-sided',
  quote: 'quoting',
} as const satisfies Record<Verdict['kind'], SessionState>;

function enter(live: Live, verdict: Verdict): void {
  live.state = STATE_AFTER[verdict.kind];
  live.reason = verdict.kind === 'quote' ? undefined : verdict.reason;
}

function endAs(live: Live, state: SessionState, reason: string | undefined): void {
  live.request = undefined;
  live.state = state;
  live.reason = reason;
}
