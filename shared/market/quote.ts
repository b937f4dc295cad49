import { profitSoFar } from '../accounting/equity-curve.ts';
import { quoteMarkoutBps } from '../accounting/quote-markouts.ts';
import { failed, done } from '../domain/failure.ts';
import { fingerprint } from '../domain/fingerprint.ts';
import { inventoryCapUsd } from '../domain/books/inventory-cap.ts';
import type { Fees } from '../domain/venue/market.ts';
import { type Reason, reason } from '../domain/reason.ts';
import type { Side } from '../domain/order/side.ts';
import { bps, type EpochMs, epochMs } from '../domain/units.ts';
import type { MarketView } from '../domain/venue/view.ts';
import { legsOf } from '../domain/order/working-order.ts';
import { uniformOf } from '../math/back-off.ts';
import { diffOrders, withoutQuotes } from '../orders/diff-orders.ts';
import type { MayFill } from '../orders/exposure.ts';
import { ordersSent } from '../orders/lifecycle.ts';
import { orderCommands } from '../orders/order-commands.ts';
import { type Review, reviewCommands } from '../orders/review-commands.ts';
import { decide } from '../strategy/decide.ts';
import { type Decision, delayUpToMsOf, figuresOf, wantedOf } from '../strategy/decision.ts';
import { jitterMs } from '../strategy/signals/fill-toxicity.ts';
import { hedgeMayFill } from './hedges/breach.ts';
import { count, type Output, say, type Turn, turn } from './output.ts';
import { possiblePositions } from './books/position.ts';
import { isShown } from './remains.ts';
import { roomed } from './room-to-place.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import type { BookAnswer, MarketState } from './state.ts';

/** What one look shows makes us want, and the approved commands that bring it about. */
export function quote(state: MarketState, book: BookAnswer, at: EpochMs, rules: Rules): Turn {
  const view = viewOf(state, book, at, rules);
  const { parameters } = state.control;
  const decision = decide(view, state.brain, parameters);
  const record: Output = {
    kind: 'decided',
    record: { view, before: state.brain, parameters, decision },
  };
  const decided = afterDecision(state, decision, at, rules);
  if (decision.kind === 'halt') {
    const { market } = rules;
    const netPnlUsd = view.profit.sessionUsd;
    return turn(decided, record, {
      kind: 'halt',
      halt: { ...decision.order, market, at, netPnlUsd },
    });
  }
  const { nextCounter, review, why } = commandsFor(decided, decision, at, rules);
  const said = sayReasons(decided, decision, review, why);
  if (review.approved.length === 0) return turn(said.state, record, ...said.outputs);
  const id = decided.tally.nextSend;
  const next = {
    ...said.state,
    sending: id,
    orders: ordersSent(said.state.orders, review.approved, at),
    tally: { ...said.state.tally, nextCounter, nextSend: id + 1 },
  };
  const { seenAt } = state.sight;
  const maxAgeMs = parameters.values.maxBookAgeMs;
  const send: Output = { kind: 'send', id, commands: review.approved, seenAt, maxAgeMs };
  return turn(next, record, ...said.outputs, send);
}

function commandsFor(
  state: MarketState,
  decision: Decision,
  at: EpochMs,
  rules: Rules,
): {
  readonly nextCounter: number;
  readonly review: Review;
  /** Why less is placed than could be. */
  readonly why: readonly Reason[];
} {
  const wanted = wantedOf(decision);
  const working = state.orders.working;
  const { market, deployment, fence, abilities, spec } = rules;
  const modify = { ability: abilities.modify, minNotionalUsd: spec.minNotionalUsd };
  const allowed = withoutQuotes(
    diffOrders(wanted.quotes, working, wanted.tolerance, modify, at),
    (side) => mayPlace(state, side, at),
  );
  const { change, why } = roomed(allowed, state, rules);
  const waits = isShown(state.sight) ? [] : [UNSHOWN];
  const named = { market, deployment, fence, nextCounter: state.tally.nextCounter };
  const { commands, nextCounter } = orderCommands(change, named);
  const mid = figuresOf(decision)?.mid ?? state.books.pnl.markPrice;
  const ofHedge = (price: number): readonly MayFill[] =>
    hedgeMayFill(state, at, rules).map((one) => ({ ...one, price }));
  const review = reviewCommands(commands, {
    maxInventoryUsd: inventoryCapUsd(state.control.parameters.values),
    mid,
    positions: possiblePositions(state, rules),
    working: [...working.flatMap(legsOf), ...(mid === undefined ? [] : ofHedge(mid))],
  });
  return { nextCounter, review, why: [...why, ...waits] };
}

