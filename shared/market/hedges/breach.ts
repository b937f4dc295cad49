import { type Fill, UNKNOWN_ORDER } from '../../domain/books/fill.ts';
import { onLot } from '../../domain/order/grid.ts';
import type { HedgeIntent, HedgesPast } from '../../domain/trading/hedge.ts';
import type { OpenHedge } from '../../domain/trading/market-event.ts';
import { opposite, reducingSide, type Side, signOf } from '../../domain/order/side.ts';
import { type EpochMs, epochMs, size, type Size, type Usd, usd } from '../../domain/units.ts';
import type { Orders } from '../../domain/order/working-order.ts';
import { hedgeThresholdUsd, isBreach, planHedge } from '../../hedging/hedge-plan.ts';
import { count, say, type Turn, turn } from '../output.ts';
import { orderFilled } from '../books/order-filled.ts';
import { possiblePositions } from '../books/position.ts';
import { MARKET_BOUNDS, type Rules } from '../rules.ts';
import type { HedgeWatch } from './hedge-watch.ts';
import type { MarketState } from '../state.ts';

/**
 * Asks for a hedge when the inventory is beyond the threshold, once per breach: while one is open
 * no other is opened, one that nobody finished is announced again, and after one that gave up the
 * next waits, ever longer. What is too small to trade is said once and not asked for. While leaving
 * by stop none is asked for: it would be called off.
 */
export function watchThreshold(before: MarketState, at: EpochMs, rules: Rules): Turn {
  const state = shown(before, rules);
  if (state.leaving?.leaving.how === 'stop') return turn(state);
  const { open } = state.hedge;
  if (open !== undefined) return announced(state, open, at);
  const { mid, position } = state.sight;
  if (mid === undefined || position.kind !== 'agreed') return turn(state);
  if (waits(state, at, rules)) return turn(state);
  const { values } = state.control.parameters;
  const held = state.books.pnl.position.size;
  const thresholdUsd = usd(hedgeThresholdUsd(values));
  const inventoryUsd = usd(held * mid.mid);
  if (!isBreach(inventoryUsd, thresholdUsd)) return turn(calm(state));
  const plan = planHedge(held, mid.mid, rules.spec, {
    thresholdUsd,
    fraction: values.hedgeFraction,
    maxSlippageBps: values.hedgeMaxSlippageBps,
  });
  if (plan === undefined) return tooSmall(state, inventoryUsd);
  return requested(state, { ...plan, held, inventoryUsd, thresholdUsd }, at, rules);
}

/** A hedge is under way, or what the last one took off may not be booked and shown yet. */
export const isHedging = ({ hedge }: MarketState, at: EpochMs): boolean =>
  goingOn(hedge, at) !== undefined;

/**
 * What a hedge may still take off the position, beside what rests on that side: it is carried out
 * on what is held by then, also where that is the other way round, and until its executions are
 * shown nothing else tells what it did.
 */
export function hedgeMayFill(
  state: MarketState,
  at: EpochMs,
  rules: Rules,
): readonly { readonly side: Side; readonly remaining: Size }[] {
  const hedge = goingOn(state.hedge, at);
  if (hedge === undefined) return [];
  const { side, atMost } = hedge;
  const positions = possiblePositions(state, rules);
  const heldFor = (by: Side): readonly number[] => positions.map((one) => -signOf(by) * one);
  const back = opposite(side);
  const turned = size(Math.max(0, ...heldFor(back)));
  const asked = { side, remaining: size(Math.max(atMost, ...heldFor(side))) };
  return turned === 0 ? [asked] : [asked, { side: back, remaining: turned }];
}

const goingOn = (
  { open, ended }: HedgeWatch,
  at: EpochMs,
): { readonly side: Side; readonly atMost: Size } | undefined =>
  open ?? (ended !== undefined && at < ended.shownFrom ? ended : undefined);

