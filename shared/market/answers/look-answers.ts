import type { MarketEvent } from '../../domain/trading/market-event.ts';
import { symbolOf } from '../../domain/venue/market-id.ts';
import type { OpenOrder } from '../../domain/order/order.ts';
import type { Position } from '../../domain/books/position.ts';
import { type EpochMs, epochMs } from '../../domain/units.ts';
import type { AccountReport, OrderReport } from '../../domain/venue/venue-answers.ts';
import { legsOf, type Orders } from '../../domain/order/working-order.ts';
import { earlySettled } from '../../orders/filled-orders.ts';
import { deadForgotten } from '../../orders/lifecycle.ts';
import { isMissing, ordersListed } from '../../orders/listed/listed-orders.ts';
import { toldNoted } from '../../orders/told-trades.ts';
import { isCalled } from '../../orders/order-states.ts';
import { lookFailed } from './look-failed.ts';
import { askFills } from './history-answers.ts';
import { newest } from './newest.ts';
import { stillThere } from '../leave.ts';
import { count, say, onward, type Turn, turn } from '../output.ts';
import { explainedAgain, hasMoved, isAnyUnbooked, positionReported } from '../books/position.ts';
import { deadMemoryMs } from '../room-to-place.ts';
import { MARKET_BOUNDS, type Rules } from '../rules.ts';
import type { BookAnswer, Look, MarketState, Sight } from '../state.ts';

type Event<Kind extends MarketEvent['kind']> = Extract<MarketEvent, { kind: Kind }>;

/** A picture of the market. One nobody should quote on is an answer, too: nothing may rest then. */
export function onBook(
  state: MarketState,
  { askedAt, answer }: Event<'book'>,
  at: EpochMs,
  rules: Rules,
): Turn {
  const { look } = state.sight;
  // Asked when it was carried out: at the look, or a moment after it.
  if (look === undefined || askedAt < look.askedAt) return turn(state);
  if (!answer.ok) return lookFailed(state, answer.failure, at, rules);
  const { book, trades, requestsLeftRatio, clockSkewMs } = answer.value;
  const seen: BookAnswer = book.ok
    ? { kind: 'book', book: book.value, clockSkewMs }
    : { kind: 'none', why: book.failure };
  const { newTrades } = state.sight;
  return turn({
    ...state,
    sight: {
      ...state.sight,
      look: { ...look, book: seen },
      newTrades: trades === undefined ? newTrades : newest(newTrades ?? [], trades),
      requestsLeftRatio: leastLeft(state.sight, look, requestsLeftRatio),
    },
  });
}

/** Of the answers of one look, whichever comes first. */
const leastLeft = (sight: Sight, look: Look, ratio: number): number =>
  look.book === undefined && !look.account ? ratio : Math.min(ratio, sight.requestsLeftRatio);

/** What is held, what rests, or both: as of when it was asked for, and proof of nothing later. */
export function onAccount(
  state: MarketState,
  { askedAt, answer }: Event<'account'>,
  at: EpochMs,
  rules: Rules,
): Turn {
  const { look } = state.sight;
  // Asked when it was carried out: at the look, or a moment after it.
  if (look === undefined || askedAt < look.askedAt) return turn(state);
  if (!answer.ok) return lookFailed(state, answer.failure, at, rules);
  const report = answer.value;
  const listed: Listed =
    'orders' in report
      ? withOrders(state, report, { askedAt, at }, rules)
      : { heard: turn(state), hasTraded: false };
  return onward(listed.heard, (known) => {
    const next = withPosition(known, report, askedAt, rules);
    const requestsLeftRatio = leastLeft(next.sight, look, report.requestsLeftRatio);
    const sight = { ...next.sight, look: { ...look, account: true }, requestsLeftRatio };
    const hasTraded =
      listed.hasTraded ||
      sight.fillsWanted !== undefined ||
      isAnyUnbooked(next.orders, rules) ||
      ('position' in report && isNews(known, next, report.position, rules));
    const heard = { ...next, sight };
    return hasTraded ? askFills(heard, at, rules) : turn(heard);
  });
}

interface Listed {
  readonly heard: Turn;
  /** Executions must be read before anything is decided. */
  readonly hasTraded: boolean;
}

function withOrders(
  state: MarketState,
  { orders, complete }: OrderReport,
  { askedAt, at }: { readonly askedAt: EpochMs; readonly at: EpochMs },
  { deployment, fence, market, abilities, spec }: Rules,
): Listed {
  const listed = ordersListed(
    state.orders,
    { orders, complete, askedAt, heardAt: at },
    { deployment, fence, symbol: symbolOf(market) },
    abilities,
    spec.lot,
  );
  const shownUntil = epochMs(askedAt - abilities.listsLagMs - MARKET_BOUNDS.disputeMs);
  const settled = earlySettled(listed.orders, shownUntil, spec.lot);
  const still = toldNoted(settled, at, shownUntil, spec.lot);
  const next: MarketState = {
    ...state,
    orders: deadForgotten(still, epochMs(Math.max(0, at - deadMemoryMs(abilities)))),
    leaving: showsOurs(listed.orders, orders) ? stillThere(state.leaving) : state.leaving,
    sight: {
      ...state.sight,
      listedAt: complete ? askedAt : state.sight.listedAt,
      isListCut: !complete,
    },
  };
  const odd = listed.odd.map((what) => say('warn', 'odd order', { what }));
  const noted = turn(next, ...odd, ...(odd.length === 0 ? [] : [count('OddOrder', odd.length)]));
  const hasTraded = listed.changed || listed.orders.working.some(isMissing);
  return { heard: onward(noted, foreignSaid), hasTraded };
}

/**
 * The position as reported now; without a report, what was reported before may be explained now.
 */
function withPosition(
  state: MarketState,
  report: AccountReport,
  askedAt: EpochMs,
  rules: Rules,
): MarketState {
  const { sight, books } = state;
  if (!('position' in report))
    return { ...state, sight: { ...sight, position: explainedAgain(state, rules) } };
  const { position: held } = report;
  const position = positionReported(state, held, askedAt, rules);
  const reported = { askedAt, size: held.size, ours: books.pnl.position.size };
  return { ...state, sight: { ...sight, position, reported } };
}

const isNews = (before: MarketState, after: MarketState, held: Position, rules: Rules): boolean =>
  after.sight.position.kind !== 'agreed' || hasMoved(before, held, rules);

/** Orders of somebody else's on our account are counted, never cancelled, and said once (B6). */
function foreignSaid(state: MarketState): Turn {
  const { orders, tally } = state;
  const owners = new Set(
    orders.working.flatMap((one) => (one.state === 'foreign' ? [one.of] : [])),
  );
  const fresh = [...owners].filter((of) => !tally.foreignSaid.includes(of));
  if (fresh.length === 0) return turn(state);
  const said = { ...tally, foreignSaid: [...tally.foreignSaid, ...fresh] };
  return turn(
    { ...state, tally: said },
    ...fresh.map((of) => say('warn', 'orders on our account are not ours', { of })),
    count('OddOrder', fresh.length),
  );
}

/** Whether the list shows an order that is ours to see gone. */
const showsOurs = ({ working }: Orders, listed: readonly OpenOrder[]): boolean =>
  working
    .filter(({ state }) => state !== 'foreign')
    .flatMap(legsOf)
    .some((leg) => listed.some(({ venueId }) => isCalled(leg, venueId)));