const UNSHOWN = reason(
  'unshown',
  'orders of an earlier session may not be listed yet: nothing is placed until they would be',
);

/**
 * Facts the ledger does not take, orders of an earlier holder that no list had to show yet, and a
 * venue that refuses every quote of a side, are reasons to place none.
 */
function mayPlace({ books, sight }: MarketState, side: Side, at: EpochMs): boolean {
  const [oldest] = books.pending;
  if (oldest !== undefined && at - oldest.since > MARKET_BOUNDS.factsPendingMs) return false;
  return isShown(sight) && at >= sight.refusals[side].placeFrom;
}

function afterDecision(
  state: MarketState,
  decision: Decision,
  at: EpochMs,
  { market, fence }: Rules,
): MarketState {
  const { quotes } = wantedOf(decision);
  const hashed = JSON.stringify([at, quotes, figuresOf(decision), decision.reasons]);
  const decisions = state.tally.decisions + 1;
  const delay = jitterMs(uniformOf(`${market} ${fence} ${decisions}`), delayUpToMsOf(decision));
  const decisionsHash = fingerprint(hashed, state.tally.decisionsHash);
  return {
    ...state,
    brain: decision.state,
    sight: {
      ...state.sight,
      newFills: [],
      newTrades: undefined,
      nextLookAt: epochMs(state.sight.nextLookAt + delay),
    },
    tally: { ...state.tally, decisions, decisionsHash },
  };
}

/** Reasons are said when they change, not every few seconds. */
function sayReasons(
  state: MarketState,
  decision: Decision,
  review: Review,
  crowded: readonly Reason[],
): Turn {
  const reasons = [...decision.reasons, ...review.refused.map(({ why }) => why), ...crowded];
  const codes = reasons.map(({ code }) => code).join(' ');
  if (codes === state.tally.lastReasons) return turn(state);
  return turn(
    { ...state, tally: { ...state.tally, lastReasons: codes } },
    say('info', 'reasons', {
      reasons: reasons.map(({ text }) => text),
      figures: figuresOf(decision),
    }),
    ...(review.refused.length === 0 ? [] : [count('BeyondCap', review.refused.length)]),
  );
}

function viewOf(
  { orders, books, sight, control }: MarketState,
  book: BookAnswer,
  now: EpochMs,
  { spec }: Rules,
): MarketView {
  const { values } = control.parameters;
  const { position } = sight;
  return {
    now,
    spec,
    fees: feesOf(spec.fees, values),
    book: book.kind === 'book' ? done(book.book) : failed(book.why),
    clockSkewMs: book.kind === 'book' ? book.clockSkewMs : undefined,
    // While our fills do not explain it, the venue's word on the position is the one to act on.
    position: position.kind === 'agreed' ? books.pnl.position : position.held,
    orders: orders.working,
    fills: sight.newFills,
    trades: sight.newTrades,
    reference: undefined,
    averageMarkoutBps: quoteMarkoutBps(books.markouts.cells, books.markoutsBefore),
    profit: profitSoFar(books.equity),
    peers: control.peers,
    cadence: {
      secondsToNextRequote: values.requoteIntervalMs / 1000,
      latencySeconds: LATENCY_SECONDS,
    },
    venueHourlyVolatility: sight.venueHourlyVolatility,
    tilt: control.tilt,
    requestsLeftRatio: sight.requestsLeftRatio,
  };
}

/** A look and a send, each about this long there and back. */
const LATENCY_SECONDS = 0.25;

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
