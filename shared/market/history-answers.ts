import { describeFailure, type VenueFailure } from '../domain/failure.ts';
import type { Fill } from '../domain/fill.ts';
import type { MarketEvent } from '../domain/market-event.ts';
import { type EpochMs, epochMs } from '../domain/units.ts';
import type { QuoteFill } from '../domain/view.ts';
import type { Orders } from '../domain/working-order.ts';
import { ordersFilled } from '../orders/lifecycle.ts';
import { type Booked, type Booking, withFills, withPayments } from './books.ts';
import { lookFailed } from './look-failed.ts';
import { count, type Output, say, type Turn, turn } from './output.ts';
import { positionReported } from './position.ts';
import { MARKET_BOUNDS, type Rules } from './rules.ts';
import type { MarketState } from './state.ts';

type Event<Kind extends MarketEvent['kind']> = Extract<MarketEvent, { kind: Kind }>;

/** Asks for our executions, as far back as the venue's lists may lag, unless that is being done. */
export function askFills(state: MarketState, at: EpochMs, { abilities }: Rules): Turn {
  if (state.sight.fillsAsked) return turn(state);
  const backMs = abilities.listsLagMs + MARKET_BOUNDS.fillOverlapMs;
  const isDisputed = state.sight.position.kind === 'disputed';
  const isDeep = at >= state.sight.deepFillsAt;
  const deepMs = isDisputed ? MARKET_BOUNDS.oldestFillMs : MARKET_BOUNDS.deepFillsMs;
  const from = isDisputed || isDeep ? at - deepMs : Math.min(at, state.books.newestFillAt) - backMs;
  const earliest = state.books.startedAt - MARKET_BOUNDS.clocksApartMs;
  const deepFillsAt = isDeep
    ? epochMs(at + MARKET_BOUNDS.deepFillsEveryMs)
    : state.sight.deepFillsAt;
  return turn(
    { ...state, sight: { ...state.sight, fillsAsked: true, deepFillsAt } },
    { kind: 'ask-fills', since: epochMs(Math.max(0, earliest, from)) },
  );
}

/** Executions as the venue lists them, into books and orders, each once. */
export function onFills(
  state: MarketState,
  { askedAt, answer }: Event<'fills'>,
  at: EpochMs,
  rules: Rules,
): Turn {
  const asked = { ...state, sight: { ...state.sight, fillsAsked: false } };
  if (!answer.ok) return historyFailed(asked, answer.failure, at, rules);
  const ours = answer.value.fills.filter((fill) => isOurs(state, fill));
  const booked = withFills(asked.books, ours, bookingOf(asked, at, rules));
  const orders = ordersFilled(asked.orders, booked.fills, rules.spec.lot);
  const next: MarketState = {
    ...asked,
    books: booked.books,
    orders,
    sight: {
      ...asked.sight,
      newFills: [...asked.sight.newFills, ...quoteFills(booked.fills, asked.orders)],
    },
  };
  const { held } = asked.sight.position;
  const position = positionReported(next, held, askedAt, rules);
  const explained = position.kind === 'agreed' ? position : asked.sight.position;
  return turn(
    { ...next, sight: { ...next.sight, position: explained } },
    ...recorded(booked),
    ...answer.value.doubtful.map((row) => say('warn', 'an execution was doubted', { row })),
  );
}

/** Facts to be written, and what is said of them. */
export function recorded({ facts, fills }: Pick<Booked, 'facts' | 'fills'>): readonly Output[] {
  const records = facts.map((fact): Output => ({ kind: 'record', fact }));
  return fills.length === 0 ? records : [...records, count('FillCount', fills.length)];
}

/** Of the first seconds only what is of an order we sent: the rest was there before us. */
const isOurs = ({ books, orders }: MarketState, fill: Fill): boolean =>
  fill.at >= books.startedAt ||
  [...orders.working, ...orders.gone].some(
    (order) => 'venueId' in order && order.venueId === fill.orderId,
  );

/** Executions that cannot be read leave the picture incomplete: the look has failed. */
const historyFailed = (
  state: MarketState,
  failure: VenueFailure,
  at: EpochMs,
  rules: Rules,
): Turn =>
  state.sight.look === undefined
    ? turn(state, say('warn', 'executions not read', { failure: describeFailure(failure) }))
    : lookFailed(state, failure, at, rules);

export const bookingOf = (
  { orders }: MarketState,
  at: EpochMs,
  { market, fence, spec }: Rules,
): Booking => ({ market, fence, at, lot: spec.lot, levelOf: (id) => orderOf(orders, id)?.level });

const orderOf = (
  { working, gone }: Orders,
  id: string,
): { readonly level: number; readonly since: EpochMs } | undefined =>
  working.find((order) => 'venueId' in order && order.venueId === id) ??
  gone.find(({ venueId }) => venueId === id);

const quoteFills = (fills: readonly Fill[], orders: Orders): readonly QuoteFill[] =>
  fills
    .filter(({ liquidity }) => liquidity === 'maker')
    .map((fill) => ({ ...fill, placedAt: orderOf(orders, fill.orderId)?.since }));

/** Payments of boundaries that have passed; what is not listed yet is asked for again. */
export function onPayments(
  state: MarketState,
  { until, answer }: Event<'payments'>,
  at: EpochMs,
  rules: Rules,
): Turn {
  const asked = { ...state, funding: { ...state.funding, asked: false } };
  if (!answer.ok)
    return turn(
      asked,
      say('warn', 'funding not read', { failure: describeFailure(answer.failure) }),
    );
  const fresh = answer.value.filter((one) => one.at > asked.books.startedAt && one.at <= until);
  const booked = withPayments(asked.books, fresh, bookingOf(asked, at, rules));
  const oldest = at - MARKET_BOUNDS.fundingOpenMs - MARKET_BOUNDS.deepFillsMs;
  const fundingPaid = booked.books.fundingPaid.filter((boundary) => boundary >= oldest);
  return turn({ ...asked, books: { ...booked.books, fundingPaid } }, ...recorded(booked));
}