/** The last one is over when all of it is shown. */
function shown(state: MarketState, rules: Rules): MarketState {
  const { hedge, sight } = state;
  if (hedge.ended === undefined || sight.position.kind !== 'agreed') return state;
  if (!isShown(state, sight.position.held.size, rules)) return state;
  return { ...state, hedge: { ...hedge, ended: undefined } };
}

/** The next hedge does, until the last one's executions are shown or had to be. */
const waits = (state: MarketState, at: EpochMs, rules: Rules): boolean =>
  at < state.hedge.notBefore && !isShown(state, state.sight.position.held.size, rules);

/**
 * All of what the last hedge took off is booked, and the venue's position is the one in the books.
 */
function isShown({ hedge, books }: MarketState, held: number, { spec }: Rules): boolean {
  const { reduced, takenUsd } = hedge;
  if (reduced === undefined) return false;
  const isBooked = signOf(reduced.side) * takenUsd >= reduced.usd * (1 - MARKET_BOUNDS.hedgeSlack);
  return isBooked && onLot(spec.lot, held) === onLot(spec.lot, books.pnl.position.size);
}

/** What is listed without saying how it traded counts as taken, so no quote's execution does. */
export function withTaken<Hedges extends HedgesPast>(
  hedges: Hedges,
  fills: readonly Fill[],
  orders: Orders,
): Hedges {
  const taken = fills.filter(
    ({ liquidity, orderId }) =>
      liquidity === 'taker' &&
      orderId !== UNKNOWN_ORDER &&
      orderFilled(orders, orderId) === undefined,
  );
  if (taken.length === 0) return hedges;
  const takenUsd = taken.reduce((sum, fill) => sum + signOf(fill.side) * fill.size * fill.price, 0);
  return { ...hedges, takenUsd: hedges.takenUsd + takenUsd };
}

/** The threshold is kept: whatever was waited for or said begins anew. */
const calm = (state: MarketState): MarketState =>
  state.hedge.tooSmallSaid || state.hedge.unhedgedInRow > 0
    ? { ...state, hedge: { ...state.hedge, tooSmallSaid: false, unhedgedInRow: 0 } }
    : state;

function announced(state: MarketState, open: OpenHedge, at: EpochMs): Turn {
  if (at < open.announceAt) return turn(state);
  const announceAt = epochMs(at + MARKET_BOUNDS.hedgeRetryMs);
  const again = { ...state, hedge: { ...state.hedge, open: { ...open, announceAt } } };
  return turn(again, { kind: 'breach', intent: open.intent });
}

function tooSmall(state: MarketState, inventoryUsd: Usd): Turn {
  if (state.hedge.tooSmallSaid) return turn(state);
  const hedge = { ...state.hedge, tooSmallSaid: true };
  return turn({ ...state, hedge }, say('warn', 'too little to hedge', { inventoryUsd }));
}

interface Breach {
  readonly size: number;
  readonly held: number;
  readonly inventoryUsd: Usd;
  readonly thresholdUsd: Usd;
}

function requested(state: MarketState, breach: Breach, at: EpochMs, rules: Rules): Turn {
  const { held, inventoryUsd, thresholdUsd } = breach;
  const { hedgeFraction, hedgeMaxSlippageBps } = state.control.parameters.values;
  const intent: HedgeIntent = {
    // Time and fence: no other session, and not this one again, can make the same.
    id: `${at}-${rules.fence}`,
    market: rules.market,
    openedAt: at,
    inventoryUsd,
    thresholdUsd,
    hedgeFraction,
    hedgeMaxSlippageBps,
  };
  const open = {
    id: intent.id,
    intent,
    side: reducingSide(held),
    atMost: size(Math.max(breach.size, onLot(rules.spec.lot, Math.abs(held)))),
    openedAt: at,
    announceAt: epochMs(at + MARKET_BOUNDS.hedgeRetryMs),
  };
  return turn(
    {
      ...state,
      hedge: { ...state.hedge, open, reduced: undefined, ended: undefined, takenUsd: 0 },
    },
    { kind: 'breach', intent },
    say('info', 'hedge requested', { hedgeId: intent.id, inventoryUsd }),
    count('HedgeRequested'),
  );
}
